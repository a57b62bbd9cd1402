import Diffs
package import Domain
package import Rules

/// Asks another model, usually a stronger one, whether a finding is right.
package struct ConfirmationPrompt: Sendable {
    package let request: ModelRequest
    /// Different secrets that are masked in the request.
    package let maskedSecrets: Int

    /// Lines of the unit that are shown on each side of the finding's line.
    package static let linesAround = 40

    /// - Parameters:
    ///   - material: what the finding was made on; of it the lines around the finding are shown.
    ///   - digest: as in `UnitPrompt.compose`.
    /// - Returns: Nil if the finding is on no line of the material.
    package static func compose(
        _ finding: Finding, on material: UnitMaterial, allowance: AnswerAllowance, scanner: SecretScanner = .builtin,
        digest: ([UInt8]) -> [UInt8]
    ) -> ConfirmationPrompt? {
        guard let near = material.around(finding, lines: linesAround) else { return nil }
        var writer = MaterialWriter(near, scanner: scanner)
        var data = writer.data()
        data += "=== claim\n"
        data +=
            "\(finding.side == .old ? "removed line" : "line") \(finding.line ?? 0): \(writer.shown(finding.title))\n"
        data += "\(writer.shown(finding.explanation))\n"
        let tag = DataTag(for: Array(data.utf8), digest: digest)
        let version = PromptVersion.confirmation
        let text = tag.opening + data + tag.closing
        return ConfirmationPrompt(
            request: ModelRequest(
                instructions: version.instructions(for: near.category), material: text, schema: version.schema,
                answerLimit: allowance.visible, reasoningAllowance: allowance.reasoning, effort: allowance.effort),
            maskedSecrets: writer.masks.count(in: text))
    }
}

/// What a model says of another one's finding.
package struct Confirmation: Sendable, Equatable {
    package enum Verdict: String, CaseIterable, Sendable, Codable {
        case confirmed, refuted, unsure
    }

    package let verdict: Verdict
    /// Probability that the verdict is right, 0 to 1.
    package let confidence: Double
    /// One line, without masks; as unchecked as everything a model writes.
    package let reason: String

    package init(verdict: Verdict, confidence: Double, reason: String) {
        self.verdict = verdict
        self.confidence = confidence
        self.reason = reason
    }

    package static func read(_ text: String) throws(AnswerComplaint) -> Confirmation {
        let value = try AnswerText.value(in: text) { $0["verdict"] == nil ? nil : 0 }
        let fields = Fields(item: value, place: "answer")
        guard let verdict = Verdict(rawValue: try fields.text("verdict").lowercased()) else {
            throw AnswerComplaint(.wrongForm, "answer.verdict is not one of confirmed, refuted, unsure.")
        }
        return Confirmation(
            verdict: verdict, confidence: try fields.share("confidence"),
            reason: Claim.cut(Mask.anonymised(try fields.text("reason")), characters: 300))
    }
}

extension UnitMaterial {
    /// The same with only the lines around a finding; nil if it is on none of them.
    fileprivate func around(_ finding: Finding, lines count: Int) -> UnitMaterial? {
        for piece in pieces {
            let file = piece.hunk.file
            guard finding.path == file.path || finding.path == file.oldPath, let hunk = piece.hunk.hunk else {
                continue
            }
            let lines = MaterialWriter.lines(of: hunk, in: piece.lines)
            let index = lines.firstIndex { line in
                finding.side == .old
                    ? line.kind != .added && line.oldNumber == finding.line
                    : line.kind != .removed && line.newNumber == finding.line
            }
            guard let index else { continue }
            let first = piece.lines.lowerBound + max(0, index - count)
            let last = piece.lines.lowerBound + min(lines.count - 1, index + count)
            var near = self
            near.pieces = [UnitPiece(hunk: piece.hunk, segment: piece.segment, lines: first..<(last + 1))]
            near.title = nil
            near.notes = []
            return near
        }
        return nil
    }
}
