package import Classification
package import Diffs
package import Domain
package import Gates
package import Rules
package import SyntaxTrees

/// What a reader sees of the findings, and what is folded away.
package struct FindingPolicy: Sendable {
    /// Findings below it are folded.
    package var severityFloor: Severity
    /// Findings less sure than this are folded.
    package var confidenceFloor: Double
    /// Paths where only findings from a higher severity on are shown.
    package var floorOfPath: @Sendable (Path) -> Severity = { _ in .low }
    /// At most this many are shown in full; nil for all.
    package var cap: Int?
    /// Models whose findings are only ever folded: nobody knows yet what their word is worth.
    package var unproven: Set<String> = []

    package init(severityFloor: Severity, confidenceFloor: Double, cap: Int?) {
        self.severityFloor = severityFloor
        self.confidenceFloor = confidenceFloor
        self.cap = cap
    }

    /// Nothing folded: for programs, which filter themselves.
    package static let everything = FindingPolicy(severityFloor: .low, confidenceFloor: 0, cap: nil)

    /// Divides findings, ordered by weight, into shown and folded.
    package func divide(_ findings: [Finding]) -> (shown: [Finding], folded: [Finding]) {
        var shown: [Finding] = []
        var folded: [Finding] = []
        for finding in findings {
            let fits = cap.map { shown.count < $0 } ?? true
            let floor = max(severityFloor, floorOfPath(finding.path))
            if fits, !unproven.contains(finding.model), finding.severity >= floor, finding.confidence >= confidenceFloor
            {
                shown.append(finding)
            } else {
                folded.append(finding)
            }
        }
        return (shown, folded)
    }
}

/// The result of reviewing a change with the static reviewer alone.
package struct StaticReviewResult: Sendable {
    package var hunks: [AssessedHunk]
    /// By severity, then path and line.
    package var findings: [Finding]
    package var gates: [GateCount]
    package var notReviewed: [NotReviewed]
    package var notes: [Note]
    /// By the finding's identity; empty unless they were asked for.
    package var frames: [String: CodeFrame]
    /// Hunks whose lines were looked at.
    package var hunksExamined: Int
    /// Files whose change could not be read at all.
    package var unreadable: [NotReviewed]
}

/// Judges, checks and gates a change without any model.
package struct StaticReview {
    private let examiner: Examiner
    private let reviewer: StaticReviewer
    private let secrets: SecretScanner
    package let gates: GatePipeline

    package init(
        classifier: Classifier, reviewer: StaticReviewer, secrets: SecretScanner, grammars: Grammars?,
        validation: ValidationSettings = ValidationSettings(), isIgnored: @escaping (Path) -> Bool = { _ in false }
    ) {
        examiner = Examiner(classifier: classifier, grammars: grammars, isIgnored: isIgnored)
        self.reviewer = reviewer
        self.secrets = secrets
        gates = GatePipeline(grammars: grammars, reviewer: reviewer, secrets: secrets, validation: validation)
    }

    /// - Parameters:
    ///   - makesFrames: For a report that shows the code around findings.
    ///   - onBatch: Given each batch of files while its trees are in memory.
    package func run(
        _ input: ChangeInput, makesFrames: Bool = false, onBatch: ([ChangedSource]) -> Void = { _ in }
    ) -> StaticReviewResult {
        var kept: [Finding] = []
        var counts: [GateCount] = []
        var frames: [String: CodeFrame] = [:]
        let examination = examiner.examine(input) { batch in
            onBatch(batch)
            let wanted = batch.filter { !examiner.isIgnored($0.file.path) }
            var found: [Path: [Finding]] = [:]
            for finding in reviewer.review(change: wanted) { found[finding.path, default: []].append(finding) }
            for file in wanted {
                var findings = found.removeValue(forKey: file.file.path) ?? []
                findings += secrets.findings(in: file)
                guard !findings.isEmpty else { continue }
                let credentials = CredentialLines(findings)
                let result = gates.judge(credentials.withoutSuggestions(Self.distinct(findings)), in: file)
                counts = GateCount.sum(counts, result.counts)
                var framing = Framing(of: file, scanner: secrets, credentials: credentials)
                for var finding in result.kept {
                    finding.identify(in: file)
                    kept.append(finding)
                    if makesFrames { frames[finding.identity] = framing.frame(around: finding) }
                }
            }
        }
        kept.sort(by: Finding.isGraver)
        return StaticReviewResult(
            hunks: examination.hunks, findings: kept, gates: GateResult.sorted(counts),
            notReviewed: input.notReviewed + Self.withoutHunks(input.diff.files),
            notes: input.notes + examination.notes, frames: frames,
            hunksExamined: examination.hunks.count { $0.hunkIndex != nil }, unreadable: input.notReviewed)
    }

    /// Findings of the same weakness on the same line say the same thing twice; the surest stays.
    private static func distinct(_ findings: [Finding]) -> [Finding] {
        var best: [String: Int] = [:]
        var result: [Finding] = []
        for finding in findings {
            let key = "\(finding.side.rawValue) \(finding.line ?? 0) \(finding.cwe ?? finding.rule)"
            if let index = best[key] {
                if (finding.severity, finding.confidence) > (result[index].severity, result[index].confidence) {
                    result[index] = finding
                }
            } else {
                best[key] = result.count
                result.append(finding)
            }
        }
        return result
    }

    private static func withoutHunks(_ files: [FileDiff]) -> [NotReviewed] {
        files.compactMap { file in
            switch file.status {
            case .binary: NotReviewed(path: file.path, hunkIndex: nil, reason: "binary")
            case .submodule: NotReviewed(path: file.path, hunkIndex: nil, reason: "submodule")
            default: nil
            }
        }
    }
}
