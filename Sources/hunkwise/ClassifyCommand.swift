import Diffs
import Domain
import ArgumentParser
import Reporting
import Reviewing

struct ClassifyCommand: ParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, jsonl
    }

    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Judge each hunk: category, confidence, risk, and why.")

    @OptionGroup(title: "Source")
    var source: SourceOptions

    @Option(help: "text, or jsonl: one JSON object a hunk.")
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
        switch format {
        case .text: try output.write(ClassifyText.document(examination.hunks, style: output.style))
        case .jsonl: try output.write(ClassifyJSON.lines(examination.hunks))
        }
        for note in input.notes + examination.notes where format == .text {
            StandardError.write("note: \(note.text)\n")
        }
        for item in input.notReviewed {
            StandardError.write("note: \(item.path.display) not read: \(Printable.text(item.reason))\n")
        }
    }
}
