package import Diffs

/// One named piece of evidence for a category or a risk, with its weight (log-odds; positive raises).
package struct Reason: Sendable, Codable, Hashable {
    package let name: String
    package let weight: Double

    package init(_ name: String, _ weight: Double) {
        self.name = name
        self.weight = weight
    }
}

/// A line range on both sides, in the form of a hunk header.
package struct LineRanges: Sendable, Equatable {
    package let oldStart: Int
    package let oldLines: Int
    package let newStart: Int
    package let newLines: Int

    package init(oldStart: Int, oldLines: Int, newStart: Int, newLines: Int) {
        self.oldStart = oldStart
        self.oldLines = oldLines
        self.newStart = newStart
        self.newLines = newLines
    }
}

/// What was judged of a segment: the piece of a hunk that is assessed and routed as one.
package struct Segment: Sendable {
    package var ranges: LineRanges
    /// Indexes into the hunk's lines; the segments of a hunk cover all its lines, in order, without overlap.
    package var lines: Range<Int>
    package var added: Int
    package var removed: Int
    package var category: Category
    /// Probability that `category` is right, 0 to 1.
    package var confidence: Double
    /// Probability that the segment holds a defect a senior reviewer would flag, 0 to 1.
    package var risk: Double
    /// The skip rule that says no model need look, or nil. Static rules run all the same.
    package var skip: String?
    package var reasons: [Reason]

    package init(
        ranges: LineRanges, lines: Range<Int>, added: Int, removed: Int, category: Category, confidence: Double,
        risk: Double, skip: String?, reasons: [Reason]
    ) {
        self.ranges = ranges
        self.lines = lines
        self.added = added
        self.removed = removed
        self.category = category
        self.confidence = confidence
        self.risk = risk
        self.skip = skip
        self.reasons = reasons
    }
}

/// What was judged of a hunk: category and risk are those of its riskiest segment.
package struct Assessment: Sendable {
    package var category: Category
    package var confidence: Double
    package var risk: Double
    package var skip: String?
    package var reasons: [Reason]
    /// At least one.
    package var segments: [Segment]

    package init(
        category: Category, confidence: Double, risk: Double, skip: String?, reasons: [Reason], segments: [Segment]
    ) {
        self.category = category
        self.confidence = confidence
        self.risk = risk
        self.skip = skip
        self.reasons = reasons
        self.segments = segments
    }
}

/// A hunk of a change with its place and its assessment; `hunkIndex` nil stands for a file without hunks.
package struct AssessedHunk: Sendable {
    package let file: FileDiff
    /// From 0 within the file.
    package let hunkIndex: Int?
    /// Lowercase hexadecimal SHA-256; see `Fingerprints`.
    package let fingerprint: String
    package let assessment: Assessment

    package init(file: FileDiff, hunkIndex: Int?, fingerprint: String, assessment: Assessment) {
        self.file = file
        self.hunkIndex = hunkIndex
        self.fingerprint = fingerprint
        self.assessment = assessment
    }

    package var hunk: Hunk? { hunkIndex.map { file.hunks[$0] } }
}
