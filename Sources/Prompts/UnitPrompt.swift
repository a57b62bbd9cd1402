package import Domain
package import Rules

/// One request for a review, with the key to its answer.
///
/// Beside its fixed part a prompt holds, per file, the path and the line ranges, and per line its number, its sign and
/// its text: no more than twice the bytes of the reviewed hunks for code as people write it.
package struct UnitPrompt: Sendable {
    package let request: ModelRequest
    package let key: UnitKey
    /// Different secrets that are masked in the request.
    package let maskedSecrets: Int
    /// Bytes of the reviewed lines as they stand in the diff, with the headers of their hunks.
    package let reviewedBytes: Int

    /// - Parameters:
    ///   - scanner: Finds what must not leave the machine.
    ///   - digest: A digest of the bytes keyed with the installation's secret, at least eight bytes; see `DataTag`.
    package static func compose(
        _ material: UnitMaterial, allowance: AnswerAllowance, scanner: SecretScanner = .builtin,
        digest: ([UInt8]) -> [UInt8]
    ) -> UnitPrompt {
        let version = PromptVersion.review
        var writer = MaterialWriter(material, scanner: scanner)
        let data = writer.data()
        let tag = DataTag(for: Array(data.utf8), digest: digest)
        let text = writer.notes() + tag.opening + data + tag.closing
        return UnitPrompt(
            request: ModelRequest(
                instructions: version.instructions(for: material.category), material: text, schema: version.schema,
                answerLimit: allowance.visible, reasoningAllowance: allowance.reasoning, effort: allowance.effort),
            key: UnitKey(files: writer.files), maskedSecrets: writer.masks.count(in: text),
            reviewedBytes: writer.reviewedBytes)
    }
}
