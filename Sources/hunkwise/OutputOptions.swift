import ArgumentParser
import Glibc
import Reporting

/// Where the report goes and how it looks.
struct OutputOptions: ParsableArguments {
    enum Colour: String, CaseIterable, ExpressibleByArgument {
        case auto, always, never
    }

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp("Write the report to this file instead of standard output.", valueName: "file"))
    var path: String?

    @Option(name: .customLong("color"), help: "auto, always or never; auto obeys NO_COLOR.")
    var colour = Colour.auto

    var style: Style {
        let coloured =
            switch colour {
            case .always: true
            case .never: false
            case .auto:
                path == nil && StandardOutput.isTerminal && (environmentValue("NO_COLOR") ?? "").isEmpty
                    && environmentValue("TERM") != "dumb"
            }
        return Style(colour: coloured, width: path == nil ? StandardOutput.columns : 80)
    }

    func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes the whole report; a file is replaced only once everything is in its successor.
    func write(_ bytes: [UInt8]) throws {
        guard let path else { return try StandardOutput.write(bytes) }
        try FileReplacement.write(bytes, to: path)
    }
}

/// The value of an environment variable, nil when it is not set.
func environmentValue(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
