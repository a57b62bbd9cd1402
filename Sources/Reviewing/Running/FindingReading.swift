import Diffs
import Domain
import Gates
import Prompts

/// Reads findings out of usable answers, and counts what was dropped on the way.
struct FindingReading {
    private let review: ModelReview
    private var verdicts: [GateVerdict] = []
    /// Findings of an answer that fell before the gates, by the answer's index.
    private(set) var dropped: [Int: Int] = [:]

    init(_ review: ModelReview) {
        self.review = review
    }

    mutating func read(_ answers: [ModelReview.Answered]) -> [(unit: Int, finding: Finding)] {
        answers.indices.flatMap { read(answers[$0], index: $0) }
    }

    mutating func read(_ answered: ModelReview.Answered, index: Int) -> [(unit: Int, finding: Finding)] {
        guard case .answered(let text, let model) = answered.end else { return [] }
        let reader = AnswerReader(key: answered.prompt.key, category: answered.unit.category, model: model)
        // Whether the text can be used was settled when it came.
        guard let answer = try? reader.read(text, isLast: true) else { return [] }
        verdicts += answer.verdicts
        dropped[index] = answer.verdicts.count { $0.outcome == .rejected }
        return answer.findings.map { (index, Self.placed($0, in: answered.unit, isProven: isProven(model))) }
    }

    private func isProven(_ model: String) -> Bool { !review.unproven.contains(model) }

    /// Under the path by which the change knows the file, and no graver than the model's word allows.
    private static func placed(_ finding: Finding, in unit: ReviewUnit, isProven: Bool) -> Finding {
        var finding = finding
        if let hunk = unit.hunks.first(where: { $0.file.path == finding.path || $0.file.oldPath == finding.path }) {
            finding.path = hunk.file.path
        }
        if !isProven { finding.severity = min(finding.severity, .medium) }
        return finding
    }

    /// The gates' counts with those of the reading.
    func counts(with gates: [GateCount]) -> [GateCount] {
        GateCount.sum(gates, GateResult.counts(of: [GateResult(kept: [], verdicts: [verdicts])]))
    }
}
