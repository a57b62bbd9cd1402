import Domain
import Prompts
import Routing

/// Second looks where a first answer was not good enough, each only where it is worth its price.
struct FollowUp: Sendable {
    private let review: ModelReview
    private var desk: CallDesk { review.desk }

    init(_ review: ModelReview) {
        self.review = review
    }

    /// What the second looks brought, before the gates.
    struct SecondLooks {
        /// Answers whose unsure findings another model's answer replaces.
        var replaced: Set<Int> = []
        /// To be judged by the gates.
        var findings: [(unit: Int, finding: Finding)] = []
        /// Findings that lost their suggestion, by answer: only the suggestion of a new finding there is of interest.
        var lost: [Int: [GatedFinding]] = [:]
        let confidenceFloor: Double

        func replaces(_ finding: GatedFinding) -> Bool {
            replaced.contains(finding.unit) && finding.finding.confidence < confidenceFloor
                || lost[finding.unit]?.contains { $0.finding.identity == finding.finding.identity } ?? false
        }

        /// What passed the gates, and the findings that wanted a suggestion, with it if it passed.
        func mended(_ kept: [GatedFinding]) -> [GatedFinding] {
            kept.filter { lost[$0.unit] == nil }
                + lost.flatMap { unit, findings in
                    findings.map { old in
                        kept.first {
                            $0.unit == unit && $0.finding.suggestion != nil && $0.finding.line == old.finding.line
                                && $0.finding.path == old.finding.path
                        } ?? old
                    }
                }
        }
    }

    private enum Look: Sendable {
        case another
        case mend(String)
    }

    func secondLooks(
        _ answers: inout [ModelReview.Answered], kept: [GatedFinding], rejected: [GatedFinding],
        reading: inout FindingReading
    ) async throws -> SecondLooks {
        var looks = SecondLooks(confidenceFloor: review.confidenceFloor)
        var plans: [(index: Int, look: Look)] = []
        for index in answers.indices {
            guard case .answered(let text, let model) = answers[index].end else { continue }
            let own = kept.filter { $0.unit == index }
            let fallen = rejected.count { $0.unit == index } + (reading.dropped[index] ?? 0)
            if isWeak(own, fallen: fallen, model, answers[index].unit), answers[index].pursuit.hasBetter(than: model) {
                plans.append((index, .another))
                continue
            }
            let lost = own.filter { $0.lostSuggestion != nil && $0.finding.severity >= .medium }
            if review.fallsBackOnGates, let first = lost.first, isWorthMending(answers[index].unit, model) {
                looks.lost[index] = lost
                plans.append((index, .mend(complaint(first, lost.count, text))))
            }
        }
        let begun = answers
        let done = try await withThrowingTaskGroup(of: (Int, ModelReview.Answered?).self) { group in
            for (index, look) in plans {
                group.addTask { (index, try await self.look(look, begun[index])) }
            }
            var done: [(Int, ModelReview.Answered?)] = []
            while let next = try await group.next() { done.append(next) }
            return done.sorted { $0.0 < $1.0 }
        }
        for (index, answered) in done {
            guard let answered else { continue }
            let before = answers[index].end
            answers[index].pursuit = answered.pursuit
            guard case .answered = answered.end, answered.end != before else {
                looks.lost[index] = nil
                continue
            }
            looks.findings += reading.read(answered, index: index)
            if looks.lost[index] == nil {
                looks.replaced.insert(index)
                answers[index].end = answered.end
            }
        }
        return looks
    }

    /// A cheap model that is not sure, or whose findings all fell.
    private func isWeak(_ kept: [GatedFinding], fallen: Int, _ model: String, _ unit: ReviewUnit) -> Bool {
        if kept.isEmpty, fallen > 0 { return review.fallsBackOnGates }
        guard desk.tier(of: model, for: unit.category) == .cheap else { return false }
        return kept.contains { $0.finding.severity >= .medium && $0.finding.confidence < review.confidenceFloor }
    }

    /// A suggestion saves its reader some minutes: a tenth of what the finding itself is worth.
    private func isWorthMending(_ unit: ReviewUnit, _ model: String) -> Bool {
        guard let model = desk.models[model] else { return false }
        let cost = ExpectedCost.of(
            unit.parts(desk.allocation.estimate), category: unit.category, at: model, in: desk.allocation)
        let worth =
            Double(desk.allocation.settings.valueOfFinding.picodollars)
            * desk.allocation.settings.policy.valueScale / 10
        return Double(cost.picodollars) < worth
    }

    private func complaint(_ lost: GatedFinding, _ count: Int, _ answer: String) -> String {
        let reason = lost.lostSuggestion?.reason ?? "it does not fit the file"
        let others = count > 1 ? " So it is with \(count - 1) more." : ""
        return
            "The fix for line \(lost.finding.line ?? 0) cannot be used: \(reason).\(others) Give the same JSON object "
            + "again with fixes that replace whole lines of the new file and leave it well formed, or with null."
    }

    private func look(_ look: Look, _ answered: ModelReview.Answered) async throws -> ModelReview.Answered? {
        guard case .answered(let text, let model) = answered.end else { return nil }
        var answered = answered
        switch look {
        case .another:
            answered.end = try await answered.pursuit.resume(after: .unsure, of: model)
        case .mend(let complaint):
            var question = answered.pursuit.question
            question.purpose = "repair"
            question.request.repair = ModelRequest.Repair(answer: text, complaint: complaint)
            if let better = try await answered.pursuit.once(question, of: model) {
                answered.end = .answered(text: better, model: model)
            }
        }
        return answered
    }

    // MARK: Confirmation

    struct Confirmed {
        var kept: [GatedFinding] = []
        var calls: [[LoggedCall]] = []
        var refuted = 0
    }

    /// Has grave findings of cheap models confirmed by stronger ones.
    func confirmations(_ answers: [ModelReview.Answered], kept: [GatedFinding]) async throws -> Confirmed {
        var result = Confirmed()
        var asked: [(GatedFinding, Pursuit)] = []
        for item in kept {
            if let pursuit = confirmation(of: item, answers[item.unit]) {
                asked.append((item, pursuit))
            } else {
                result.kept.append(item)
            }
        }
        let done = try await withThrowingTaskGroup(of: (Int, Pursuit, Pursuit.End).self) { group in
            for (index, (_, pursuit)) in asked.enumerated() {
                group.addTask {
                    var pursuit = pursuit
                    let end = try await pursuit.start()
                    return (index, pursuit, end)
                }
            }
            var done: [(Int, Pursuit, Pursuit.End)] = []
            while let next = try await group.next() { done.append(next) }
            return done.sorted { $0.0 < $1.0 }
        }
        for (index, pursuit, end) in done {
            result.calls.append(pursuit.entries)
            if let kept = Self.weighed(asked[index].0, end) {
                result.kept.append(kept)
            } else {
                result.refuted += 1
            }
        }
        return result
    }

    private func confirmation(of item: GatedFinding, _ answered: ModelReview.Answered) -> Pursuit? {
        let unit = answered.unit
        guard item.finding.severity >= .high, desk.tier(of: item.finding.model, for: unit.category) == .cheap,
            let quality = desk.models[item.finding.model]?.quality(for: unit.category)
        else { return nil }
        var limits = review.allowance(unit.category)
        limits.visible = min(limits.visible, 200)
        guard
            let prompt = ConfirmationPrompt.compose(
                item.finding, on: review.material(of: unit), allowance: limits, scanner: review.scanner,
                digest: review.tagDigest)
        else { return nil }
        let parts = unit.parts(desk.allocation.estimate)
        let order = FallbackOrder(desk.allocation, category: unit.category, parts: parts, first: unit.model)
        let worth =
            Double(desk.allocation.settings.valueOfFinding.picodollars)
            * desk.allocation.settings.policy.valueScale * max(0.05, 1 - item.finding.confidence)
        let stronger = order.candidates.filter { candidate in
            guard let model = desk.models[candidate.name], model.quality(for: unit.category) > quality + 0.02,
                desk.tier(of: candidate.name, for: unit.category) != .cheap
            else { return false }
            let cost = ExpectedCost.of(parts, category: unit.category, at: model, in: desk.allocation)
            return Double(cost.picodollars) < worth
        }
        guard !stronger.isEmpty else { return nil }
        let question = Question(request: prompt.request, purpose: "confirmation") { text, _ in
            do throws(AnswerComplaint) {
                _ = try Confirmation.read(text)
                return nil
            } catch {
                return error
            }
        }
        return Pursuit(
            ReviewUnit(
                number: unit.number, category: unit.category, model: stronger[0].name, pieces: unit.pieces,
                isHalf: true),
            question: question, order: FallbackOrder(candidates: stronger, canSplit: false), desk: desk,
            baseline: .zero)
    }

    /// The finding after the other's word; nil when it is refuted.
    private static func weighed(_ item: GatedFinding, _ end: Pursuit.End) -> GatedFinding? {
        guard case .answered(let text, _) = end, let word = try? Confirmation.read(text) else { return item }
        var finding = item.finding
        switch word.verdict {
        case .confirmed: finding.confidence = max(finding.confidence, word.confidence)
        case .refuted:
            if word.confidence >= 0.6 { return nil }
            finding.confidence = min(finding.confidence, 0.5)
        case .unsure: finding.confidence = min(finding.confidence, 0.7)
        }
        return GatedFinding(unit: item.unit, finding: finding, verdicts: item.verdicts)
    }
}
