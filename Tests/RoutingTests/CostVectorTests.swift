import Domain
import Routing
import Testing

/// Bills worked out by hand from the providers' price lists; usage is already in the normal form.
private struct Bill: CustomTestStringConvertible, Sendable {
    let name: String
    let provider: String
    let model: String
    let usage: Usage
    let usd: String

    init(_ name: String, _ provider: String, _ model: String, _ usage: Usage, _ usd: String) {
        self.name = name
        self.provider = provider
        self.model = model
        self.usage = usage
        self.usd = usd
    }

    var testDescription: String { name }
}

private func tokens(_ plain: Int, cached: Int = 0, write: Int = 0, long: Int = 0, out: Int) -> Usage {
    Usage(uncachedInput: plain, cachedInput: cached, cacheWrite: write, longCacheWrite: long, output: out)
}

private let bills: [Bill] = [
    Bill("plain call", "openai", "gpt-4o", tokens(10_000, out: 1000), "0.035"),
    Bill("cached input", "openai", "gpt-4o", tokens(2000, cached: 8000, out: 1000), "0.025"),
    Bill("cached input, small model", "openai", "gpt-4o-mini", tokens(50_000, cached: 50_000, out: 2000), "0.01245"),
    Bill("reasoning is output", "openai", "o3", tokens(5000, out: 4000), "0.042"),
    Bill("at the threshold", "openai", "gpt-5.4", tokens(272_000, out: 1000), "0.695"),
    Bill("one token above it", "openai", "gpt-5.4", tokens(272_001, out: 1000), "1.382505"),
    Bill("at Google's threshold", "gemini", "gemini-2.5-pro", tokens(200_000, out: 1000), "0.26"),
    Bill("above, partly cached", "gemini", "gemini-2.5-pro", tokens(200_000, cached: 100_000, out: 1000), "0.54"),
    Bill("cache hits", "deepseek", "deepseek-chat", tokens(4000, cached: 16_000, out: 1500), "0.002198"),
    Bill("kimi", "moonshot", "kimi-k2.5", tokens(20_000, out: 1500), "0.0165"),
    Bill("glm", "zai", "glm-4.6", tokens(10_000, cached: 10_000, out: 1500), "0.0104"),
    Bill("no cache", "anthropic", "claude-sonnet-4-5", tokens(3000, out: 500), "0.0165"),
    Bill("cache write", "anthropic", "claude-sonnet-4-5", tokens(3, write: 12_304, out: 550), "0.054399"),
    Bill("cache read", "anthropic", "claude-sonnet-4-5", tokens(200, cached: 50_000, out: 800), "0.0276"),
    Bill("read and write", "anthropic", "claude-haiku-4-5", tokens(100, cached: 700, write: 200, out: 50), "0.00067"),
    Bill("an hour's cache write", "anthropic", "claude-sonnet-4-5", tokens(0, long: 1000, out: 0), "0.006"),
    Bill("tier decided by cached tokens too", "openai", "gpt-5.4", tokens(1, cached: 272_000, out: 0), "0.136005"),
    Bill("first of four tiers", "dashscope", "qwen3-coder-plus", tokens(32_000, out: 1000), "0.037"),
    Bill("last of four tiers", "dashscope", "qwen3-coder-plus", tokens(300_000, out: 1000), "1.86"),
    Bill("no output", "openai", "gpt-4o", tokens(1, out: 0), "0.0000025"),
]

@Suite struct CostVectorTests {
    @Test("A call costs exactly what the price list says", arguments: bills)
    fileprivate func exactCost(_ bill: Bill) throws {
        let entry = try #require(Catalogue.builtIn.entry(provider: bill.provider, model: bill.model))
        let prices = try #require(entry.prices)
        #expect(prices.cost(of: bill.usage).usd == bill.usd)
    }

    @Test func `A batch call costs the batch price of its tier`() throws {
        let prices = try #require(Catalogue.builtIn.entry(provider: "openai", model: "gpt-5.4")?.prices)
        #expect(prices.cost(of: tokens(1_000_000, out: 0), batched: true).usd == "2.5")
        #expect(prices.cost(of: tokens(100_000, out: 1000), batched: true).usd == "0.1325")
    }

    @Test(
        "Off-peak hours halve the price",
        arguments: [
            // 2026-11-20 was a Friday.
            (1_795_132_800 + 3 * 3600, "1.32"), (1_795_132_800 + 5 * 3600, "0.66"),
            (1_795_132_800 + 86_400 + 3 * 3600, "0.66"),
        ])
    func hours(seconds: Int, usd: String) throws {
        let prices = try #require(Catalogue.builtIn.entry(provider: "deepseek", model: "deepseek-v4-pro")?.prices)
        #expect(prices.cost(of: tokens(1_000_000, out: 0), at: WeekMoment(unixSeconds: seconds)).usd == usd)
    }

    @Test func `A fraction of a picodollar is kept until the call is summed, then rounded up once`() throws {
        let price = try #require(ExactDecimal("0.0000000000004").flatMap { TokenPrice(perToken: $0) })
        let rates = TokenRates(input: price, output: price)
        #expect(rates.cost(of: tokens(1, out: 0)).picodollars == 1)
        #expect(rates.cost(of: tokens(1, out: 1)).picodollars == 1)
        #expect(rates.cost(of: tokens(2, out: 1)).picodollars == 2)
        #expect(rates.cost(of: tokens(5, out: 0)).picodollars == 2)
    }

    @Test func `Absurd token counts saturate and never trap`() throws {
        let price = TokenPrice.highest
        let rates = TokenRates(input: price, output: price)
        let usage = Usage(
            uncachedInput: .max, cachedInput: .max, cacheWrite: .max, longCacheWrite: .max, output: .max)
        #expect(PriceSheet(rates).cost(of: usage) == Money(picodollars: .max))
        #expect(usage.totalInput == .max)
    }

    @Test("Prices that cannot be are refused", arguments: ["-1", "0.02", "1e-25", "250000"])
    func refused(_ text: String) throws {
        #expect(TokenPrice(perToken: try #require(ExactDecimal(text))) == nil)
    }

    @Test(
        "Published value for money is reproduced",
        arguments: [
            ("8.7", "0.25", "34.8"), ("8.8", "0.35", "25.1"), ("9.4", "2.50", "3.8"), ("8.5", "0.20", "42.5"),
            ("9.0", "3.00", "3.0"),
        ])
    func efficiency(quality: String, perMillion: String, expected: String) throws {
        let price = try #require(ExactDecimal(perMillion).flatMap { TokenPrice(perMillion: $0) })
        let text = ValueEfficiency.text(qualityOutOfTen: try #require(ExactDecimal(quality)), outputPrice: price)
        #expect(text == expected)
    }
}
