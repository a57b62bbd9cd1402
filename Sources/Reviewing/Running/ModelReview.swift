package import Diffs
package import Domain
import Fingerprints
import Gates
package import Prompts
import Routing
package import Rules
package import SyntaxTrees

/// What a review by models brought.
package struct ModelReviewResult: Sendable {
    /// Through the gates, with identities.
    package var findings: [Finding] = []
    package var gates: [GateCount] = []
    package var notReviewed: [NotReviewed] = []
    package var rows: [CostRow] = []
    package var hunksByTier: [Tier: Int] = [:]
    /// Fingerprints of hunks of which a model saw at least one segment.
    package var reviewedHunks: Set<String> = []
    package var maskedSecrets = 0
    package var notes: [Note] = []
    /// Units for which the money was not there.
    package var unitsUnaffordable = 0
    package var units = 0

    package init() {}
}

/// Has the units of a plan looked at by models: all at once, then what needs a second look, through the gates.
package struct ModelReview: Sendable {
    let desk: CallDesk
    let baselineModel: RoutableModel?
    let scanner: SecretScanner
    let sources: [Path: ChangedSource]
    let pathNotes: @Sendable (Path) -> [PathNote]
    /// Models whose word is not yet trusted: their findings are at most medium.
    let unproven: Set<String>
    let fallsBackOnGates: Bool
    let confidenceFloor: Double
    /// Keyed with the installation's secret; see `DataTag`.
    let tagDigest: @Sendable ([UInt8]) -> [UInt8]

    /// - Parameters:
    ///   - sources: Files whose trees are at hand.
    ///   - pathNotes: What the configuration says of a path.
    package init(
        desk: CallDesk, baselineModel: String?, scanner: SecretScanner, sources: [Path: ChangedSource],
        pathNotes: @escaping @Sendable (Path) -> [PathNote], unproven: Set<String>, fallsBackOnGates: Bool,
        confidenceFloor: Double, tagDigest: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.desk = desk
        self.baselineModel = baselineModel.flatMap { desk.models[$0] }
        self.scanner = scanner
        self.sources = sources
        self.pathNotes = pathNotes
        self.unproven = unproven
        self.fallsBackOnGates = fallsBackOnGates
        self.confidenceFloor = confidenceFloor
        self.tagDigest = tagDigest
    }

    /// One unit with what became of it.
    struct Answered: Sendable {
        var pursuit: Pursuit
        let prompt: UnitPrompt
        var end: Pursuit.End

        var unit: ReviewUnit { pursuit.unit }
    }

    /// - Parameter progress: Called after each unit with how many are done and how many there are.
    package func run(
        _ units: [ReviewUnit], through rooms: GateRoom, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws -> ModelReviewResult {
        var answers = try await ask(units, progress)
        var reading = FindingReading(self)
        let first = reading.read(answers)
        var (kept, rejected, results) = rooms.judge(first)
        let followUp = FollowUp(self)
        let more = try await followUp.secondLooks(&answers, kept: kept, rejected: rejected, reading: &reading)
        if !more.replaced.isEmpty || !more.findings.isEmpty {
            kept.removeAll { more.replaces($0) }
            let again = rooms.judge(more.findings)
            kept += more.mended(again.kept)
            results += again.results
        }
        let confirmed = try await followUp.confirmations(answers, kept: kept)
        kept = confirmed.kept
        return result(units, answers, kept, GateResult.counts(of: results), reading, confirmed)
    }

    // MARK: Asking

    private func ask(
        _ units: [ReviewUnit], _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> [Answered] {
        try await withThrowingTaskGroup(of: (Int, [Answered]).self) { group in
            for (index, unit) in units.enumerated() {
                group.addTask { (index, try await ask(unit)) }
            }
            var byUnit: [Int: [Answered]] = [:]
            while let (index, answers) = try await group.next() {
                byUnit[index] = answers
                progress(byUnit.count, units.count)
            }
            return byUnit.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    private func ask(_ unit: ReviewUnit) async throws -> [Answered] {
        let parts = unit.parts(desk.allocation.estimate)
        let prompt = UnitPrompt.compose(
            material(of: unit), allowance: allowance(unit.category), scanner: scanner, digest: tagDigest)
        let reader = AnswerReader(key: prompt.key, category: unit.category, model: unit.model)
        let question = Question(request: prompt.request, purpose: "review") { text, isLast in
            do throws(AnswerComplaint) {
                _ = try reader.read(text, isLast: isLast)
                return nil
            } catch {
                return error
            }
        }
        var pursuit = Pursuit(
            unit, question: question,
            order: FallbackOrder(desk.allocation, category: unit.category, parts: parts, first: unit.model), desk: desk,
            baseline: baseline(parts, unit.category))
        let end = try await pursuit.start()
        guard end == .split else { return [Answered(pursuit: pursuit, prompt: prompt, end: end)] }
        var answers: [Answered] = []
        for half in unit.halves { answers += try await ask(half) }
        // The calls before the cut were paid for as well.
        answers.append(Answered(pursuit: pursuit, prompt: prompt, end: .split))
        return answers
    }

    func material(of unit: ReviewUnit) -> UnitMaterial {
        var seen: Set<String> = []
        let notes = unit.hunks.flatMap { pathNotes($0.file.path) }.filter { seen.insert($0.match + $0.text).inserted }
        var own: [Path: ChangedSource] = [:]
        for hunk in unit.hunks { own[hunk.file.path] = sources[hunk.file.path] }
        return UnitMaterial(category: unit.category, pieces: unit.pieces, sources: own, notes: notes)
    }

    /// The limits of the model that is asked narrow it; see `Pursuit`.
    func allowance(_ category: Category) -> AnswerAllowance {
        AnswerAllowance(visible: desk.allocation.settings.maxOutputTokens[category] ?? 1000)
    }

    func baseline(_ parts: [FallbackOrder.Part], _ category: Category) -> Money {
        baselineModel.map { ExpectedCost.of(parts, category: category, at: $0, in: desk.allocation) } ?? .zero
    }

    /// What the unit would have cost at the baseline model: what it did cost where that model answered, and nothing
    /// where the answer was kept from before, since then it would have been kept there too.
    private func baseline(of answer: Answered, by model: String) -> Money {
        let records = answer.pursuit.entries.compactMap(\.record)
        if records.isEmpty { return .zero }
        if model == baselineModel?.name { return records.reduce(.zero) { $0 + $1.charged } }
        return baseline(answer.unit.parts(desk.allocation.estimate), answer.unit.category)
    }

    // MARK: The result

    private func result(
        _ units: [ReviewUnit], _ answers: [Answered], _ kept: [GatedFinding], _ gates: [GateCount],
        _ reading: FindingReading, _ confirmed: FollowUp.Confirmed
    ) -> ModelReviewResult {
        var result = ModelReviewResult()
        var tally = CostTally()
        let tier = { desk.tier(of: $0, for: $1) }
        for answer in answers {
            tally.add(answer.pursuit.entries, tier: tier)
        }
        for calls in confirmed.calls { tally.add(calls, tier: tier) }
        for answer in answers {
            result.maskedSecrets += answer.end == .split ? 0 : answer.prompt.maskedSecrets
            switch answer.end {
            case .answered(_, let model):
                tally.reviewed(
                    answer.unit, by: model, tier: tier(model, answer.unit.category),
                    baseline: baseline(of: answer, by: model))
            case .split: break
            case .stopped(let reason):
                if reason == .unaffordable { result.unitsUnaffordable += 1 }
                let why = ([reason.rawValue] + [answer.pursuit.said].filter { !$0.isEmpty }).joined(separator: ": ")
                for hunk in answer.unit.hunks {
                    let missed = NotReviewed(path: hunk.file.path, hunkIndex: hunk.hunkIndex, reason: why)
                    // Both halves of a hunk may have failed alike.
                    if !result.notReviewed.contains(missed) { result.notReviewed.append(missed) }
                }
            }
        }
        result.units = units.count
        result.rows = tally.sorted { desk.models[$0]?.model }
        result.hunksByTier = tally.hunksByTier
        result.reviewedHunks = tally.reviewedHunks
        result.findings = kept.map(\.finding)
        result.gates = reading.counts(with: gates)
        if confirmed.refuted > 0 {
            result.notes.append(
                Note(
                    kind: "refuted",
                    text: "\(counted(confirmed.refuted, "finding")) of a cheaper model refuted by a stronger one: not "
                        + "shown."))
        }
        return result
    }
}
