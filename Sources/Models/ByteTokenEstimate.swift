import Diffs
package import Domain

/// Predicts tokens from bytes, without a tokeniser: `bytes-v1`.
///
/// Input: the segment's prompt text (its place, and each line with number and sign) divided by the bytes a token holds
/// on average in its language, times a factor for the provider's tokeniser. The averages are `bytesPerToken(of:)`.
/// Fixed part: instructions, schema and delimiters, at most 3,000 bytes a request, shared by the segments of a unit.
/// Output: an empty answer costs a few tokens a segment; a finding (title, explanation, quoted line, suggestion) costs
/// `findingTokens` by category and is expected with the probability `risk`, with as much again for false alarms.
/// Reasoning: half of the allowance.
/// Bound: no token is shorter than a byte, so the bytes of the serialised request bound its tokens.
package struct ByteTokenEstimate: TokenEstimating {
    package let name = "bytes-v1"
    package let fixedSerialisedBytes = 3072
    package let fixedInputTokens = 750
    package let overheadTokens = 32
    package let fixedOutputTokens = 20

    package init() {}

    package func overheadBound(for kind: ProviderKind) -> Int {
        switch kind {
        case .openai, .azure: OpenAIRequest.overheadBound
        case .anthropic: AnthropicRequest.overheadBound
        case .ollama: OllamaRequest.overheadBound
        }
    }

    package func inputTokens(of size: SegmentSize, for kind: ProviderKind) -> Int {
        // Anthropic's present tokenisers are not published; a fifth more is taken as caution.
        let factor = kind == .anthropic ? 1.2 : 1
        let tokens = Double(size.promptBytes) / max(1.25, size.bytesPerToken) * factor
        return min(max(0, size.promptBytes), Int(tokens.rounded(.up)))
    }

    package func outputTokens(category: Category, risk: Double) -> Int {
        let chance = min(max(risk, 0), 1)
        return 4 + Int((chance * 2 * ByteTokenEstimate.findingTokens(category)).rounded(.up))
    }

    package func reasoningTokens(allowance: Int) -> Int { max(0, allowance) / 2 }

    package func size(of hunk: AssessedHunk, segment: Segment) -> SegmentSize {
        // "=== path (lines a-b) in declaration" before the lines, the declaration cut at 64 bytes, and a few bytes of
        // delimiter after them.
        let path = hunk.file.path.bytes
        var prompt = path.count + 104
        var serialised = ByteTokenEstimate.escapedLength(path[...]) + 112
        if let hunk = hunk.hunk {
            var index = 0
            var lines = HunkLineIterator(hunk)
            while index < segment.lines.upperBound, let line = lines.next() {
                if index >= segment.lines.lowerBound {
                    // Number and sign, padded to seven, and the line end, which JSON writes as two bytes.
                    prompt += 8 + line.range.count
                    serialised += 9 + ByteTokenEstimate.escapedLength(hunk.buffer[line.range])
                }
                index += 1
            }
        }
        return SegmentSize(
            promptBytes: prompt, serialisedBytes: max(serialised, prompt),
            bytesPerToken: ByteTokenEstimate.bytesPerToken(of: hunk.file.path))
    }

    private static func findingTokens(_ category: Category) -> Double {
        switch category {
        case .boilerplate: 120
        case .debugging: 160
        case .review: 200
        case .algorithm: 240
        case .architecture: 220
        }
    }

    /// Bytes of a text inside a JSON string, invalid UTF-8 counted as three-byte replacement characters.
    static func escapedLength(_ bytes: ArraySlice<UInt8>) -> Int {
        var length = 0
        var isPlain = true
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0A, 0x0C, 0x0D: length += 2
            case 0x00..<0x20, 0x7F: length += 6
            default:
                length += 1
                if byte >= 0x80 { isPlain = false }
            }
        }
        if isPlain || String(validating: bytes, as: UTF8.self) != nil { return length }
        // Each wrong byte may become three.
        return length + 2 * bytes.count { $0 >= 0x80 }
    }
}
