import ArgumentParser
import ConfigurationFiles
import Domain
import Fingerprints
import Models
import Prompts
import Reporting
import Reviewing
import Routing
import Storage

extension ModelsCommand {
    struct Probe: AsyncParsableCommand {
        enum Format: String, CaseIterable, ExpressibleByArgument {
            case text, json
        }

        static let configuration = CommandConfiguration(
            abstract: "Measure how well a configured model reviews, with small changes whose defects are known.",
            discussion: """
                Puts seeded and clean changes through the real pipeline: prompts, the call, gates. Counts usable answers,
                defects found on their exact line and false alarms, and keeps the quality for routing. Calls are paid for
                like any other and keep the budgets.
                """)

        @Argument(help: "Name of a configured model.")
        var name: String

        @Option(help: "text or json.")
        var format = Format.text

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        func run() async throws {
            let setup = try configuration.load()
            let settings = try setup.settingsWithoutChange()
            guard let model = settings.resolution.models.first(where: { $0.name == name }) else {
                let names = settings.resolution.models.map(\.name).joined(separator: ", ")
                throw Failure(
                    "\(Printable.text(name)) is no configured model with a price; "
                        + (names.isEmpty ? "none is configured" : "there are: \(names)"))
            }
            let probing = try Probing(settings, model, setup)
            let progress = Progress()
            let result = try await probing.run { done, all in progress.say("Probing \(name): \(done) of \(all)") }
            progress.clear()
            let report = ProbeReport(
                model: name, endpoint: model.endpoint, probes: result.score.probes, usable: result.score.usable,
                seeded: result.score.seeded, hits: result.score.hits, clean: result.score.clean,
                cleanAlarms: result.score.cleanAlarms, strayAlarms: result.score.strayAlarms,
                tokensPerSecond: result.tokensPerSecond, secondsPerHunk: result.secondsPerHunk, spent: result.spent,
                quality: result.score.quality, failures: result.failures, isKept: result.isKept)
            switch format {
            case .text: try output.write(ProbeText.document(report, style: output.style))
            case .json: try output.write(ProbeText.json(report))
            }
        }
    }
}

/// One run of the probes.
private struct Probing {
    struct Result {
        var score: ProbeScore
        var tokensPerSecond: Double?
        var secondsPerHunk: Double?
        var spent: Money
        /// Why probes had no answer, each reason once.
        var failures: [String]
        var isKept: Bool
    }

    private let settings: Settings
    private let model: RoutableModel
    private let review: StaticReview
    private let setup: Setup
    private let ledger: SQLiteLedger
    private let history: ReviewHistory
    private let provider: any Provider
    private let clock = SystemClock()
    private let tagKey: [UInt8]

    init(_ settings: Settings, _ model: RoutableModel, _ setup: Setup) throws {
        let endpoints = ModelEndpoints(
            [model], entries: settings.configuration.routing.providers, network: settings.configuration.network)
        guard let provider = endpoints.providers[model.name] else {
            throw Failure("\(model.name) cannot be called: \(endpoints.problems.first?.reason ?? "it has no endpoint")")
        }
        guard let path = settings.configuration.storagePath ?? DefaultPaths.storage else {
            throw Failure("there is no place for the books: set HOME or XDG_STATE_HOME, or storage.url")
        }
        do throws(StoreError) {
            let store = try Store(path: path)
            ledger = SQLiteLedger(store: store, clock: clock)
            history = ReviewHistory(store: store)
            tagKey = Array("delimiters of \(try store.installationID())".utf8)
        } catch {
            throw Failure(Printable.text(error.description, limit: 600))
        }
        self.settings = settings
        self.model = model
        self.setup = setup
        self.provider = provider
        review = StaticReview(
            classifier: settings.classifier, reviewer: settings.reviewer, secrets: settings.secrets,
            grammars: setup.grammars, validation: settings.configuration.validation)
    }

    func run(_ progress: (Int, Int) -> Void) async throws -> Result {
        let start = clock.now()
        // A new measurement must not be answered from an old one's answers.
        let account = "models probe \(model.name) \(start.milliseconds)"
        let probes = ProbeCorpus.probes.filter { model.supportedTasks.contains($0.category) }
        var answers: [ProbeScore.Answer] = []
        var rows: [CostRow] = []
        var failures: [String] = []
        for (index, probe) in probes.enumerated() {
            progress(index, probes.count)
            guard let change = ProbeChange(probe) else { continue }
            let outcome: ModelReviewResult
            do {
                outcome = try await ask(change, number: index, account: account)
            } catch {
                throw Books.failure(error)
            }
            rows += outcome.rows
            if let failed = outcome.notReviewed.first {
                if !failures.contains(failed.reason) { failures.append(failed.reason) }
                answers.append(ProbeScore.Answer(probe: probe, places: nil))
            } else {
                let places = outcome.findings.map { ProbeScore.Place(side: $0.side, line: $0.line) }
                answers.append(ProbeScore.Answer(probe: probe, places: places))
            }
        }
        let score = ProbeScore(answers)
        let seconds = rows.reduce(0) { $0 + $1.seconds }
        let tokens = rows.reduce(0) { $0 + $1.usage.output }
        // A model that never answered was not measured: its endpoint may have been down.
        if score.usable > 0 { try await keep(score, at: start) }
        return Result(
            score: score, tokensPerSecond: seconds > 0 ? Double(tokens) / seconds : nil,
            secondsPerHunk: score.usable > 0 && seconds > 0 ? seconds / Double(max(1, score.usable)) : nil,
            spent: rows.reduce(.zero) { $0 + $1.spent }, failures: failures, isKept: score.usable > 0)
    }

    private func keep(_ score: ProbeScore, at start: Instant) async throws {
        do {
            try await history.record(
                ProbeRecord(
                    provider: model.name, model: model.model, endpoint: model.endpoint, at: start,
                    corpus: ProbeCorpus.version, promptVersion: PromptVersion.review.name, probes: score.probes,
                    usable: score.usable, seeded: score.seeded, hits: score.hits, clean: score.clean,
                    cleanAlarms: score.cleanAlarms, quality: Int((score.quality * 1000).rounded())))
        } catch {
            throw Books.failure(error)
        }
    }

    private func ask(_ change: ProbeChange, number: Int, account: String) async throws -> ModelReviewResult {
        var shelf = SourceShelf(change.input, grammars: setup.grammars)
        let examined = review.run(change.input) { shelf.keep($0) }
        guard let unit = change.unit(examined.hunks, number: number, model: model.name) else {
            return ModelReviewResult()
        }
        let configuration = settings.configuration
        let claims = configuration.claims(
            of: BudgetSubjects(review: account, change: account, repository: nil, account: account))
        let efforts = configuration.routing.providers.first { $0.name == model.name }?.reasoning
        // Floors and the worth of findings are no reason not to measure.
        var routing = configuration.routing
        routing.qualityFloor = PerCategory()
        let digest = setup.operatorFile.map { RequestDigest.sha256($0.bytes) } ?? ""
        let desk = CallDesk(
            notes: CallDesk.Notes(
                review: account, change: account, repository: account, configurationDigest: digest,
                promptVersion: PromptVersion.review.name, policyVersion: ModelBench.policyVersion),
            allocation: AllocationRequest(
                hunks: examined.hunks, models: [model], settings: routing, bounds: [], estimate: ByteTokenEstimate()),
            providers: [model.name: provider], ledger: ledger,
            breakers: BreakerBoard(Breakers(configurationDigest: digest)), timing: Timing(clock: clock),
            deadline: clock.now().advanced(bySeconds: Double(routing.deadlineSeconds)),
            claims: { name in claims.filter { $0.provider == nil || $0.provider == name }.map(\.claim) },
            effort: { _, category in efforts?[category] }, digest: { RequestDigest.sha256($0) })
        let tagKey = tagKey
        let models = ModelReview(
            desk: desk, baselineModel: nil, scanner: settings.secrets, sources: shelf.atHand, pathNotes: { _ in [] },
            unproven: [], fallsBackOnGates: false, confidenceFloor: configuration.review.confidenceFloor,
            tagDigest: { RequestDigest.keyed($0, key: tagKey) })
        return try await models.run([unit], through: GateRoom(gates: review.gates, sources: shelf.sources))
    }
}
