/// Why a text is not a diff we can read, and where.
package struct DiffError: Error, Hashable, Sendable {
    package enum Kind: String, Sendable {
        /// The text breaks the rules of the format.
        case malformed
        /// The text ends before what it announced.
        case truncated
        /// A format that is recognised and not read: combined diffs, context diffs, coloured diffs.
        case unsupported
        /// One of `DiffLimits` is passed.
        case limit
        /// There is text, and no diff in it.
        case noDiff
    }

    /// Line of the input, counted from 1. At the end of the input: the line that should have followed.
    package let line: Int
    package let kind: Kind
    /// What was expected and what was found; one line, control characters escaped.
    package let message: String

    package init(line: Int, kind: Kind, message: String) {
        self.line = line
        self.kind = kind
        self.message = message
    }
}

extension DiffError: CustomStringConvertible {
    package var description: String { "line \(line): \(message)" }
}

/// Bounds on what a diff may ask of us.
package struct DiffLimits: Hashable, Sendable {
    /// Size of the whole text.
    package var bytes: Int
    package var files: Int
    /// Hunks of all files together.
    package var hunks: Int
    /// Bytes of one line without its line end.
    package var lineLength: Int

    package init(bytes: Int, files: Int, hunks: Int, lineLength: Int) {
        self.bytes = bytes
        self.files = files
        self.hunks = hunks
        self.lineLength = lineLength
    }

    /// 256 MB of text, 300,000 files, 1,000,000 hunks, lines of any length inside that. What is made of a text takes a
    /// few times its room, of a hunk about a kilobyte.
    package static let `default` = DiffLimits(
        bytes: 256_000_000, files: 300_000, hunks: 1_000_000, lineLength: .max)
}
