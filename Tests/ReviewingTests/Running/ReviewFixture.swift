import Domain
import Gates
import Prompts
import Routing
import Rules
import Storage
import SyntaxTrees
import TestKit
import Testing

@testable import Reviewing

/// A review in small: a change, endpoints that do as they are told, and books in a file of their own.
struct ReviewFixture {
    let directory: TemporaryDirectory
    let time = TestTime()
    let ledger: SQLiteLedger
    let change: SampleChange
    var entries: [ProviderSettings] = []
    var providers: [String: any Provider] = [:]
    var claims: [BudgetClaim] = []
    var unproven: Set<String> = []
    var settings = RoutingSettings()
    var breakers = BreakerBoard(Breakers(configurationDigest: "c1"))
    /// Of the review, in seconds.
    var patience = 600.0
    var review = "r1"
    /// Nil: the ledger itself.
    var books: (any Ledger)?
    /// Nil: time passes by waiting.
    var timing: Timing?

    init(functions: Int = 1, category: Domain.Category = .review) throws {
        directory = try TemporaryDirectory()
        // A clock of its own, which stands: those who sleep here let time pass without heartbeats, and no lease may end.
        ledger = SQLiteLedger(store: try Store(path: directory.file("books.db")), clock: ManualClock(TestTime.noon))
        change = try SampleChange(functions: functions, category: category)
        settings.valueOfFinding = Money(picodollars: 1_000_000_000_000)
    }

    /// Adds an endpoint of this price class and quality.
    mutating func add(
        _ provider: ScriptedProvider, output: String = "1", quality: String = "0.6",
        _ tweak: (inout ProviderSettings) -> Void = { _ in }
    ) {
        var entry = ProviderSettings(name: provider.name)
        entry.kind = .openai
        entry.baseURL = "https://\(provider.name).example/v1"
        entry.apiKeyVariable = "KEY"
        func perToken(_ million: String) -> ExactDecimal? {
            ExactDecimal(million).map { ExactDecimal(mantissa: $0.mantissa, exponent: $0.exponent - 6) }
        }
        entry.prices = WrittenPrices(input: perToken("0.2"), output: perToken(output))
        entry.quality = PerCategory(all: ExactDecimal(quality))
        entry.contextWindow = 128_000
        entry.maxOutput = 16_000
        tweak(&entry)
        entries.append(entry)
        providers[provider.name] = provider
    }

    /// The dear and good one beside others.
    mutating func addStrong(_ provider: ScriptedProvider) { add(provider, output: "25", quality: "0.95") }

    var models: [RoutableModel] {
        var routing = settings
        routing.providers = entries
        return ModelResolver(catalogue: Catalogue(entries: []), isSet: { _ in true }).resolve(routing).models
    }

    var desk: CallDesk {
        let efforts = Dictionary(entries.map { ($0.name, $0.reasoning) }) { first, _ in first }
        let claims = claims
        return CallDesk(
            notes: CallDesk.Notes(
                review: review, change: "acme/shop#12", repository: "acme/shop", configurationDigest: "c1",
                promptVersion: "review-v1", policyVersion: "1"),
            allocation: AllocationRequest(
                hunks: change.hunks, models: models, settings: settings, bounds: [], estimate: PlainEstimate()),
            providers: providers, ledger: books ?? ledger, breakers: breakers, timing: timing ?? time.timing,
            deadline: time.clock.now().advanced(bySeconds: patience),
            claims: { name in claims.filter { $0.scope != .provider || $0.subject == name } },
            effort: { name, category in efforts[name]?[category] }, digest: { digest($0) })
    }

    func modelReview(baseline: String? = nil) -> ModelReview {
        ModelReview(
            desk: desk, baselineModel: baseline, scanner: .builtin, sources: [SampleChange.path: change.source],
            pathNotes: { _ in [] }, unproven: unproven, fallsBackOnGates: true, confidenceFloor: 0.6,
            tagDigest: { Array(digest($0).utf8) })
    }

    var gates: GateRoom {
        GateRoom(
            gates: GatePipeline(grammars: change.grammars, reviewer: StaticReviewer(grammars: change.grammars)),
            sources: { [change] paths in paths.contains(SampleChange.path) ? [change.source] : [] })
    }

    /// A unit of these hunks of the change; all by default.
    func unit(_ number: Int = 0, model: String, hunks: Range<Int>? = nil) -> ReviewUnit {
        let chosen = hunks.map { Array(change.hunks[$0]) } ?? change.hunks
        return ReviewUnit(
            number: number, category: chosen[0].assessment.category, model: model,
            pieces: chosen.map { UnitPiece(hunk: $0, segment: 0) })
    }

    /// Each hunk in a unit of its own.
    func units(model: String) -> [ReviewUnit] {
        change.hunks.indices.map { unit($0, model: model, hunks: $0..<($0 + 1)) }
    }

    func run(_ units: [ReviewUnit], baseline: String? = nil) async throws -> ModelReviewResult {
        let before = try await charged()
        let result = try await modelReview(baseline: baseline).run(units, through: gates)
        try await expectBooksInOrder(result, since: before)
        return result
    }

    func run(_ model: String) async throws -> ModelReviewResult { try await run([unit(model: model)]) }

    /// The report and the ledger cannot disagree: the sum of the rows is what the review was charged, no hold is left
    /// open, and the books add up.
    private func expectBooksInOrder(_ result: ModelReviewResult, since before: Money) async throws {
        let reported = result.rows.reduce(before) { $0 + $1.spent }
        #expect(try await charged() == reported)
        #expect(try await ledger.total(SpendFilter()).held == .zero)
        #expect(try await ledger.checkBooks().isEmpty)
        #expect(try await ledger.verify().fault == nil)
    }

    func charged() async throws -> Money { try await ledger.charged(toReview: review) }

    /// How the holds of the review ended, in the order in which they were made.
    func endings() async throws -> [LedgerEvent] {
        let entries = try await ledger.audit(AuditFilter(review: review, limit: 10_000))
        let holds = entries.filter { $0.event == .held }.compactMap(\.hold)
        return holds.compactMap { hold in
            entries.last { $0.hold == hold && $0.event != .held && $0.event != .sent }?.event
        }
    }
}

/// Stands for SHA-256 (FNV-1a twice): enough to tell requests apart.
func digest(_ bytes: [UInt8]) -> String {
    var hash: (UInt64, UInt64) = (0xCBF2_9CE4_8422_2325, 0x9E37_79B9_7F4A_7C15)
    for byte in bytes {
        hash.0 = (hash.0 ^ UInt64(byte)) &* 0x100_0000_01B3
        hash.1 = (hash.1 ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    return String(hash.0, radix: 16) + String(hash.1, radix: 16)
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

extension Money {
    /// Thousandths of a dollar.
    static func mills(_ number: Int) -> Money { Money(picodollars: Int64(number) * 1_000_000_000) }
}
