import Diffs
package import Domain
package import Prompts
package import Routing

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
            for (index, planned) in hunk.segments.enumerated() {
                guard planned.decision == .model, let number = planned.unit, let model = planned.model else { continue }
                units[number, default: (planned.segment.category, model, [])].pieces.append(
                    UnitPiece(hunk: hunk.hunk, segment: index))
            }
        }
        return units.sorted { $0.key < $1.key }.map { number, unit in
            ReviewUnit(number: number, category: unit.category, model: unit.model, pieces: unit.pieces)
        }
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
            parts = piece.split(bytes: piece.shownBytes / 2 + 1).pieces.map { [$0] }
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
