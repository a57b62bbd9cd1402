import Domain
import Testing

@testable import Routing

private func call(_ body: String, framing: Int = 10, output: Int = 1000) -> PreparedCall {
    let bytes = Array(body.utf8)
    return PreparedCall(
        body: bytes, url: "http://x", destination: "x", inputTokenBound: bytes.count + framing, outputTokenBound: output
    )
}

@Suite struct CallHoldTests {
    private func sheet(_ provider: String, _ model: String) throws -> PriceSheet {
        try #require(Catalogue.builtIn.entry(provider: provider, model: model)?.prices)
    }

    @Test(
        "The worst case is the dearest tier, the dearest way to bill input, at the dearest hour",
        arguments: [
            // Above 272,000 tokens both prices are those of the dear tier: 300,000 × 5 + 1,000 × 22.5 dollars a million.
            ("openai", "gpt-5.4", 300_000, 1000, "1.5225"),
            // An hour's cache write is twice the input price: 100,000 × 6 + 1,000 × 15.
            ("anthropic", "claude-sonnet-4-5", 100_000, 1000, "0.615"),
            // 300,000 × 2.5 + 1,000 × 15.
            ("gemini", "gemini-2.5-pro", 300_000, 1000, "0.765"),
            // The regular price, not that of quiet hours: 300,000 × 1.32 + 1,000 × 3.96.
            ("deepseek", "deepseek-v4-pro", 300_000, 1000, "0.39996"),
            ("dashscope", "qwen3-coder-plus", 300_000, 1000, "1.86"),
        ])
    func worst(provider: String, model: String, input: Int, output: Int, usd: String) throws {
        let amount = CallHold.amount(
            prices: try sheet(provider, model), inputTokens: input, outputTokens: output, withRepair: false)
        #expect(amount.usd == usd)
    }

    @Test func `The repair is held for with the request and the answer sent again`() throws {
        let prices = try sheet("openai", "gpt-4o")
        let once = CallHold.amount(prices: prices, inputTokens: 1000, outputTokens: 500, withRepair: false)
        let both = CallHold.amount(prices: prices, inputTokens: 1000, outputTokens: 500, withRepair: true)
        let second = CallHold.amount(prices: prices, inputTokens: 2512, outputTokens: 500, withRepair: false)
        #expect(both == once + second)
        #expect(CallHold.repairInputTokens(first: .max, answer: .max) == .max)
    }

    @Test func `Every byte counts as a token until enough settlements have shown otherwise`() {
        let plain = call(String(repeating: "let value = other ", count: 100))
        let measured = Calibration(exactWithinBound: CallHold.settlementsToTrust, leastBytesPerToken: 4)
        #expect(CallHold.inputTokens(of: plain, calibration: Calibration()) == 1810)
        var early = measured
        early.exactWithinBound -= 1
        #expect(CallHold.inputTokens(of: plain, calibration: early) == 1810)
        #expect(CallHold.inputTokens(of: plain, calibration: measured) == 610)
        var overrun = measured
        overrun.overrunFactor = 1.5
        #expect(CallHold.inputTokens(of: plain, calibration: overrun) == 1810)
        for odd in [Double.nan, 0, -1, .infinity] {
            let bound = CallHold.inputTokens(
                of: plain, calibration: Calibration(exactWithinBound: 100, leastBytesPerToken: odd))
            #expect((0...1810).contains(bound))
        }
    }

    @Test func `Digits and bytes beyond ASCII stay tokens of their own`() {
        let measured = Calibration(exactWithinBound: 50, leastBytesPerToken: 8)
        #expect(CallHold.inputTokens(of: call(String(repeating: "7", count: 600)), calibration: measured) == 610)
        #expect(CallHold.inputTokens(of: call(String(repeating: "語", count: 200)), calibration: measured) == 610)
        #expect(CallHold.inputTokens(of: call(String(repeating: "x", count: 600)), calibration: measured) == 110)
    }

    @Test func `No usage within the bounds is charged more than was held`() throws {
        var random = Seeded(31)
        let sheets = Catalogue.builtIn.entries.compactMap(\.prices)
        #expect(sheets.count > 50)
        for _ in 0..<3000 {
            let prices = try #require(sheets.randomElement(using: &random))
            let input = Int.random(in: 0...400_000, using: &random)
            let output = Int.random(in: 0...5000, using: &random)
            var left = Int.random(in: 0...input, using: &random)
            func part() -> Int {
                let part = Int.random(in: 0...left, using: &random)
                left -= part
                return part
            }
            let usage = Usage(
                uncachedInput: part(), cachedInput: part(), cacheWrite: part(), longCacheWrite: left,
                output: Int.random(in: 0...output, using: &random))
            let sent = Instant(milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random))
            let held = CallHold.amount(prices: prices, inputTokens: input, outputTokens: output, withRepair: false)
            #expect(prices.charge(for: usage, sent: sent) <= held)
        }
    }

    @Test func `The price snapshot is the same for the same prices, and exact`() throws {
        let prices = try sheet("deepseek", "deepseek-v4-pro")
        let sent = Instant(milliseconds: 1_800_000_000_000)
        let text = prices.snapshot(hold: prices, sent: sent)
        #expect(text == prices.snapshot(hold: prices, sent: sent))
        #expect(text.hasPrefix("{\"version\":1,\"unit\":\"usd_per_million_tokens\",\"weekday\":5,\"minute\":480,"))
        #expect(text.contains("{\"above\":-1,\"input\":\"1.32\",\"cached_input\":\"0.044\","))
        #expect(text.contains("\"hours\":[{\"utc\":[{\"weekdays\":["))
        #expect(!text.contains("\"hold\""))
        let dearer = try sheet("openai", "gpt-5.4")
        #expect(
            prices.snapshot(hold: dearer, sent: sent).contains(",\"hold\":{\"tiers\":[{\"above\":-1,\"input\":\"2.5\",")
        )
    }
}
