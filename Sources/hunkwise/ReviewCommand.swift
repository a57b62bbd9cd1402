import ArgumentParser
import Configuration
import Diffs
import Domain
import Reporting
import Reviewing
import Rules

struct ReviewCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json, markdown, sarif, github, gitlab

        /// Programs filter for themselves; people see what matters first.
        var isForPeople: Bool { self == .text || self == .markdown }
    }

    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Review a change and print the findings.",
        discussion: """
            Works offline and without any key: the static reviewer looks at every hunk.

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

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() throws {
        let setup = try configuration.load()
        let input = try source.load(progress: Progress())
        let settings = try setup.settings(for: input)
        let review = StaticReview(
            classifier: settings.classifier, reviewer: settings.reviewer, secrets: settings.secrets,
            grammars: setup.grammars, validation: settings.configuration.validation, isIgnored: settings.isIgnored)
        let result = review.run(input)
        let plan = settings.hasModels ? settings.plan(result.hunks) : nil
        var policy = format.isForPeople ? settings.findingPolicy(isComment: format == .markdown) : .everything
        if let severityFloor {
            policy.severityFloor = severityFloor
            policy.floorOfPath = { _ in .low }
        }
        let report = ReviewReport(result, of: input, notes: settings.notes, plan: plan, policy: policy)
        try output.write(rendered(report, result, HeadLines(input.diff.files)))
        throw status(of: result, plan)
    }

    private func rendered(
        _ report: ReviewReport, _ result: StaticReviewResult, _ headLines: HeadLines
    ) -> [UInt8] {
        switch format {
        case .text:
            Array(
                ReviewText.document(report, style: output.style) { finding in
                    guard let last = finding.line, let frame = result.frames[finding.identity] else { return [] }
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

    private func status(of result: StaticReviewResult, _ plan: Plan?) -> ExitStatus {
        if result.hunksExamined == 0, !result.unreadable.isEmpty { return .unexamined }
        if let failOn, result.findings.contains(where: { $0.severity >= failOn }) { return .findings }
        if plan?.unaffordable == true { return .unaffordable }
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
