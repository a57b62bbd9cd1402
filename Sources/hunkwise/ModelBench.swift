import ConfigurationFiles
import Diffs
import Domain
import Fingerprints
import Models
import Patterns
import Prompts
import Reviewing
import Routing
import Rules
import Storage
import SyntaxTrees

/// Everything that a review with models needs beside the change: the books, the endpoints, the plan.
struct ModelBench {
    let settings: Settings
    let subjects: BudgetSubjects
    let ledger: SQLiteLedger
    private let history: ReviewHistory
    let endpoints: ModelEndpoints
    let plan: Plan
    let allocation: AllocationRequest
    private let configurationDigest: String
    private let tagKey: [UInt8]
    private let clock = SystemClock()
    /// Local models whose findings are only ever folded.
    let unproven: Set<String>

    /// What decides which reviews are the same: raised when plans, prompts or gates change what a review is.
    static let policyVersion = "1"

    /// - Throws: `Failure` when the books cannot be opened.
    init(_ settings: Settings, _ input: ChangeInput, hunks: [AssessedHunk], configurationDigest: String) async throws {
        self.configurationDigest = configurationDigest
        guard let path = settings.configuration.storagePath ?? DefaultPaths.storage else {
            throw Failure(
                "there is no place for the books: set HOME or XDG_STATE_HOME, or storage.url in the configuration")
        }
        let store: Store
        do throws(StoreError) {
            store = try Store(path: path)
        } catch {
            throw Failure(Printable.text(error.description, limit: 600))
        }
        ledger = SQLiteLedger(store: store, clock: clock)
        history = ReviewHistory(store: store)
        var settings = settings
        do throws(StoreError) {
            settings.learn(try history.latestProbes())
        } catch {
            throw Books.failure(error)
        }
        self.settings = settings
        subjects = BudgetSubjects(settings, input, hunks: hunks, configurationDigest: configurationDigest)
        tagKey = Array("delimiters of \(try store.installationID())".utf8)
        let endpoints = ModelEndpoints(
            settings.resolution.models, entries: settings.configuration.routing.providers,
            network: settings.configuration.network)
        self.endpoints = endpoints
        unproven = settings.unproven
        let models = settings.resolution.models.filter { endpoints.providers[$0.name] != nil }
        let budgets = try await BudgetsNow(
            settings.configuration, subjects, ledger: ledger, history: history, now: clock.now())
        allocation = settings.allocation(hunks, models: models, bounds: budgets.bounds, paces: budgets.paces)
        plan = settings.plan(allocation)
    }

    /// Entries that cannot be called, for the reader.
    var notes: [Note] {
        endpoints.problems.map {
            Note(
                kind: "not-callable",
                text: "\($0.name) is not called: \($0.reason). `hunkwise config check` prints the lines to add.")
        }
    }

    /// That what a model found is folded because nobody has measured it yet.
    func unprovenNotes(_ result: ModelReviewResult) -> [Note] {
        unproven.sorted().filter { name in result.findings.contains { $0.model == name } }.map { name in
            Note(
                kind: "unproven",
                text: "\(name) is a local model that was never measured: what it found is folded, at most medium. "
                    + "`hunkwise models probe \(name)` measures it.")
        }
    }

    var hasCallable: Bool { !endpoints.providers.isEmpty }

    func run(
        _ input: ChangeInput, gates: StaticReview, shelf: SourceShelf, progress: Progress
    ) async throws -> ModelReviewResult {
        let configuration = settings.configuration
        let claims = configuration.claims(of: subjects)
        let efforts = Dictionary(configuration.routing.providers.map { ($0.name, $0.reasoning) }) { first, _ in first }
        let start = clock.now()
        let desk = CallDesk(
            notes: CallDesk.Notes(
                review: subjects.review, change: subjects.change, repository: subjects.account,
                configurationDigest: configurationDigest, promptVersion: PromptVersion.review.name,
                policyVersion: Self.policyVersion),
            allocation: allocation, providers: endpoints.providers, ledger: ledger,
            breakers: BreakerBoard(Breakers(configurationDigest: configurationDigest)),
            timing: Timing(clock: clock),
            deadline: start.advanced(bySeconds: Double(configuration.routing.deadlineSeconds)),
            claims: { name in claims.filter { $0.provider == nil || $0.provider == name }.map(\.claim) },
            effort: { name, category in efforts[name]?[category] }, digest: { RequestDigest.sha256($0) })
        let tagKey = tagKey
        let review = ModelReview(
            desk: desk, baselineModel: plan.baselineModel, scanner: settings.secrets, sources: shelf.atHand,
            pathNotes: { path in
                configuration.paths.compactMap { rule in
                    guard let text = rule.instructions, rule.match.matches(path.bytes) else { return nil }
                    return PathNote(match: rule.match.source, text: text)
                }
            }, unproven: unproven, fallsBackOnGates: configuration.validation.fallbackOnFailure,
            confidenceFloor: configuration.review.confidenceFloor,
            tagDigest: { RequestDigest.keyed($0, key: tagKey) })
        try await history.begin(
            ReviewRun(
                id: subjects.review, change: subjects.change, repository: subjects.account, forge: "",
                head: input.head ?? "", policyVersion: Self.policyVersion, startedAt: start,
                expectedValue: plan.meritedValue))
        let units = ReviewUnit.units(of: plan)
        progress.say("Asking models: 0 of \(units.count)")
        defer { progress.clear() }
        do {
            let result = try await review.run(
                units, through: GateRoom(gates: gates.gates, sources: shelf.sources),
                progress: { done, of in progress.say("Asking models: \(done) of \(of)") })
            try await history.end(
                subjects.review, as: result.notReviewed.isEmpty ? .complete : .partial, at: clock.now())
            return result
        } catch {
            try? await history.end(subjects.review, as: .failed, at: clock.now())
            throw error
        }
    }

    /// Keeps what became of findings, for reports and for judging models.
    func record(_ report: ReviewReport) async {
        var outcomes: [AnswerOrigin: [(identity: String, outcome: FindingOutcome)]] = [:]
        let shown = report.findings.map { ($0, FindingOutcome.published) }
        for (finding, outcome) in shown + report.folded.map({ ($0, FindingOutcome.withheld) }) {
            guard let model = allocation.models.first(where: { $0.name == finding.model }) else { continue }
            let origin = AnswerOrigin(
                review: subjects.review, provider: model.name, model: model.model, category: finding.category)
            outcomes[origin, default: []].append((finding.identity, outcome))
        }
        // Reports lack these figures if they cannot be kept; the review itself is none the worse for it.
        for (origin, found) in outcomes { try? await history.record(found, of: origin, at: clock.now()) }
    }

    /// How the budgets stand after the review.
    func account() async -> ReviewAccount {
        let claims = settings.configuration.claims(of: subjects)
        guard let standings = try? await ledger.standings(of: claims.map(\.claim)) else {
            return ReviewAccount(budgets: plan.budgets, baselineModel: plan.baselineModel)
        }
        let lines = zip(claims, standings).map { claim, standing in
            BudgetLine(name: claim.name, limit: standing.claim.limit, spent: standing.spent)
        }
        return ReviewAccount(
            budgets: lines, baselineModel: plan.baselineModel,
            spentOnChange: try? await ledger.charged(toChange: subjects.change))
    }
}

extension BudgetSubjects {
    /// The same change under the same configuration is the same review: what was answered need not be asked again.
    init(_ settings: Settings, _ input: ChangeInput, hunks: [AssessedHunk], configurationDigest: String) {
        let account = settings.repository ?? input.repositoryPath ?? "local"
        let key = [account, input.title, configurationDigest, ModelBench.policyVersion] + hunks.map(\.fingerprint)
        self.init(
            review: String(RequestDigest.sha256(Array(key.joined(separator: "\n").utf8)).prefix(24)),
            change: "\(account) \(input.title)", repository: settings.repository, account: account)
    }
}
