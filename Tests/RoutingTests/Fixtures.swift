import Diffs
import Domain

@testable import Routing

/// A small generator with a seed, so that every run tries the same instances.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// An estimate with round numbers: a token is four bytes, a request's fixed part is 100 tokens.
struct PlainEstimate: TokenEstimating {
    let name = "plain"
    let fixedInputTokens = 100
    let fixedSerialisedBytes = 400
    let overheadTokens = 10
    let fixedOutputTokens = 5
    func inputTokens(of size: SegmentSize, for kind: ProviderKind) -> Int { size.promptBytes / 4 + 1 }
    func outputTokens(category: Domain.Category, risk: Double) -> Int { 10 + Int(100 * risk) }
    func reasoningTokens(allowance: Int) -> Int { allowance / 2 }
    func size(of hunk: AssessedHunk, segment: Segment) -> SegmentSize {
        let bytes = max(40, (segment.added + segment.removed) * 40)
        return SegmentSize(promptBytes: bytes, serialisedBytes: bytes + bytes / 8, bytesPerToken: 4)
    }
}

func segment(_ category: Domain.Category, risk: Double, lines: Int = 10, skip: String? = nil) -> Segment {
    Segment(
        ranges: LineRanges(oldStart: 1, oldLines: 1, newStart: 1, newLines: lines), lines: 0..<lines, added: lines,
        removed: 0, category: category, confidence: 0.9, risk: risk, skip: skip, reasons: [])
}

func hunk(_ path: String, _ segments: [Segment]) -> AssessedHunk {
    let empty = Hunk(
        oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, added: 0, removed: 0, buffer: [], headerRange: 0..<0,
        bodyRange: 0..<0)
    let file = FileDiff(oldPath: Path(path), newPath: Path(path), status: .modified, hunks: [empty])
    return AssessedHunk(
        file: file, hunkIndex: 0, fingerprint: "",
        assessment: Assessment(
            category: segments[0].category, confidence: 0.9, risk: segments[0].risk, skip: segments[0].skip,
            reasons: [],
            segments: segments))
}

func model(
    _ name: String, input: String = "1", output: String, quality: String,
    tweak: (inout ProviderSettings) -> Void = { _ in }
) -> ProviderSettings {
    var entry = ProviderSettings(name: name)
    entry.kind = .openai
    entry.baseURL = "https://gateway.example/v1"
    entry.apiKeyVariable = "KEY"
    func perToken(_ million: String) -> ExactDecimal? {
        ExactDecimal(million).map { ExactDecimal(mantissa: $0.mantissa, exponent: $0.exponent - 6) }
    }
    entry.prices = WrittenPrices(input: perToken(input), output: perToken(output))
    entry.quality = PerCategory(all: ExactDecimal(quality))
    entry.contextWindow = 128_000
    entry.maxOutput = 16_000
    tweak(&entry)
    return entry
}

func request(
    _ hunks: [AssessedHunk], _ entries: [ProviderSettings], bounds: [BudgetBound] = [],
    residency: @escaping @Sendable (Path) -> AllowedResidency = { _ in .anywhere }, resting: [String: String] = [:],
    tweak: (inout RoutingSettings) -> Void = { _ in }
) -> AllocationRequest {
    var settings = RoutingSettings()
    settings.providers = entries
    tweak(&settings)
    let resolved = ModelResolver(catalogue: Catalogue(entries: []), isSet: { _ in true }).resolve(settings)
    return AllocationRequest(
        hunks: hunks, models: resolved.models, settings: settings, bounds: bounds, estimate: PlainEstimate(),
        residency: residency, resting: resting)
}

let cheapModel = model("cheap", input: "0.1", output: "0.5", quality: "0.6")
let strongModel = model("strong", input: "5", output: "25", quality: "0.95")
