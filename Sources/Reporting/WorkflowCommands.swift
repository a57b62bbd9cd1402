import Diffs
package import Domain

/// `review --format github`: workflow commands that GitHub Actions turns into annotations.
///
/// Escaping as the toolkit documents: `%`, CR and LF in data; `:` and `,` as well in properties.
package enum WorkflowCommands {
    /// - Parameter headLines: places findings on removed lines.
    package static func document(_ report: ReviewReport, headLines: HeadLines = HeadLines()) -> String {
        var out = ""
        for finding in report.findings { out += command(finding, headLines.lines(of: finding)) + "\n" }
        var text = Wording.capitalised(Wording.headline(report)) + ". " + Wording.cost(report) + "."
        for note in report.notes { text += "\n" + note.text }
        return out + "::notice title=Hunkwise::" + data(text) + "\n"
    }

    private static func command(_ finding: Finding, _ lines: ClosedRange<Int>?) -> String {
        var properties = ["file=" + property(finding.path.text ?? finding.path.quoted)]
        if let lines {
            properties.append("line=\(lines.lowerBound)")
            properties.append("endLine=\(lines.upperBound)")
        }
        properties.append("title=" + property(Wording.capitalised(finding.severity.rawValue) + ": " + finding.title))
        var text = finding.explanation
        if finding.side == .old, let lines = Wording.lines(finding) { text += "\n(line \(lines) before the change)" }
        if let suggestion = finding.suggestion, !suggestion.replacement.isEmpty {
            text += "\n\nSuggestion:\n" + suggestion.replacement
        }
        text += "\n\n" + finding.rule + (finding.cwe.map { " · " + $0 } ?? "")
        return "::\(level(of: finding.severity)) \(properties.joined(separator: ","))::" + data(text)
    }

    private static func level(of severity: Severity) -> String {
        switch severity {
        case .critical, .high: "error"
        case .medium: "warning"
        case .low: "notice"
        }
    }

    static func data(_ text: String) -> String {
        escape(text, alsoProperty: false)
    }

    static func property(_ text: String) -> String {
        escape(text, alsoProperty: true)
    }

    private static func escape(_ text: String, alsoProperty: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": out += "%25"
            case "\r": out += "%0D"
            case "\n": out += "%0A"
            case ":" where alsoProperty: out += "%3A"
            case "," where alsoProperty: out += "%2C"
            default:
                if scalar.isHidden { out += "\u{FFFD}" } else { out.unicodeScalars.append(scalar) }
            }
        }
        return out
    }
}
