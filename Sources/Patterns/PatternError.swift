/// Why a pattern or glob cannot be used, in words for the person who wrote it.
package struct PatternError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The pattern as written.
    package let source: String
    /// What is wrong with it, without the pattern.
    package let reason: String

    package init(source: String, reason: String) {
        self.source = source
        self.reason = reason
    }

    package var description: String {
        "pattern '\(source)' cannot be used: \(reason)"
    }
}
