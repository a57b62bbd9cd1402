package import Domain
package import Rules
package import SyntaxTrees

/// What the gates made of the findings of one file.
package struct GateResult: Sendable {
    /// The findings that passed, repaired where needed, in the order they came in.
    package let kept: [Finding]
    /// The verdicts on each finding that came in, in the order of the gates; a rejected one has none after that.
    package let verdicts: [[GateVerdict]]

    package init(kept: [Finding], verdicts: [[GateVerdict]]) {
        self.kept = kept
        self.verdicts = verdicts
    }

    /// How often each verdict was given, by gate, outcome and reason.
    package var counts: [GateCount] { Self.counts(of: [self]) }

    /// The sums over several files.
    package static func counts(of results: [GateResult]) -> [GateCount] {
        var counts: [Key: Int] = [:]
        for verdict in results.lazy.flatMap(\.verdicts).joined() { counts[Key(verdict), default: 0] += 1 }
        return sorted(counts.map { GateCount(verdict: $0.key.verdict, count: $0.value) })
    }

    /// Counts in the order of the gates.
    package static func sorted(_ counts: [GateCount]) -> [GateCount] {
        counts.sorted { Key($0.verdict) < Key($1.verdict) }
    }

    private struct Key: Hashable, Comparable {
        let gate: GateName
        let outcome: GateOutcome
        let reason: String?

        init(_ verdict: GateVerdict) {
            gate = verdict.gate
            outcome = verdict.outcome
            reason = verdict.reason
        }

        var verdict: GateVerdict { GateVerdict(gate, outcome, reason: reason) }

        static func < (left: Key, right: Key) -> Bool {
            (rank(left.gate), rank(left.outcome), left.reason ?? "")
                < (rank(right.gate), rank(right.outcome), right.reason ?? "")
        }

        private static func rank<Case: CaseIterable & Equatable>(_ item: Case) -> Int {
            Case.allCases.enumerated().first { $0.element == item }?.offset ?? 0
        }
    }
}

/// The gates every finding passes before anyone sees it, in the order of `GateName`.
///
/// A gate that cannot repair a suggestion takes it away and leaves the comment; only anchor, noise and sanitising may
/// take the finding. Sanitising runs whatever happened before.
package struct GatePipeline: Sendable {
    private let grammars: Grammars?
    private let security: SecurityGate
    private let validation: ValidationSettings

    /// - Parameter validation: which gates run; anchor, applies and sanitising always do.
    package init(
        grammars: Grammars?, reviewer: StaticReviewer, secrets: SecretScanner = .builtin,
        validation: ValidationSettings = ValidationSettings()
    ) {
        self.grammars = grammars
        self.validation = validation
        security = SecurityGate(reviewer: reviewer, secrets: secrets)
    }

    /// - Parameters:
    ///   - findings: of this file only; one of another file is rejected.
    ///   - imported: texts of files that this one imports, where names may come from.
    package func judge(
        _ findings: [Finding], in changed: ChangedSource, imported: [[UInt8]] = []
    ) -> GateResult {
        guard !findings.isEmpty else { return GateResult(kept: [], verdicts: []) }
        let anchor = AnchorGate(changed.file)
        let applies = AppliesGate(changed)
        // Collecting the names of a file takes longer than all the rest, and few findings need it.
        let grounding =
            findings.contains { $0.suggestion != nil } ? GroundingGate(changed, imported: imported) : nil
        var candidates = findings.map(Candidate.init)
        var parsedBytes = 0
        for index in candidates.indices {
            anchor.judge(&candidates[index])
            applies.judge(&candidates[index], anchor: anchor)
            if let edit = candidates[index].edit {
                parsedBytes += edit.bytes.count
                if parsedBytes > Self.parsedBytes { candidates[index].demote(.applies, "too many suggestions") }
            }
            parse(&candidates[index], head: changed.head)
            run(.syntax, &candidates[index]) { SyntaxGate.judge(&$0, head: changed.head) }
            run(.security, &candidates[index]) { security.judge(&$0, head: changed.head) }
            run(.complexity, &candidates[index]) { ComplexityGate.judge(&$0) }
            run(.grounding, &candidates[index]) { candidate in
                if let grounding {
                    grounding.judge(&candidate)
                } else if !candidate.lacksSuggestion(for: .grounding) {
                    candidate.skip(.grounding, "file too large")
                }
            }
            if validation.runs(.noise) {
                candidates[index].noise = NoiseGate.emptiness(candidates[index], changed.head)
            }
            // A file a suggestion, with its tree, is too much to keep.
            candidates[index].edit = nil
            candidates[index].applied = nil
        }
        if validation.runs(.noise) {
            NoiseGate.judge(&candidates)
        } else {
            for index in candidates.indices { candidates[index].skip(.noise, Self.switchedOff) }
        }
        for index in candidates.indices { SanitisingGate.judge(&candidates[index]) }
        return GateResult(
            kept: candidates.filter { !$0.isRejected }.map(\.finding), verdicts: candidates.map(\.verdicts))
    }

    private static let switchedOff = "switched off"
    /// Each suggestion is tried by making the file it gives and parsing that; more than this is not parsed for one file.
    private static let parsedBytes = 16 << 20

    private func run(_ gate: GateName, _ candidate: inout Candidate, _ judge: (inout Candidate) -> Void) {
        if validation.runs(gate) { judge(&candidate) } else { candidate.skip(gate, Self.switchedOff) }
    }

    /// Parses the file as the author would get it, once for all gates.
    private func parse(_ candidate: inout Candidate, head: ParsedSource?) {
        guard let head, let edit = candidate.edit, edit.bytes != head.bytes else { return }
        candidate.applied = ParsedSource(
            path: head.path, bytes: edit.bytes, grammars: grammars, language: head.language)
    }
}

/// A finding on its way through the gates.
struct Candidate {
    var finding: Finding
    private(set) var verdicts: [GateVerdict] = []
    private(set) var isRejected = false
    /// What the suggestion makes of the file, once it is known to apply.
    var edit: Edit?
    /// That file, parsed.
    var applied: ParsedSource?
    /// What makes the suggestion idle, found while the file it gives is at hand.
    var noise: String?

    init(_ finding: Finding) {
        self.finding = finding
    }

    /// Whether a later gate has a suggestion to judge.
    var hasSuggestion: Bool { !isRejected && finding.suggestion != nil }

    mutating func accept(_ gate: GateName) {
        verdicts.append(GateVerdict(gate, .accepted))
    }

    mutating func repaired(_ gate: GateName, _ reason: String) {
        verdicts.append(GateVerdict(gate, .repaired, reason: reason))
    }

    mutating func skip(_ gate: GateName, _ reason: String) {
        verdicts.append(GateVerdict(gate, .skipped, reason: reason))
    }

    /// Takes the suggestion away.
    mutating func demote(_ gate: GateName, _ reason: String) {
        finding.suggestion = nil
        edit = nil
        applied = nil
        noise = nil
        verdicts.append(GateVerdict(gate, .demoted, reason: reason))
    }

    mutating func reject(_ gate: GateName, _ reason: String) {
        isRejected = true
        verdicts.append(GateVerdict(gate, .rejected, reason: reason))
    }

    /// Says that a gate of suggestions has nothing to do; true if so.
    mutating func lacksSuggestion(for gate: GateName) -> Bool {
        if isRejected { return true }
        if finding.suggestion == nil {
            skip(gate, Self.noSuggestion)
            return true
        }
        return false
    }

    static let noSuggestion = "no suggestion"
}
