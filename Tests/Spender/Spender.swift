import ArgumentParser
import Crypto
import Domain
import Glibc
import HTTPClient
import Models
import Reviewing
import Routing
import Storage

/// Makes calls as a review does, until they are made or the money is gone; the tests of budgets run it, and kill it.
@main
struct Spender: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hunkwise-spender")

    @Option(help: "The database.") var books: String
    @Option(help: "Where the endpoint is.") var url: String
    @Option(help: "openai, anthropic or ollama.") var kind = "openai"
    @Option(help: "Picodollars of an input token.") var inputPrice: Int64 = 1_000_000
    @Option(help: "Picodollars of an output token.") var outputPrice: Int64 = 9_000_000
    @Option(help: "Names the review, and the change whose budget it is.") var round = 1
    @Option(help: "Picodollars of the change's budget.") var budget: Int64
    @Option(help: "The first call's number.") var first = 0
    @Option(help: "How many calls are wanted.") var calls: Int
    @Option(help: "How many calls are made at once.") var atOnce: Int
    @Option(help: "Milliseconds a call may take.") var callLimit = 60_000
    @Option(help: "Seconds by which this process's clock is ahead.") var ahead: Double = 0
    @Option(help: "Dies at the step of this number.") var dyingAt: Int?
    @Flag(help: "Tells each step.") var tells = false
    @Flag(help: "Asks for streams.") var streams = false

    private struct AheadClock: WallClock {
        let seconds: Double
        func now() -> Instant { SystemClock().now().advanced(bySeconds: seconds) }
    }

    /// How long a call may wait for money, in seconds.
    private static let patience = 120.0

    func run() async throws {
        guard let kind = ProviderKind(rawValue: kind), let origin = HTTPOrigin(url: url) else {
            throw ValidationError("no such endpoint")
        }
        let clock = AheadClock(seconds: ahead)
        let steps = Steps(dyingAt: dyingAt, areTold: tells)
        let ledger = SteppingLedger(ledger: SQLiteLedger(store: try Store(path: books), clock: clock), steps: steps)
        _ = try await ledger.recoverExpired()
        var settings = EndpointSettings(name: "tested", kind: kind, baseURL: url, model: "priced")
        settings.key = Secret("test-key")
        settings.isStreaming = streams
        settings.isLocal = true
        let client = HTTPClient(HTTPClientConfiguration(allowed: [origin]))
        let endpoint = try ModelEndpoint(settings, client: client)
        let provider = SteppingProvider(provider: endpoint, steps: steps, callLimit: Double(callLimit) / 1000)
        let runner = CallRunner(ledger: ledger, timing: Timing(clock: clock))
        let prices = try priceSheet()
        let tally = Tally(first: first, end: first + calls)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<atOnce {
                group.addTask {
                    while let number = tally.next() {
                        await call(number, runner, provider, ledger, prices, clock, tally)
                    }
                }
            }
        }
        client.shutdown()
        print(tally.summary)
    }

    private func priceSheet() throws -> PriceSheet {
        guard let input = TokenPrice(perToken: ExactDecimal(mantissa: inputPrice, exponent: -12)),
            let output = TokenPrice(perToken: ExactDecimal(mantissa: outputPrice, exponent: -12))
        else { throw ValidationError("no such price") }
        return PriceSheet(TokenRates(input: input, output: output))
    }

    private func call(
        _ number: Int, _ runner: CallRunner, _ provider: some Provider, _ ledger: some Ledger, _ prices: PriceSheet,
        _ clock: some WallClock, _ tally: Tally
    ) async {
        do {
            let order = try await order(number, provider, ledger, prices)
            let result = try await runner.run(
                order, on: provider, price: { prices.charge(for: $0, sent: clock.now()) }, repair: { _ in nil },
                until: clock.now().advanced(bySeconds: Self.patience))
            tally.note(result)
        } catch {
            tally.note(error)
        }
    }

    /// A request of always the same size, with its number in it.
    private func order(
        _ number: Int, _ provider: some Provider, _ ledger: some Ledger, _ prices: PriceSheet
    ) async throws -> CallOrder {
        func digits(_ value: Int, _ width: Int) -> String { String(String(value + 1_000_000).suffix(width)) }
        let words = String(repeating: " word", count: 83)
        let call = try provider.prepare(
            ModelRequest(
                instructions: "Answer", material: "round \(digits(round, 4)) call \(digits(number, 6))\(words)",
                schema: nil, answerLimit: 100))
        let calibration = try await ledger.calibration(provider: "tested", model: "priced")
        let digest = SHA256.hash(data: call.body).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let attempt = CallAttempt(
            review: "round-\(round)", change: "change-\(round)", repository: "tests/budget", category: .debugging,
            provider: "tested", model: "priced", tier: nil, purpose: "review", unit: number, attempt: 0, hunks: 1,
            requestDigest: digest.joined(), requestBytes: call.body.count, destination: call.destination,
            allowedBy: "a test", prices: "{}", configurationDigest: "", promptVersion: "", policyVersion: "")
        return CallOrder(
            call: call,
            hold: HoldRequest(
                attempt: attempt,
                claims: [
                    BudgetClaim(
                        scope: .change, subject: "change-\(round)", window: .none,
                        limit: Money(picodollars: budget))
                ],
                amount: CallHold.amount(prices: prices, call: call, calibration: calibration),
                inputTokenBound: CallHold.inputTokens(of: call, calibration: calibration),
                outputTokenBound: call.outputTokenBound, lease: CallRunner.lease))
    }
}
