import Diffs
import Domain
import Testing

@testable import ConfigurationFiles

func load(_ text: String, repository: String? = nil) throws -> Configuration {
    try Configuration(
        operator: ConfigurationFile(name: "hunkwise.yaml", bytes: Array(text.utf8)),
        repository: repository.map { ConfigurationFile(name: ".hunkwise.yaml", bytes: Array($0.utf8)) })
}

func problems(_ text: String, repository: String? = nil) -> [SettingProblem] {
    do {
        _ = try load(text, repository: repository)
        return []
    } catch let errors as ConfigurationErrors {
        return errors.problems
    } catch {
        return []
    }
}

@Suite struct OperatorFileTests {
    @Test func `The router block that teams have loads as it stands`() throws {
        let configuration = try load(routerBlock)
        let routing = configuration.routing
        #expect(routing.requestLimit?.usd == "5")
        #expect(routing.maxOutputTokens[.architecture] == 2000)
        #expect(routing.policy == .balanced)
        #expect(routing.valueOfFinding.usd == "1")
        #expect(routing.qualityFloor[.review] == 0.8 && routing.qualityFloor[.debugging] == nil)
        #expect(routing.fallback[.algorithm] == ["deepseek-r1", "ga-standard"])
        #expect(routing.providers.map(\.name) == ["deepseek-v4-flash", "ga-standard", "qwen-local"])
        let flash = routing.providers[0]
        #expect(flash.prices.output == ExactDecimal("2.5e-7"))
        #expect(flash.supportedTasks == [.boilerplate, .debugging, .review])
        #expect(flash.latencyTargetMilliseconds == 400)
        #expect(routing.providers[1].isDynamic)
        let local = routing.providers[2]
        #expect(local.kind == .openai && local.residency == "local" && local.model == "qwen3-coder-30b")
        #expect(local.prices.input == ExactDecimal("0") && local.hardwarePerHour?.usd == "1.1")
        #expect(configuration.validation.gates == [.syntax, .security, .complexity])
        #expect(configuration.validation.runs(.sanitising) && !configuration.validation.runs(.noise))
    }

    @Test func `Providers and validation may also stand at the top`() throws {
        let configuration = try load(
            "providers:\n  - {name: a, cost_per_output_token: 1e-6}\nvalidation: {enabled: false}\n")
        #expect(configuration.routing.providers.map(\.name) == ["a"])
        #expect(!configuration.validation.enabled)
        let twice = problems("providers: []\nrouting:\n  providers: []\n")
        #expect(
            twice.map(\.description) == [
                "hunkwise.yaml:1: providers: is given twice: also as routing.providers on line 3"
            ])
    }

    @Test func `Budgets and data policy load, and bounds follow the repository`() throws {
        let configuration = try load(routerBlock + otherBlocks)
        let names = configuration.bounds(repository: "acme/shop").map { "\($0.name) \($0.limit.usd)" }
        #expect(
            names == [
                "request 5", "global day 10", "global month 200", "organisation acme month 100",
                "repository change 0.5", "repository month 20", "provider deepseek-v4-flash month 50",
            ])
        #expect(configuration.bounds(repository: nil).count == 4)
        #expect(configuration.residency(of: Path("a.py"), repository: "acme/payments-api") == .only(["local"]))
        #expect(configuration.residency(of: Path("a.py"), repository: "acme/shop") == .anywhere)
        #expect(
            configuration.residency(of: Path("a.py"), repository: nil) == .only(["local"]),
            "a repository of unknown name is taken to be the protected one")
    }

    @Test func `The longest glob decides a repository's budget`() throws {
        let configuration = try load(
            "budgets: {repositories: {\"*\": {change_usd: 0.1}, \"acme/*\": {change_usd: 0.5}, \"acme/big\": {change_usd: 2}}}"
        )
        func change(_ name: String?) -> String? { configuration.bounds(repository: name).first?.limit.usd }
        #expect(change("acme/big") == "2")
        #expect(change("acme/other") == "0.5")
        #expect(change("else/where") == "0.1")
        #expect(change(nil) == "0.1")
    }

    @Test("Nothing configured is fine", arguments: ["", "\n\n", "# only a comment\n", "---\n", "{}"])
    func empty(text: String) throws {
        let configuration = try load(text)
        #expect(configuration.routing.providers.isEmpty)
        #expect(configuration.bounds(repository: "a/b").isEmpty)
    }

    @Test func `Prices are kept as they are written, without floating point`() throws {
        let configuration = try load(
            "providers: [{name: a, cost_per_output_token: 0.00000000000000001234, cost_per_input_token: 1e-7}]")
        #expect(configuration.routing.providers[0].prices.output == ExactDecimal(mantissa: 1234, exponent: -20))
        #expect(configuration.routing.providers[0].prices.input == ExactDecimal(mantissa: 1, exponent: -7))
    }

    @Test func `Every provider key has its place`() throws {
        let configuration = try load(
            """
            providers:
              - name: all
                kind: azure
                base_url: https://x.example.com/v1
                model: m
                api_key_file: /run/secrets/key
                cost_per_input_token: 0.000001
                cost_per_output_token: 0.000004
                cost_per_cached_input_token: 0.0000001
                cost_per_cache_write_token: 0.00000125
                context_tiers: [{above: 200000, cost_per_input_token: 0.000002, cost_per_output_token: 0.000006}]
                price_hours: [{hours_utc: "16:30-00:30", weekdays: [1, 2], cost_per_output_token: 0.000002}]
                price: contract
                context_window: 100000
                max_output: 8000
                quality: {review: 8.5, algorithm: 0.7}
                tier: strong
                temperature: 0.2
                reasoning: {review: high}
                reasoning_tokens: 3000
                extra_body: {provider: {order: [a, b], sort: price}, seed: 7, "null": null, text: "007"}
                headers: {X-Title: hunkwise}
                residency: eu
                retention: none
                max_concurrency: 4
                requests_per_minute: 60
                supports: [json_schema, reasoning]
                tokens_per_second: 70
                routing_mode: fixed
            """)
        let entry = configuration.routing.providers[0]
        #expect(entry.contextTiers.first?.above == 200_000)
        #expect(entry.priceHours.first?.hours.contains(weekday: 3, minute: 10) == true)
        #expect(entry.priceHours.first?.hours.contains(weekday: 3, minute: 31) == false)
        #expect(entry.quality[.review] == ExactDecimal("8.5") && entry.quality[.debugging] == nil)
        #expect(entry.reasoning[.review] == .high)
        #expect(
            entry.extraBody == #"{"provider":{"order":["a","b"],"sort":"price"},"seed":7,"null":null,"text":"007"}"#)
        #expect(entry.supports == [.jsonSchema, .reasoning])
        #expect(entry.lines["quality"] == 16)
        #expect(!entry.isDynamic && entry.priceIsContract)
    }
}
