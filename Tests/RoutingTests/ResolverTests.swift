import Domain
import Routing
import Testing

private func resolve(_ entries: [ProviderSettings], set: Set<String> = []) -> ModelResolution {
    var settings = RoutingSettings()
    settings.providers = entries
    return ModelResolver(isSet: set.contains).resolve(settings)
}

private func entry(_ name: String, _ tweak: (inout ProviderSettings) -> Void = { _ in }) -> ProviderSettings {
    var entry = ProviderSettings(name: name)
    entry.file = "hunkwise.yaml"
    entry.line = 3
    tweak(&entry)
    return entry
}

@Suite struct ResolverTests {
    @Test func `A written output price below the catalogue's is charged, and the dearer is held`() throws {
        let result = resolve([entry("deepseek-v4-flash") { $0.prices.output = ExactDecimal("0.00000025") }])
        let model = try #require(result.models.first)
        #expect(model.prices.base.output.perMillion == "0.25")
        #expect(model.prices.base.input.perMillion == "0.3", "the input price comes from the catalogue")
        #expect(model.holdPrices.base.output.perMillion == "1.2")
        #expect(result.warnings.contains { $0.contains("below the catalogue's") })
        let contract = resolve([
            entry("deepseek-v4-flash") {
                $0.prices.output = ExactDecimal("0.00000025")
                $0.priceIsContract = true
            }
        ])
        #expect(contract.models.first?.holdPrices.base.output.perMillion == "0.25")
        #expect(contract.warnings.isEmpty)
    }

    @Test func `An unknown model takes its output price as input price and half quality, both assumed`() throws {
        let result = resolve([entry("ga-standard") { $0.prices.output = ExactDecimal("0.0000002") }])
        let model = try #require(result.models.first)
        #expect(model.prices.base.input.perMillion == "0.2")
        #expect(model.quality(for: .review) == 0.5)
        #expect(model.assumed.contains("cost_per_input_token"))
        #expect(model.assumed.contains("quality"))
        #expect(model.valueEfficiency == "25.0")
    }

    @Test(
        "A model without a price is not routable and says what to write",
        arguments: [
            ("nobody-knows", "its price is not known"), ("glm-4.7-flash", "free of charge"),
        ])
    func unroutable(name: String, reason: String) {
        let result = resolve([entry(name)])
        #expect(result.models.isEmpty)
        #expect(result.unroutable.first?.reason.contains(reason) == true)
    }

    @Test func `Zero is a price when it is written, and for Ollama`() {
        let written = resolve([
            entry("x") {
                $0.prices.output = ExactDecimal("0")
                $0.prices.input = ExactDecimal("0")
            }
        ])
        #expect(written.models.first?.valueEfficiency == "free")
        let ollama = resolve([entry("qwen3-coder-30b") { $0.kind = .ollama }])
        #expect(ollama.models.first?.prices.base.output == .zero)
        #expect(ollama.models.first?.residency == "local")
        #expect(ollama.models.first?.isCallable == true)
    }

    @Test func `An ambiguous bare name is a problem that lists the candidates; a provider settles it`() throws {
        let result = resolve([entry("llama-3.1-8b")])
        let problem = try #require(result.problems.first)
        #expect(problem.file == "hunkwise.yaml" && problem.line == 3)
        #expect(problem.message.contains("cerebras/llama3.1-8b") && problem.message.contains("fireworks/"))
        let settled = resolve([entry("llama-3.1-8b") { $0.model = "cerebras/llama3.1-8b" }])
        #expect(settled.problems.isEmpty && settled.models.count == 1)
    }

    @Test func `A local endpoint takes quality and window from the model's kin, never a price`() throws {
        let result = resolve([
            entry("qwen-local") {
                $0.kind = .openai
                $0.baseURL = "http://127.0.0.1:8080/v1"
                $0.model = "qwen3-coder-30b"
            }
        ])
        #expect(result.models.isEmpty)
        #expect(result.problems.isEmpty)
    }

    @Test func `What OpenRouter resells is assumed to cost its maker's price`() throws {
        let result = resolve([
            entry("anthropic/claude-opus-5.5") { $0.baseURL = "https://openrouter.ai/api/v1" },
            entry("nobody/claude-opus-5.5") { $0.baseURL = "https://openrouter.ai/api/v1" },
        ])
        let model = try #require(result.models.first)
        #expect(result.models.count == 1)
        #expect(model.prices.base.output.perMillion == "20")
        #expect(model.assumed.contains("cost_per_output_token"))
    }

    @Test("Quality above one is out of ten", arguments: [("0.87", 0.87), ("8.7", 0.87), ("1", 1.0), ("10", 1.0)])
    func quality(written: String, expected: Double) {
        let result = resolve([
            entry("x") {
                $0.prices.output = ExactDecimal("0.00000025")
                $0.quality = PerCategory(all: ExactDecimal(written))
            }
        ])
        #expect(abs((result.models.first?.quality(for: .algorithm) ?? 0) - expected) < 1e-12)
    }

    @Test func `What cannot be called says the exact lines to add, and never looks at a key`() throws {
        let bare = try #require(resolve([entry("deepseek-v4-flash")]).models.first?.obstacle)
        #expect(
            bare.lines == [
                "kind: openai", "base_url: https://api.deepseek.com/v1", "api_key_env: DEEPSEEK_API_KEY",
            ])
        let keyed = entry("gpt-5") {
            $0.kind = .openai
            $0.apiKeyVariable = "OPENAI_API_KEY"
        }
        #expect(resolve([keyed]).models.first?.obstacle?.reason == "the environment variable OPENAI_API_KEY is not set")
        #expect(resolve([keyed], set: ["OPENAI_API_KEY"]).models.first?.isCallable == true)
    }

    @Test func `Every value of a model has an origin`() throws {
        let model = try #require(resolve([entry("claude-opus-5-5") { $0.kind = .anthropic }]).models.first)
        let values = Dictionary(uniqueKeysWithValues: model.values.map { ($0.key, $0) })
        #expect(values["routing.providers[0].cost_per_output_token"]?.value == "20 per million")
        #expect(
            values["routing.providers[0].context_window"]?.origin
                == .catalogue(key: "anthropic/claude-opus-5-5", date: "2026-11-21"))
    }
}
