import Diffs
package import Domain
package import Prompts
import Routing

/// Segments of one change that go to one model in one request.
package struct ReviewUnit: Sendable {
    /// From 0 in the review; halves of a unit keep its number.
    package let number: Int
    package let category: Category
    /// The provider entry the plan chose.
    package let model: String
    package let pieces: [UnitPiece]
    /// True for a half of a unit that was cut in two.
    package let isHalf: Bool

    package init(number: Int, category: Category, model: String, pieces: [UnitPiece], isHalf: Bool = false) {
        self.number = number
        self.category = category
        self.model = model
        self.pieces = pieces
        self.isHalf = isHalf
    }

    /// The units of a plan, in the order of their numbers.
    package static func units(of plan: Plan) -> [ReviewUnit] {
        var units: [Int: (category: Category, model: String, pieces: [UnitPiece])] = [:]
        for hunk in plan.hunks {
            for planned in hunk.segments {
                guard planned.decision == .model, let number = planned.unit, let model = planned.model,
                    let piece = piece(of: planned, hunk.hunk)
                else { continue }
                units[number, default: (planned.segment.category, model, [])].pieces.append(piece)
            }
        }
        return units.sorted { $0.key < $1.key }.map { number, unit in
            ReviewUnit(number: number, category: unit.category, model: unit.model, pieces: unit.pieces)
        }
    }

    /// The lines of a planned segment; of one that was cut to fit a window, its part with the lines before it.
    private static func piece(of planned: PlannedSegment, _ hunk: AssessedHunk) -> UnitPiece? {
        let lines = planned.segment.lines
        let segment = hunk.assessment.segments.firstIndex { $0.lines.contains(lines.lowerBound) }
        guard let segment else { return nil }
        let first = max(
            hunk.assessment.segments[segment].lines.lowerBound, lines.lowerBound - (planned.part?.overlap ?? 0))
        return UnitPiece(hunk: hunk, segment: segment, lines: first..<lines.upperBound)
    }

    /// Whether asking in two halves could help.
    var canSplit: Bool { !isHalf && (pieces.count > 1 || (pieces.first?.lines.count ?? 0) > 1) }

    /// Two units of about half the text each; one piece alone is cut with overlap.
    var halves: [ReviewUnit] {
        let parts: [[UnitPiece]]
        if pieces.count > 1 {
            let sizes = pieces.map(\.shownBytes)
            let total = sizes.reduce(0, +)
            var cut = 1
            var before = sizes[0]
            while cut < pieces.count - 1, 2 * (before + sizes[cut]) <= total {
                before += sizes[cut]
                cut += 1
            }
            parts = [Array(pieces[..<cut]), Array(pieces[cut...])]
        } else if let piece = pieces.first {
            // Room for the lines that both show, few as they are in a long piece.
            let total = piece.shownBytes
            let room = min(total * 2 / 3, total / 2 + 8 * (total / max(1, piece.lines.count)))
            parts = piece.split(bytes: room).pieces.map { [$0] }
        } else {
            parts = []
        }
        return parts.map {
            ReviewUnit(number: number, category: category, model: model, pieces: $0, isHalf: true)
        }
    }

    /// Hunks of which the unit shows something.
    package var hunks: [AssessedHunk] {
        var seen: Set<String> = []
        return pieces.map(\.hunk).filter { seen.insert($0.fingerprint).inserted }
    }

    func parts(_ estimate: any TokenEstimating) -> [FallbackOrder.Part] {
        pieces.compactMap { piece in
            let segments = piece.hunk.assessment.segments
            guard segments.indices.contains(piece.segment) else { return nil }
            var segment = segments[piece.segment]
            segment.lines = piece.lines
            return FallbackOrder.Part(
                path: piece.hunk.file.path, segment: segment, size: estimate.size(of: piece.hunk, segment: segment))
        }
    }
}
