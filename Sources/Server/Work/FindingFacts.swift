package import Domain
import FoundationEssentials
import Storage

/// What is kept of a told finding beside its place: to know it again, and to explain it.
package struct FindingFacts: Sendable, Hashable, Codable {
    package var category: Category
    package var rule: String
    package var model: String
    /// See `LinesAtHand`.
    package var lineDigest: String?
    package var explanation: FindingExplanation?

    /// Nil for what a later version wrote.
    package init?(json: String) {
        guard let facts = try? JSONDecoder().decode(FindingFacts.self, from: Data(json.utf8)) else { return nil }
        self = facts
    }

    init(_ finding: KnownFinding, explanation: FindingExplanation?) {
        category = finding.category
        rule = finding.rule
        model = finding.model
        lineDigest = finding.lineDigest
        self.explanation = explanation
    }

    /// At most 16 KiB: an explanation that is longer is left out.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var facts = self
        for _ in 0..<2 {
            if let data = try? encoder.encode(facts), data.count <= 16_000 {
                return String(decoding: data, as: UTF8.self)
            }
            facts.explanation = nil
        }
        return "{}"
    }
}

extension KnownFinding {
    /// Nil for what a later version wrote.
    init?(_ stored: ReportedFinding) {
        guard let facts = FindingFacts(json: stored.facts) else { return nil }
        let state: State =
            switch stored.state {
            case .open, .elsewhere: .open
            case .ignored: .ignored
            case .fixed: .fixed
            }
        self.init(
            identity: stored.identity, state: state, severity: stored.severity, category: facts.category,
            rule: facts.rule, title: stored.title, model: facts.model, path: stored.path,
            isOnOldSide: stored.isOnOldSide, line: stored.line, lineDigest: facts.lineDigest,
            commentID: stored.comment, isTold: stored.state != .open || stored.comment != nil)
    }

    /// - Parameter isPlaced: Whether it stands at its line, or elsewhere.
    func reported(at head: String, explanation: FindingExplanation?, isPlaced: Bool) -> ReportedFinding {
        ReportedFinding(
            identity: identity, severity: severity, title: title, path: path, line: line, isOnOldSide: isOnOldSide,
            head: head, comment: nil, state: isPlaced ? .open : .elsewhere,
            facts: FindingFacts(self, explanation: explanation).json)
    }
}
