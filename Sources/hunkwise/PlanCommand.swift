import ArgumentParser
import ConfigurationFiles
import Domain
import Reporting
import Reviewing
import Routing
import Storage

struct PlanCommand: AsyncParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show who would look at each segment, what it would cost and why. Calls nothing.")

    @OptionGroup(title: "Source")
    var source: SourceOptions

    @Option(help: ArgumentHelp("Only this model, by its configured name; may be given again.", valueName: "model"))
    var only: [String] = []

    @Flag(help: "All policies side by side, with everything to the dearest, the cheapest and the baseline model.")
    var compare = false

    @Option(help: "text or json.")
    var format = Format.text

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        let setup = try configuration.load()
        let input = try source.load(progress: Progress())
        var settings = try setup.settings(for: input)
        try settings.keepOnly(only)
        let examination = Examiner(
            classifier: settings.classifier, grammars: setup.grammars, isIgnored: settings.isIgnored
        ).examine(input)
        let allocation = try await allocation(&settings, input, examination.hunks, setup)
        if compare {
            let comparison = settings.comparison(allocation)
            switch format {
            case .text: try output.write(PlanComparisonText.document(comparison, style: output.style))
            case .json: try output.write(PlanJSON.document(comparison))
            }
            return
        }
        let plan = settings.plan(allocation)
        switch format {
        case .text: try output.write(PlanText.document(plan, style: output.style))
        case .json: try output.write(PlanJSON.document(plan))
        }
    }

    /// With what the books know, where there are any; a plan opens none.
    private func allocation(
        _ settings: inout Settings, _ input: ChangeInput, _ hunks: [AssessedHunk], _ setup: Setup
    ) async throws -> AllocationRequest {
        guard settings.hasModels, let books = try Books.open(setup) else { return settings.allocation(hunks) }
        do throws(StoreError) {
            settings.learn(try books.history.latestProbes())
        } catch {
            throw Books.failure(error)
        }
        let subjects = BudgetSubjects(settings, input, hunks: hunks, configurationDigest: setup.digest(for: input))
        let budgets = try await BudgetsNow(
            settings.configuration, subjects, claims: settings.configuration.claims(of: subjects),
            ledger: books.ledger, history: books.history, now: SystemClock().now())
        return settings.allocation(hunks, bounds: budgets.bounds, paces: budgets.paces)
    }
}
