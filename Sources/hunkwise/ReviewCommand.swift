import ArgumentParser
import ConfigurationFiles
import Diffs
import Domain
import Reporting
import Reviewing
import Routing
import Rules

struct ReviewCommand: AsyncParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json, markdown, sarif, github, gitlab

        /// Programs filter for themselves; people see what matters first.
        var isForPeople: Bool { self == .text || self == .markdown }
    }

    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Review a change and print the findings.",
        discussion: """
            The static reviewer looks at every hunk, offline and without any key. Configured models look at the hunks
            that are worth their price, within the budgets; `hunkwise plan` shows it beforehand. A review that broke off
            goes on where it stopped: what was answered is not asked again.

            Exit codes: 0 done; 1 findings at or above --fail-on; 2 usage, input or configuration;
            3 no hunk could be examined; 4 a hunk merited a model and no model call was affordable.

            As a pre-commit hook, put this line into .git/hooks/pre-commit:
              exec hunkwise review --staged --fail-on high
            """)

    @OptionGroup(title: "Source")
    var source: SourceOptions

    @Option(help: "text, json, markdown, sarif, github (workflow commands) or gitlab (Code Quality).")
    var format = Format.text

    @Option(help: ArgumentHelp("Exit with 1 if a finding is at least this severe: low, medium, high or critical."))
    var failOn: Severity?

    @Option(help: "Show findings from this severity on in full, the rest folded (text and markdown). Default: medium.")
    var severityFloor: Severity?

    @Option(help: ArgumentHelp("Only this model, by its configured name; may be given again.", valueName: "model"))
    var only: [String] = []

    @Flag(help: "The static reviewer alone: no model is called and nothing is sent.")
    var staticOnly = false

    @Option(
        help: ArgumentHelp(
            "Spend at most this in this review, in USD; below what the configuration allows.", valueName: "usd"))
    var maxCost: String?

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func validate() throws {
        guard let maxCost else { return }
        guard let money = Money(usd: maxCost), money >= .zero else {
            throw ValidationError("--max-cost takes an amount in US dollars, for example 0.25")
        }
    }

    func run() async throws {
        let setup = try configuration.load()
        let progress = Progress()
        let input = try source.load(progress: progress)
        var settings = try setup.settings(for: input)
        try settings.keepOnly(only)
        if let limit = maxCost.flatMap({ Money(usd: $0) }) { settings.narrowRequestLimit(to: limit) }
        let review = StaticReview(
            classifier: settings.classifier, reviewer: settings.reviewer, secrets: settings.secrets,
            grammars: setup.grammars, validation: settings.configuration.validation, isIgnored: settings.isIgnored)
        var shelf = SourceShelf(input, grammars: setup.grammars)
        let result = review.run(input, makesFrames: format == .text) { shelf.keep($0) }
        var outcome = Outcome(plan: nil, models: nil, account: nil, whyNoModel: "", notes: settings.notes)
        if settings.hasModels, !staticOnly {
            outcome = try await askModels(setup, settings, input, result, review, shelf, progress)
            outcome.notes += settings.unroutableNotes
        }
        var policy = format.isForPeople ? settings.findingPolicy(isComment: format == .markdown) : .everything
        policy.unproven = outcome.unproven
        if let severityFloor {
            policy.severityFloor = severityFloor
            policy.floorOfPath = { _ in .low }
        }
        let report = ReviewReport(
            result, of: input, notes: outcome.notes, plan: outcome.plan, models: outcome.models,
            whyNoModel: outcome.whyNoModel, account: outcome.account, policy: policy)
        await outcome.bench?.record(report)
        let frames = format == .text ? frames(report, result, shelf, settings.secrets) : [:]
        try output.write(rendered(report, frames, HeadLines(input.diff.files)))
        throw status(of: result, report, outcome)
    }

    /// What models had to do with the review.
    private struct Outcome {
        var plan: Plan?
        var models: ModelReviewResult?
        var account: ReviewAccount?
        var whyNoModel: String
        var notes: [Note]
        var unproven: Set<String> = []
        var bench: ModelBench?
    }

    private func askModels(
        _ setup: Setup, _ settings: Settings, _ input: ChangeInput, _ result: StaticReviewResult,
        _ review: StaticReview, _ shelf: SourceShelf, _ progress: Progress
    ) async throws -> Outcome {
        guard settings.resolution.models.contains(where: \.isCallable) else {
            // Nothing can be called, so no books are opened: the plan over all priced entries says what would be done.
            let first = settings.resolution.models.lazy.compactMap { model in
                model.obstacle.map { "\(model.name): \($0.reason)" }
            }.first
            return Outcome(
                plan: settings.plan(result.hunks), models: nil, account: nil,
                whyNoModel:
                    "no configured model can be called (\(first ?? "none has a price")); `hunkwise config check` "
                    + "prints the lines to add", notes: settings.notes)
        }
        let bench = try await ModelBench(
            settings, input, hunks: result.hunks, configurationDigest: setup.digest(for: input))
        guard bench.hasCallable else {
            return Outcome(
                plan: bench.plan, models: nil, account: nil, whyNoModel: "no model can be called",
                notes: settings.notes + bench.notes)
        }
        let models: ModelReviewResult
        defer { progress.clear() }
        do {
            models = try await bench.run(
                input, gates: review, shelf: shelf,
                progress: { done, of in progress.say("Asking models: \(done) of \(of)") })
        } catch {
            progress.clear()
            throw Failure(
                "the books could not be kept: \(Printable.text("\(error)", limit: 600)) What was paid for is kept; run the "
                    + "same command again to go on.")
        }
        return Outcome(
            plan: bench.plan, models: models, account: await bench.account(), whyNoModel: "",
            notes: settings.notes + bench.notes + bench.unprovenNotes(models), unproven: bench.unproven, bench: bench)
    }

    /// The code around each finding that the text report shows in full.
    private func frames(
        _ report: ReviewReport, _ result: StaticReviewResult, _ shelf: SourceShelf, _ scanner: SecretScanner
    ) -> [String: CodeFrame] {
        var frames = result.frames
        let missing = report.findings.filter { $0.line != nil && frames[$0.identity] == nil }
        guard !missing.isEmpty else { return frames }
        let all = Dictionary(grouping: report.findings + report.folded, by: \.path)
        for (path, findings) in Dictionary(grouping: missing, by: \.path) {
            let found = shelf.frames(around: findings, among: all[path] ?? [], scanner: scanner)
            frames.merge(found) { first, _ in first }
        }
        return frames
    }

    private func rendered(
        _ report: ReviewReport, _ frames: [String: CodeFrame], _ headLines: HeadLines
    ) -> [UInt8] {
        switch format {
        case .text:
            Array(
                ReviewText.document(report, style: output.style) { finding in
                    guard let last = finding.line, let frame = frames[finding.identity] else { return [] }
                    return frame.lines.map { line in
                        FrameLine(
                            number: line.number, text: line.text,
                            isTarget: (finding.startLine ?? last)...last ~= line.number)
                    }
                }.utf8)
        case .json: ReviewJSON.document(report)
        case .markdown: Array(ReviewMarkdown.document(report).utf8)
        case .sarif:
            SARIF.document(report, toolVersion: Version.text, rules: RuleDescriptions.all, headLines: headLines)
        case .github: Array(WorkflowCommands.document(report, headLines: headLines).utf8)
        case .gitlab: CodeQuality.document(report, headLines: headLines)
        }
    }

    private func status(of result: StaticReviewResult, _ report: ReviewReport, _ outcome: Outcome) -> ExitStatus {
        if result.hunksExamined == 0, !result.unreadable.isEmpty { return .unexamined }
        if let failOn, (report.findings + report.folded).contains(where: { $0.severity >= failOn }) {
            return .findings
        }
        if outcome.plan?.unaffordable == true { return .unaffordable }
        if let models = outcome.models, models.units > 0, models.unitsUnaffordable == models.units,
            report.cost.calls == 0
        {
            return .unaffordable
        }
        return .success
    }
}

extension Severity: ExpressibleByArgument {}

/// The rules in the words of the SARIF report.
enum RuleDescriptions {
    static var all: [Reporting.RuleInfo] {
        (StaticReviewer.catalogue + SecretRules.builtin.catalogue).map { rule in
            Reporting.RuleInfo(
                id: rule.id, title: rule.title, why: rule.why, fix: rule.fix, cwe: rule.cwe, severity: rule.severity)
        }
    }
}
