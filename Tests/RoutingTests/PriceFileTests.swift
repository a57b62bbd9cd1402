import Domain
import Testing

@testable import Routing

/// Rows in the form of LiteLLM's model_prices_and_context_window.json (wheel 1.106.2), written from its field names with
/// the values of the makers' price pages as of 2026-11-21; the traps are all in it.
private let file = """
    {
      "sample_spec": {"input_cost_per_token": 0.0, "litellm_provider": "one of https://…", "mode": "chat"},
      "gpt-5.4": {
        "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 1050000, "max_output_tokens": 128000,
        "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 2.5e-07,
        "input_cost_per_token_above_272k_tokens": 5e-06, "output_cost_per_token_above_272k_tokens": 2.25e-05,
        "cache_read_input_token_cost_above_272k_tokens": 5e-07, "input_cost_per_token_priority": 5e-06,
        "input_cost_per_token_above_272k_tokens_priority": 1e-05, "input_cost_per_token_flex": 1.25e-06,
        "input_cost_per_token_batches": 1.25e-06, "output_cost_per_token_batches": 7.5e-06,
        "input_cost_per_token_above_272k_tokens_batches": 2.5e-06,
        "output_cost_per_token_above_272k_tokens_batches": 1.125e-05,
        "supports_response_schema": true, "supports_reasoning": true, "source": "https://developers.openai.com/pricing"
      },
      "claude-sonnet-4-5": {
        "litellm_provider": "anthropic", "mode": "chat", "max_input_tokens": 200000, "max_tokens": 64000,
        "input_cost_per_token": 3e-06, "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 3e-07,
        "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06,
        "deprecation_date": "2026-11-30"
      },
      "deepseek-v4-pro": {
        "litellm_provider": "deepseek", "mode": "chat", "input_cost_per_token": 9e-06, "output_cost_per_token": 9e-06
      },
      "deepseek/deepseek-v4-pro": {
        "litellm_provider": "deepseek", "mode": "chat", "max_input_tokens": 1000000,
        "cache_creation_input_token_cost": 0.0, "input_cost_per_token_cache_hit": 4.4e-08,
        "input_cost_per_token": 1.32e-06, "output_cost_per_token": 3.96e-06,
        "off_peak_pricing": {
          "cache_read_input_token_cost": 2.2e-08, "input_cost_per_token": 6.6e-07, "output_cost_per_token": 1.98e-06,
          "windows": [
            {"hours_utc": ["00:00-01:00", "04:00-06:00", "10:00-00:00"], "weekdays": [1, 2, 3, 4, 5]},
            {"hours_utc": "00:00-00:00", "weekdays": [6, 7]}
          ]
        }
      },
      "dashscope/qwen-flash": {
        "litellm_provider": "dashscope", "mode": "chat", "max_input_tokens": 997952.0,
        "tiered_pricing": [
          {"input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06, "range": [256000.0, 1000000.0]},
          {"input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07, "range": [0, 256000.0]}
        ]
      },
      "dashscope/qwen-turbo": {
        "litellm_provider": "dashscope", "mode": "chat", "input_cost_per_token": 5e-08,
        "output_cost_per_token": 2e-07, "output_cost_per_reasoning_token": 5e-07
      },
      "together_ai/openai/gpt-oss-20b": {
        "litellm_provider": "together_ai", "mode": "chat", "input_cost_per_token": 5e-08, "output_cost_per_token": 2e-07
      },
      "gpt-free": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0},
      "gpt-half": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 0, "output_cost_per_token": 1e-06},
      "gpt-embed": {"litellm_provider": "openai", "mode": "embedding", "input_cost_per_token": 1e-07},
      "gpt-slip": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2.5, "output_cost_per_token": 10},
      "gpt-minus": {
        "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06
      },
      "gpt-text": {
        "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": "1e-06", "output_cost_per_token": 1e-06
      },
      "gpt\\tbad": {
        "litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06
      },
      "elsewhere/m": {
        "litellm_provider": "elsewhere", "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06
      }
    }
    """

private let providers: Set<String> = ["openai", "anthropic", "deepseek", "dashscope", "together"]

private func read(_ text: String) throws -> PriceFile {
    try PriceFile(parsing: Array(text.utf8), providers: providers, date: "2027-01-15")
}

private func entry(_ key: String) throws -> CatalogueEntry {
    try #require(try read(file).rows.first { $0.key == key })
}

@Suite struct PriceFileTests {
    @Test func `Prices come out as the decimals they spell, with tiers, batches and cache prices`() throws {
        let prices = try #require(try entry("openai/gpt-5.4").prices)
        #expect(prices.base.input.perMillion == "2.5")
        #expect(prices.tiers.map(\.above) == [-1, 272_000])
        #expect(prices.cost(of: Usage(uncachedInput: 272_000, output: 1000)).usd == "0.695")
        #expect(prices.cost(of: Usage(uncachedInput: 272_001, output: 1000)).usd == "1.382505")
        #expect(prices.batch.map(\.above) == [-1, 272_000])
        #expect(prices.batch.last?.rates.output.perMillion == "11.25")
        let sonnet = try #require(try entry("anthropic/claude-sonnet-4-5").prices)
        #expect(sonnet.base.cacheWrite.perMillion == "3.75")
        #expect(sonnet.base.longCacheWrite.perMillion == "6")
        let windows = try entry("anthropic/claude-sonnet-4-5")
        #expect(windows.contextWindow == 200_000 && windows.deprecated == "2026-11-30")
    }

    @Test func `The row under the provider's name holds, the old name of cache hits counts, zero is no price`() throws {
        let prices = try #require(try entry("deepseek/deepseek-v4-pro").prices)
        #expect(prices.base.input.perMillion == "1.32")
        #expect(prices.base.cachedInput.perMillion == "0.044")
        #expect(prices.base.cacheWrite.perMillion == "1.32", "a zero is not known, so it costs what input costs")
    }

    @Test func `Quiet hours are read, up to midnight and for whole days`() throws {
        let prices = try #require(try entry("deepseek/deepseek-v4-pro").prices)
        func input(_ weekday: Int, _ hour: Int) -> String {
            prices.rates(totalInput: 1, at: WeekMoment(weekday: weekday, minute: hour * 60)).input.perMillion
        }
        #expect(input(1, 0) == "0.66" && input(1, 2) == "1.32" && input(1, 5) == "0.66")
        #expect(input(5, 9) == "1.32" && input(5, 23) == "0.66")
        #expect(input(6, 12) == "0.66" && input(7, 3) == "0.66")
    }

    @Test func `The other notation of tiers, in any order, and reasoning at its own price`() throws {
        let flash = try #require(try entry("dashscope/qwen-flash").prices)
        #expect(flash.tiers.map(\.above) == [-1, 256_000])
        #expect(flash.rates(totalInput: 256_000).input.perMillion == "0.05")
        #expect(flash.rates(totalInput: 256_001).input.perMillion == "0.25")
        #expect(try entry("dashscope/qwen-flash").contextWindow == 997_952)
        #expect(
            try entry("dashscope/qwen-turbo").prices?.base.output.perMillion == "0.5", "the dearer is held and charged")
        #expect(try entry("together/openai/gpt-oss-20b").prices != nil)
    }

    @Test func `What is no price, no chat model or nobody's is left out and counted`() throws {
        let prices = try read(file)
        #expect(prices.rows.count == 6)
        #expect(prices.unpriced == 2, "free and forgotten look alike")
        #expect(prices.refused.map(\.model).sorted() == ["gpt\tbad", "gpt-minus", "gpt-slip", "gpt-text"])
        #expect(prices.models == 15)
    }

    @Test(
        "What is no price file is refused with a reason",
        arguments: [
            "", "[]", "{}", "{\"a\": 1}", "{\"a\": {\"litellm_provider\": 3}}", "{\"a\": {\"litellm_provider\": \"x\"",
            "{\"a\": tru}", "{\"a\": {}} x", "\u{FEFF}{}", String(repeating: "[", count: 100_000),
            "{\"a\": \"\\ud800\\q\"}", "{\"a\": \"", "{\"a\": \"\\u12", "nul",
        ])
    func refused(text: String) {
        #expect(throws: PriceFileError.self) { try read(text) }
    }

    @Test func `No mutilation of the file crashes the reader or invents a price out of range`() throws {
        var random = Seeded(12)
        let bytes = Array(file.utf8)
        for _ in 0..<3000 {
            var mutilated = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<mutilated.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: mutilated[place] = UInt8.random(in: 0...255, using: &random)
                case 1: mutilated.remove(at: place)
                default: mutilated.insert(contentsOf: Array("e9-\"{[".utf8).shuffled(using: &random), at: place)
                }
            }
            let result = try? PriceFile(parsing: mutilated, providers: providers, date: "2027-01-15")
            for row in result?.rows ?? [] {
                #expect((row.prices?.base.output ?? .highest) <= .highest)
                #expect(row.prices?.base.output != .zero)
            }
        }
    }

    @Test func `A price finer than exact arithmetic holds is rounded up`() {
        let fine = ExactDecimal("1.2345678901234567e-09").flatMap { TokenPrice(perTokenRoundedUp: $0) }
        #expect(fine?.perMillion == "0.001234567890123457")
        #expect(ExactDecimal("-1e-30").flatMap { TokenPrice(perTokenRoundedUp: $0) } == nil)
    }
}

@Suite struct PriceOverlayTests {
    @Test func `What is written reads back the same`() throws {
        let rows = try read(file).rows
        let text = PriceOverlay(rows: rows).text(origin: ["From prices.json,\nSHA-256 00", "As of 2027-01-15."])
        let back = try PriceOverlay(parsing: Array(text.utf8))
        #expect(back.rows.map(\.key) == rows.map(\.key))
        #expect(back.rows.map(\.prices) == rows.map(\.prices))
        #expect(back.rows.map(\.contextWindow) == rows.map(\.contextWindow))
        #expect(back.rows.allSatisfy { $0.isImported && $0.date == "2027-01-15" })
        #expect(text.contains("# From prices.json, SHA-256 00\n"))
        let builtIn = PriceOverlay(rows: Catalogue.builtIn.entries)
        let again = try PriceOverlay(parsing: Array(builtIn.text(origin: []).utf8))
        #expect(again.rows.map(\.prices) == Catalogue.builtIn.entries.map(\.prices))
        #expect(again.rows.map(\.benchmarks) == Catalogue.builtIn.entries.map(\.benchmarks))
    }

    @Test func `Imported prices hold above the catalogue's, and say where they are from; its quality stays`() throws {
        let catalogue = Catalogue.builtIn.overlaid(by: PriceOverlay(rows: try read(file).rows))
        let pro = try #require(catalogue.entry(provider: "deepseek", model: "deepseek-v4-pro"))
        #expect(pro.origin.description == "imported deepseek/deepseek-v4-pro, 2027-01-15")
        #expect(pro.quality.all == Catalogue.builtIn.entry(provider: "deepseek", model: "deepseek-v4-pro")?.quality.all)
        #expect(pro.licence == "MIT")
        var settings = RoutingSettings()
        var entry = ProviderSettings(name: "dashscope/qwen-flash")
        entry.apiKeyVariable = "KEY"
        settings.providers = [entry]
        let resolved = ModelResolver(catalogue: catalogue, isSet: { _ in true }).resolve(settings)
        let model = try #require(resolved.models.first)
        #expect(model.prices.base.input.perMillion == "0.05")
        #expect(model.assumed == ["quality"] || model.assumed.contains("quality"))
        #expect(
            model.values.contains {
                $0.key.hasSuffix("cost_per_input_token") && $0.origin.description.hasPrefix("imported")
            })
    }

    @Test func `An import never makes a name ambiguous that was not before`() throws {
        let rows = try ["azure", "vercel", "openai"].map { provider in
            try entry("openai/gpt-5.4").renamed(provider)
        }
        let catalogue = Catalogue.builtIn.overlaid(by: PriceOverlay(rows: rows))
        guard case .found(let found) = catalogue.find("gpt-5.4") else {
            Issue.record("gpt-5.4 is OpenAI's")
            return
        }
        #expect(found.key == "openai/gpt-5.4")
        guard case .found(let named) = catalogue.find("vercel/gpt-5.4") else {
            Issue.record("with the provider named it is found")
            return
        }
        #expect(named.isExtra)
    }

    @Test func `What changes is shown figure by figure, and leaps are marked`() throws {
        let rows = try read(file).rows
        var old = Catalogue.builtIn.overlaid(by: PriceOverlay(rows: rows))
        #expect(PriceChanges(from: old, to: rows).changed.isEmpty)
        #expect(PriceChanges(from: old, to: rows).unchanged == rows.count)
        var dearer = file.replacing("1.32e-06", with: "2.64e-06")
        dearer = dearer.replacing("\"input_cost_per_token\": 3e-06", with: "\"input_cost_per_token\": 3e-05")
        dearer = dearer.replacing("\"input_cost_per_token\": 3e-05", with: "\"input_cost_per_token\": 3.1e-05")
        let changes = PriceChanges(from: old, to: try read(dearer).rows)
        #expect(changes.changed.map(\.key) == ["anthropic/claude-sonnet-4-5", "deepseek/deepseek-v4-pro"])
        #expect(changes.changed.map(\.isSuspicious) == [true, false])
        let figures = changes.changed[1].figures
        #expect(figures.contains(PriceChanges.Change.Figure(name: "input", old: "1.32", new: "2.64")))
        old = Catalogue.builtIn
        let first = PriceChanges(from: old, to: rows)
        #expect(first.added.map(\.key).contains("dashscope/qwen-flash"))
        #expect(first.gone.contains("openai/gpt-4o") && !first.gone.contains("mistral/codestral-latest"))
    }

    @Test func `The effect on a bill is the same tokens at both prices`() throws {
        func models(_ output: String) -> [RoutableModel] {
            request([], [model("m", input: "1", output: output, quality: "0.5")]).models
        }
        let use = BillEffect.Use(
            provider: "m", model: "m", calls: 100, usage: Usage(uncachedInput: 1_000_000, output: 100_000),
            charged: Money(usd: "1.4") ?? .zero)
        let gone = BillEffect.Use(
            provider: "x", model: "x", calls: 7, usage: Usage(uncachedInput: 1, output: 1), charged: .zero)
        let effect = BillEffect(of: [use, gone], before: models("4"), after: models("6"))
        #expect(effect.before.usd == "1.4" && effect.after.usd == "1.6")
        #expect(effect.unknownCalls == 7)
        #expect(BillEffect(of: [use], before: models("4"), after: models("4")).rows.isEmpty)
    }
}

extension CatalogueEntry {
    fileprivate func renamed(_ provider: String) -> CatalogueEntry {
        CatalogueEntry(
            provider: provider, model: model, aliases: [], prices: prices, contextWindow: contextWindow,
            maxOutput: maxOutput, quality: PerCategory(), supports: supports, licence: nil, memoryGigabytes: nil,
            deprecated: nil, firstTokenMilliseconds: nil, tokensPerSecond: nil, benchmarks: [], source: source,
            date: date,
            isImported: true)
    }
}

@Suite struct CatalogueHealthTests {
    private func notices(on day: String, tweak: (inout ProviderSettings) -> Void = { _ in }) throws -> [String] {
        var entry = ProviderSettings(name: "gpt-5.1")
        entry.apiKeyVariable = "KEY"
        tweak(&entry)
        var settings = RoutingSettings()
        settings.providers = [entry]
        let models = ModelResolver(isSet: { _ in true }).resolve(settings).models
        #expect(models.count == 1)
        return CatalogueNotice.all(for: models, today: try #require(CalendarDay(day))).map(\.text)
    }

    @Test func `Prices are old after ninety days, unless they are written`() throws {
        #expect(try notices(on: "2027-01-15").isEmpty)
        #expect(try notices(on: "2027-01-30") == [])
        let late = try notices(on: "2027-02-20")
        #expect(late.contains("its prices are of 2026-11-21, 91 days old"))
        let written = try notices(on: "2027-02-20") {
            $0.prices = WrittenPrices(input: ExactDecimal("0.000002"), output: ExactDecimal("0.00001"))
        }
        #expect(!written.contains { $0.contains("prices are of") })
    }

    @Test func `An end of service is told sixty days ahead, and afterwards`() throws {
        #expect(try notices(on: "2027-02-19").contains("openai/gpt-5.1 ends on 2027-04-01, in 41 days"))
        #expect(try !notices(on: "2027-01-30").contains { $0.contains("ends on") })
        #expect(try notices(on: "2027-04-02").contains("openai/gpt-5.1 was to end on 2027-04-01"))
    }

    @Test(
        "Days of the calendar",
        arguments: [("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-21", 20_778), ("2100-03-01", 47_541)])
    func days(text: String, number: Int) throws {
        #expect(try #require(CalendarDay(text)).number == number)
        #expect(CalendarDay(number: number).text == text)
    }

    @Test(
        "No days", arguments: ["2026-02-29", "2100-02-29", "2026-13-01", "2026-1-1", "", "2026-11-21x", "-001-01-01"])
    func noDay(text: String) {
        #expect(CalendarDay(text) == nil)
    }
}
