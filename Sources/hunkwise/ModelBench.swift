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
    let plan: Plan
    let allocation: AllocationRequest
    private let room: ModelRoom
    private let claims: [NamedClaim]
    private let forge: String
    private let configurationDigest: String
    /// Local models whose findings are only ever folded.
    let unproven: Set<String>

    /// What decides which reviews are the same: raised when plans, prompts or gates change what a review is.
    static let policyVersion = "1"

    /// A change of this machine, with books and endpoints for it alone.
    ///
    /// - Throws: `Failure` when the books cannot be opened.
    init(_ settings: Settings, _ input: ChangeInput, hunks: [AssessedHunk], configurationDigest: String) async throws {
        let subjects = BudgetSubjects(settings, input, hunks: hunks, configurationDigest: configurationDigest)
        try await self.init(
            settings, subjects, hunks: hunks, in: ModelRoom(settings, configurationDigest: configurationDigest),
            configurationDigest: configurationDigest)
    }

    /// - Parameter forge: Its host; empty for a change of this machine.
    init(
        _ settings: Settings, _ subjects: BudgetSubjects, hunks: [AssessedHunk], in room: ModelRoom,
        configurationDigest: String, forge: String = ""
    ) async throws {
        self.configurationDigest = configurationDigest
        self.forge = forge
        self.room = room
        self.subjects = subjects
        var settings = settings
        do throws(StoreError) {
            settings.learn(try room.history.latestProbes())
        } catch {
            throw Books.failure(error)
        }
        self.settings = settings
        claims = settings.configuration.claims(of: subjects)
        unproven = settings.unproven
        let models = settings.resolution.models.filter { room.endpoints.providers[$0.name] != nil }
        let budgets = try await BudgetsNow(
            settings.configuration, subjects, claims: claims, ledger: room.ledger, history: room.history,
            now: room.clock.now())
        allocation = settings.allocation(hunks, models: models, bounds: budgets.bounds, paces: budgets.paces)
        plan = settings.plan(allocation)
    }

    /// Entries that cannot be called, for the reader.
    var notes: [Note] {
        room.endpoints.problems.map {
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

    var hasCallable: Bool { !room.endpoints.providers.isEmpty }

    func run(
        _ input: ChangeInput, gates: StaticReview, shelf: SourceShelf,
        mayCall: @escaping @Sendable () async -> Bool = { true },
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> ModelReviewResult {
        let configuration = settings.configuration
        let claims = claims
        let efforts = Dictionary(configuration.routing.providers.map { ($0.name, $0.reasoning) }) { first, _ in first }
        let start = room.clock.now()
        let desk = CallDesk(
            notes: CallDesk.Notes(
                review: subjects.review, change: subjects.change, repository: subjects.account, forge: forge,
                configurationDigest: configurationDigest, promptVersion: PromptVersion.review.name,
                policyVersion: Self.policyVersion),
            allocation: allocation, providers: room.endpoints.providers, ledger: room.ledger,
            breakers: room.breakers, timing: Timing(clock: SteadyClock(), books: room.clock),
            deadline: SteadyClock().now().advanced(bySeconds: Double(configuration.routing.deadlineSeconds)),
            claims: { name in claims.filter { $0.provider == nil || $0.provider == name }.map(\.claim) },
            effort: { name, category in efforts[name]?[category] }, mayCall: mayCall,
            digest: { RequestDigest.sha256($0) })
        let tagKey = room.tagKey
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
        try await room.history.begin(
            ReviewRun(
                id: subjects.review, change: subjects.change, repository: subjects.account, forge: forge,
                head: input.head ?? "", policyVersion: Self.policyVersion, startedAt: start,
                expectedValue: plan.meritedValue))
        let units = ReviewUnit.units(of: plan)
        progress(0, units.count)
        do {
            let result = try await review.run(
                units, through: GateRoom(gates: gates.gates, sources: shelf.sources), progress: progress)
            try await room.history.end(
                subjects.review, as: result.notReviewed.isEmpty ? .complete : .partial, at: room.clock.now())
            return result
        } catch {
            try? await room.history.end(subjects.review, as: .failed, at: room.clock.now())
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
        for (origin, found) in outcomes { try? await room.history.record(found, of: origin, at: room.clock.now()) }
    }

    /// How the budgets stand after the review.
    func account() async -> ReviewAccount {
        guard let standings = try? await room.ledger.standings(of: claims.map(\.claim)) else {
            return ReviewAccount(budgets: plan.budgets, baselineModel: plan.baselineModel)
        }
        let lines = zip(claims, standings).map { claim, standing in
            BudgetLine(name: claim.name, limit: standing.claim.limit, spent: standing.spent)
        }
        return ReviewAccount(
            budgets: lines, baselineModel: plan.baselineModel,
            spentOnChange: try? await room.ledger.charged(toChange: subjects.change))
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
