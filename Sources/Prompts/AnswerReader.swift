import Diffs
package import Domain

/// What was made of a model's answer.
package struct UnitAnswer: Sendable, Equatable {
    /// For the gates: each stands on a line of the unit, which `quotedLine` holds as it is in the file.
    package var findings: [Finding] = []
    /// On what did not get that far, or not whole, in the words of the gates, so that they are counted together.
    package var verdicts: [GateVerdict] = []
}

/// Turns the text a model answered into findings on the unit it was asked about.
///
/// Keys that the schema does not have are passed over, because endpoints without a schema add some. What can be
/// understood in one way only is taken so (a number in quotes, one finding or a bare list instead of the object); what
/// is missing or of another type is a complaint.
package struct AnswerReader: Sendable {
    private let lines: UnitLines
    private let category: Category
    private let model: String
    private let rule: String

    /// Findings of one answer that are read; the rest is counted as rejected.
    package static let maxFindings = 20

    /// - Parameters:
    ///   - category: the unit's; findings carry it.
    ///   - model: as findings carry it.
    ///   - rule: as findings carry it, e.g. the name of the prompt version.
    package init(key: UnitKey, category: Category, model: String, rule: String = PromptVersion.review.name) {
        lines = UnitLines(key)
        self.category = category
        self.model = model
        self.rule = rule
    }

    /// - Parameter isLast: Whether no repair can follow: a finding of the wrong form is then dropped and counted
    ///   instead of spoiling the others.
    package func read(_ text: String, isLast: Bool = false) throws(AnswerComplaint) -> UnitAnswer {
        if AnswerText.isEmptyList(text) { return UnitAnswer() }
        let value = try AnswerText.value(in: text) { value in
            Self.findings(in: value) == nil ? nil : value["findings"] == nil ? 0 : 1
        }
        let items = Self.findings(in: value) ?? []
        var answer = UnitAnswer()
        var complaint: AnswerComplaint?
        for (index, item) in items.enumerated() {
            guard index < Self.maxFindings else {
                answer.verdicts.append(GateVerdict(.noise, .rejected, reason: "more than 20 findings"))
                continue
            }
            do {
                let claim = try Claim(item, index: index)
                place(claim, in: &answer)
            } catch {
                guard isLast else { throw error }
                complaint = complaint ?? error
                answer.verdicts.append(GateVerdict(.anchor, .rejected, reason: "wrong form"))
            }
        }
        if let complaint, answer.verdicts.count(where: { $0.reason == "wrong form" }) == items.count { throw complaint }
        return answer
    }

    private static func findings(in value: JSONValue) -> [JSONValue]? {
        switch value {
        case .array(let items):
            // A list of other things, such as a quoted line of code, is no answer.
            let areFindings = !items.isEmpty && items.allSatisfy { $0["line"] != nil && $0["title"] != nil }
            return areFindings ? items : nil
        case .object(let members):
            if case .array(let items)? = members["findings"] { return items }
            if case .null? = members["findings"] { return [] }
            return members["line"] != nil && members["title"] != nil ? [value] : nil
        default: return nil
        }
    }

    private func place(_ claim: Claim, in answer: inout UnitAnswer) {
        let files = lines.files(named: claim.file)
        guard !files.isEmpty else {
            return answer.verdicts.append(GateVerdict(.anchor, .rejected, reason: "file not in the change"))
        }
        let found: UnitLines.Place
        do {
            found = try lines.place(number: claim.line, quote: claim.quote, in: files)
        } catch {
            return answer.verdicts.append(GateVerdict(.anchor, .rejected, reason: error.reason))
        }
        if found.isMoved { answer.verdicts.append(GateVerdict(.anchor, .repaired, reason: "moved to the quoted line")) }
        let line = found.line
        var suggestion: Suggestion?
        if let fix = claim.fix {
            switch lines.suggestion(fix, near: found) {
            case .success(let made): suggestion = made
            case .failure(let refusal):
                answer.verdicts.append(GateVerdict(refusal.gate, .demoted, reason: refusal.reason))
            }
        }
        let file = lines.key.files[found.file]
        answer.findings.append(
            Finding(
                path: line.side == .old ? file.oldPath ?? file.path : file.path, side: line.side,
                startLine: line.number, line: line.number, severity: claim.severity, category: category, rule: rule,
                cwe: claim.cwe, title: claim.title, explanation: claim.explanation, suggestion: suggestion,
                confidence: claim.confidence, model: model, quotedLine: Array(line.content)))
    }
}
