import ArgumentParser
import Reporting
import Reviewing

struct PlanCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show who would look at each segment, what it would cost and why. Calls nothing.")

    @OptionGroup(title: "Source")
    var source: SourceOptions

    @Flag(help: "All policies side by side, with everything to the dearest, the cheapest and the baseline model.")
    var compare = false

    @Option(help: "text or json.")
    var format = Format.text

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() throws {
        let setup = try configuration.load()
        let input = try source.load(progress: Progress())
        let settings = try setup.settings(for: input)
        let examination = Examiner(
            classifier: settings.classifier, grammars: setup.grammars, isIgnored: settings.isIgnored
        ).examine(input)
        if compare {
            let comparison = settings.comparison(examination.hunks)
            switch format {
            case .text: try output.write(PlanComparisonText.document(comparison, style: output.style))
            case .json: try output.write(PlanJSON.document(comparison))
            }
            return
        }
        let plan = settings.plan(examination.hunks)
        switch format {
        case .text: try output.write(PlanText.document(plan, style: output.style))
        case .json: try output.write(PlanJSON.document(plan))
        }
    }
}
