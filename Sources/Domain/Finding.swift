package import Diffs

/// A replacement for whole lines of the head file.
package struct Suggestion: Sendable, Equatable {
    /// First and last line replaced, on the new side, counted from 1.
    package var startLine: Int
    package var line: Int
    /// The new text without a line end after its last line; empty text deletes the lines.
    package var replacement: String

    package init(startLine: Int, line: Int, replacement: String) {
        self.startLine = startLine
        self.line = line
        self.replacement = replacement
    }
}

/// A defect somebody should look at, anchored to lines of the change.
package struct Finding: Sendable, Equatable {
    package var path: Path
    package var side: Side
    /// First line, counted from 1; nil when the finding is about the whole file.
    package var startLine: Int?
    /// Last line; equal to `startLine` for one line.
    package var line: Int?
    package var severity: Severity
    package var category: Category
    /// Identifier of the rule or prompt that found it, e.g. `python-sql-injection`.
    package var rule: String
    /// For example "CWE-89".
    package var cwe: String?
    /// At most 80 characters.
    package var title: String
    /// At most three sentences.
    package var explanation: String
    package var suggestion: Suggestion?
    /// Probability that the finding is right, 0 to 1.
    package var confidence: Double
    /// The model that found it; `builtin` for the static reviewer.
    package var model: String
    /// The text of line `line` as the finder saw it, without its line end, so that the anchor can be checked.
    package var quotedLine: [UInt8]
    /// The innermost named declaration around the line, if known.
    package var symbol: String?
    /// Names the finding across pushes and models; see `Fingerprints`. Empty until it is computed.
    package var identity: String

    package init(
        path: Path, side: Side, startLine: Int?, line: Int?, severity: Severity, category: Category, rule: String,
        cwe: String?, title: String, explanation: String, suggestion: Suggestion? = nil, confidence: Double,
        model: String, quotedLine: [UInt8], symbol: String? = nil, identity: String = ""
    ) {
        self.path = path
        self.side = side
        self.startLine = startLine
        self.line = line
        self.severity = severity
        self.category = category
        self.rule = rule
        self.cwe = cwe
        self.title = title
        self.explanation = explanation
        self.suggestion = suggestion
        self.confidence = confidence
        self.model = model
        self.quotedLine = quotedLine
        self.symbol = symbol
        self.identity = identity
    }
}
