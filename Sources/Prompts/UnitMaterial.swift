package import Diffs
package import Domain
package import SyntaxTrees

/// Lines of one hunk that a model is asked about: a segment or a part of one.
package struct UnitPiece: Sendable {
    package let hunk: AssessedHunk
    /// Index among the segments of the hunk's assessment.
    package let segment: Int
    /// Indexes into the hunk's lines.
    package let lines: Range<Int>

    package init(hunk: AssessedHunk, segment: Int, lines: Range<Int>) {
        self.hunk = hunk
        self.segment = segment
        self.lines = lines
    }

    /// A whole segment; empty when the hunk has no such segment.
    package init(hunk: AssessedHunk, segment: Int) {
        let segments = hunk.assessment.segments
        self.init(
            hunk: hunk, segment: segment, lines: segments.indices.contains(segment) ? segments[segment].lines : 0..<0)
    }
}

/// What the repository's maintainers say of some paths, from the configuration on the base side of the change.
package struct PathNote: Sendable, Hashable {
    /// The glob it was written for.
    package var match: String
    package var text: String

    package init(match: String, text: String) {
        self.match = match
        self.text = text
    }
}

/// Lines from elsewhere in the repository that help to understand a change; no finding can stand on them.
package struct ContextSnippet: Sendable, Hashable {
    package var path: Path
    /// Of the first line, counted from 1.
    package var startLine: Int
    package var text: [UInt8]

    package init(path: Path, startLine: Int, text: [UInt8]) {
        self.path = path
        self.startLine = startLine
        self.text = text
    }
}

/// Everything one request for a review is written from.
package struct UnitMaterial: Sendable {
    package var category: Category
    /// Those of files without hunks are left out: there is nothing to print of them.
    package var pieces: [UnitPiece]
    /// The versions of the files at hand: to know their secrets wherever they stand, and to name declarations.
    package var sources: [Path: ChangedSource]
    /// The change's title, written by its author.
    package var title: String?
    package var notes: [PathNote]
    package var context: [ContextSnippet]

    package init(
        category: Category, pieces: [UnitPiece], sources: [Path: ChangedSource] = [:], title: String? = nil,
        notes: [PathNote] = [], context: [ContextSnippet] = []
    ) {
        self.category = category
        self.pieces = pieces
        self.sources = sources
        self.title = title
        self.notes = notes
        self.context = context
    }
}

/// What a request allows the answer, in tokens.
package struct AnswerAllowance: Sendable, Hashable {
    package var visible: Int
    package var reasoning: Int
    package var effort: ReasoningEffort?

    package init(visible: Int, reasoning: Int = 0, effort: ReasoningEffort? = nil) {
        self.visible = visible
        self.reasoning = reasoning
        self.effort = effort
    }
}
