/// What a segment weighs in a request.
package struct SegmentSize: Sendable, Hashable {
    /// UTF-8 bytes of the segment as it stands in the prompt: place, line numbers, signs and text.
    package var promptBytes: Int
    /// The same after JSON escaping: its part of the serialised request.
    package var serialisedBytes: Int
    /// How many bytes of such text make a token, on average; see the estimate's documentation.
    package var bytesPerToken: Double

    package init(promptBytes: Int, serialisedBytes: Int, bytesPerToken: Double) {
        self.promptBytes = promptBytes
        self.serialisedBytes = serialisedBytes
        self.bytesPerToken = bytesPerToken
    }
}

/// Predicts tokens before a call, and bounds them.
package protocol TokenEstimating: Sendable {
    /// Names the estimate and its version, for reports.
    var name: String { get }
    /// Tokens of what every request carries beside its segments: instructions, schema, delimiters.
    var fixedInputTokens: Int { get }
    /// Bytes of the same in the serialised request.
    var fixedSerialisedBytes: Int { get }
    /// Tokens a provider may add to the bytes of a request (chat framing); per request.
    var overheadTokens: Int { get }
    /// No endpoint of the kind adds more than so many: what holds are computed with.
    func overheadBound(for kind: ProviderKind) -> Int
    func inputTokens(of size: SegmentSize, for kind: ProviderKind) -> Int
    /// Visible answer tokens that one segment is expected to add.
    func outputTokens(category: Category, risk: Double) -> Int
    /// Visible answer tokens of a unit beside its segments.
    var fixedOutputTokens: Int { get }
    /// Hidden tokens a reasoning model is expected to spend on a unit of an allowance.
    func reasoningTokens(allowance: Int) -> Int
    func size(of hunk: AssessedHunk, segment: Segment) -> SegmentSize
}

extension TokenEstimating {
    package func overheadBound(for kind: ProviderKind) -> Int { overheadTokens }
}
