package import Diffs

/// What each line of a prompt stands for, so that an answer can be mapped back to the change.
package struct UnitKey: Sendable {
    package struct Line: Sendable {
        package let kind: DiffLine.Kind
        /// As printed: in the old file for a removed line, else in the new one; from 1.
        package let number: Int
        /// The line as the model saw it, without number and sign: masked, cut, unprintable bytes replaced.
        package let shown: String
        /// The line as it is, without its line end.
        package let content: ArraySlice<UInt8>
        /// Index of the hunk in its file.
        package let hunk: Int
        /// Index among the segments of the hunk.
        package let segment: Int
        /// Whether the model saw exactly this line.
        package let isFaithful: Bool

        package var side: Side { kind == .removed ? .old : .new }
    }

    package struct File: Sendable {
        /// The path as printed.
        package let shownPath: String
        /// The path findings carry.
        package let path: Path
        package let oldPath: Path?
        /// In the order they were printed.
        package let lines: [Line]
    }

    package let files: [File]
}
