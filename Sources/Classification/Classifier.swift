import Diffs
package import Domain
import Patterns
package import SyntaxTrees

/// Judges hunks: what kind of thinking each asks for, how likely it is to hide a defect, and whether nobody need look.
///
/// Local, deterministic, without effects; made once and used from any thread. Works from the hunk's bytes alone; trees,
/// where there are any, add what the hunk cannot show.
package struct Classifier: Sendable {
    private let rules: [ClassificationRule]
    private let labels: Set<String>
    private let model: Model
    /// Classes of the words in the title of the change, as weak evidence.
    private let subject: Lexicon.Classes

    /// - Parameters:
    ///   - rules: the operator's and the repository's; see `ClassificationRule.Origin` for what each may do.
    ///   - labels: of the pull request, for rules that ask for one.
    ///   - subject: title of the commit or pull request, where there is one. It is the author's claim, so it moves
    ///     categories a little and never lowers a risk.
    package init(rules: [ClassificationRule] = [], labels: Set<String> = [], subject: String? = nil) {
        self.init(rules: rules, labels: labels, subject: subject, model: .shared)
    }

    init(rules: [ClassificationRule], labels: Set<String>, subject: String?, model: Model) {
        self.rules = rules
        self.labels = labels
        self.model = model
        self.subject = subject.map { Lexicon.shared.classes(inWordsOf: Array($0.utf8.prefix(512))) } ?? 0
    }

    /// One assessment a hunk, in order; one for a file without hunks.
    package func assess(_ changed: ChangedSource) -> [Assessment] {
        examine(changed).map { finish($0, of: changed.file, in: nil) }
    }

    /// As above for all files of a change, with what only the whole change shows: code that moved, edits that repeat,
    /// tests beside the code.
    package func assess(change: [ChangedSource]) -> [[Assessment]] {
        let examined = change.map { examine($0) }
        let context = ChangeContext(examined)
        return zip(change, examined).map { source, hunks in
            hunks.map { finish($0, of: source.file, in: context) }
        }
    }

    /// The evidence of each segment of each hunk of each file by name, for those who fit weights to it.
    package func evidence(of change: [ChangedSource]) -> [[[[(name: String, value: Double)]]]] {
        let examined = change.map { examine($0) }
        let context = ChangeContext(examined)
        return examined.map { hunks in
            hunks.map { hunk in
                hunk.segments.map { segment in
                    context.complete(segment).items.map { (FeatureSpace.names[$0.index], $0.value) }
                }
            }
        }
    }

    private func examine(_ changed: ChangedSource) -> [ExaminedHunk] {
        FileExaminer(changed, subject: subject).examine()
    }

    private func finish(_ hunk: ExaminedHunk, of file: FileDiff, in context: ChangeContext?) -> Assessment {
        let segments = hunk.segments.map { examined -> Segment in
            let verdict = model.verdict(on: context?.complete(examined) ?? examined.evidence)
            var segment = Segment(
                ranges: examined.ranges, lines: examined.lines, added: examined.added, removed: examined.removed,
                category: verdict.category, confidence: verdict.confidence, risk: verdict.risk,
                skip: examined.skip?.rawValue, reasons: verdict.reasons)
            if let skip = examined.skip { segment.reasons.insert(Reason("skip:\(skip.rawValue)", 0), at: 0) }
            if examined.isSuspicious {
                segment.risk = max(segment.risk, Classifier.suspiciousRisk)
                segment.reasons.insert(Reason("code-where-none-belongs", 2), at: 0)
            }
            if examined.removesGuard { segment.risk = max(segment.risk, Classifier.unguardedRisk) }
            if !rules.isEmpty { apply(to: &segment, hunk: hunk.hunk, of: file) }
            return segment
        }
        return Assessment(riskiestOf: segments)
    }

    /// An access check is gone and none is put in its place. Few other lines tell of it, so the sum of the evidence says
    /// too little.
    private static let unguardedRisk = 0.6
    /// Dangerous code in a place that is normally skipped.
    private static let suspiciousRisk = 0.5

    // MARK: - Rules

    private func apply(to segment: inout Segment, hunk: Hunk?, of file: FileDiff) {
        // The repository's rules last, so that what they raise stays raised.
        for origin in [ClassificationRule.Origin.operator, .repository] {
            for rule in rules where rule.origin == origin && holds(rule, for: segment, hunk, file) {
                let before = (segment.category, segment.risk)
                if let category = rule.category, origin == .operator || category != .boilerplate {
                    segment.category = category
                    segment.confidence = 1
                }
                if let maximum = rule.maximumRisk, origin == .operator {
                    segment.risk = min(segment.risk, min(max(maximum, 0), 1))
                }
                if let minimum = rule.minimumRisk {
                    segment.risk = max(segment.risk, min(max(minimum, 0), 1))
                    segment.skip = nil
                }
                if before != (segment.category, segment.risk) || rule.minimumRisk != nil {
                    segment.reasons.insert(Reason("rule:\(rule.name)", segment.risk - before.1), at: 0)
                }
            }
        }
    }

    private func holds(_ rule: ClassificationRule, for segment: Segment, _ hunk: Hunk?, _ file: FileDiff) -> Bool {
        guard rule.path != nil || rule.label != nil || rule.pattern != nil else { return false }
        if let label = rule.label, !labels.contains(label) { return false }
        if let path = rule.path {
            let paths = [file.newPath, file.oldPath].compactMap { $0?.bytes }
            guard paths.contains(where: { path.matches($0) }) else { return false }
        }
        if let pattern = rule.pattern {
            guard let hunk else { return false }
            var lines = HunkLineIterator(hunk)
            var index = 0
            while let line = lines.next(), index < segment.lines.upperBound {
                if index >= segment.lines.lowerBound, !line.kind.isContext,
                    pattern.isMatch(in: hunk.buffer[line.range])
                {
                    return true
                }
                index &+= 1
            }
            return false
        }
        return true
    }
}

extension Assessment {
    /// Category and risk of the riskiest segment; the hunk is skipped only if all of them are.
    init(riskiestOf segments: [Segment]) {
        var riskiest = segments[0]
        for segment in segments.dropFirst() {
            let isOpen = segment.skip == nil
            if isOpen != (riskiest.skip == nil) {
                if isOpen { riskiest = segment }
            } else if segment.risk > riskiest.risk {
                riskiest = segment
            }
        }
        self.init(
            category: riskiest.category, confidence: riskiest.confidence, risk: riskiest.risk, skip: riskiest.skip,
            reasons: riskiest.reasons, segments: segments)
    }
}
