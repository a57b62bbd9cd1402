import JSON
import Domain
import Testing

@testable import Models

private func value(_ json: String) throws -> JSONValue { try JSONReader.read(Array(json.utf8)) }

private func openAI(_ json: String, _ service: OpenAIService = .openai) throws -> UsageReading {
    OpenAIUsage.read(try value(json), service: service)
}

private func anthropic(_ json: String) throws -> UsageReading? {
    var usage = AnthropicUsage()
    usage.take(try value(json), isFinal: true)
    return usage.reading
}

private struct Vector: CustomTestStringConvertible, Sendable {
    let name: String
    let service: OpenAIService?
    let wire: String
    let usage: Usage

    /// `service` nil: Anthropic.
    init(_ name: String, _ service: OpenAIService?, _ wire: String, _ usage: Usage) {
        self.name = name
        self.service = service
        self.wire = wire
        self.usage = usage
    }

    var testDescription: String { name }
}

private func plain(_ prompt: Int, _ completion: Int, cached: Int = 0, reasoning: Int = 0) -> String {
    #"{"prompt_tokens":\#(prompt),"completion_tokens":\#(completion),"total_tokens":\#(prompt + completion),"#
        + #""prompt_tokens_details":{"cached_tokens":\#(cached)},"#
        + #""completion_tokens_details":{"reasoning_tokens":\#(reasoning)}}"#
}

/// The calls whose bills `CostVectorTests` computes, as they come over the wire.
private let vectors: [Vector] = [
    Vector("plain call", .openai, plain(10_000, 1000), Usage(uncachedInput: 10_000, output: 1000)),
    Vector(
        "cached input", .openai, plain(10_000, 1000, cached: 8000),
        Usage(uncachedInput: 2000, cachedInput: 8000, output: 1000)),
    Vector(
        "half cached", .openai, plain(100_000, 2000, cached: 50_000),
        Usage(uncachedInput: 50_000, cachedInput: 50_000, output: 2000)),
    Vector(
        "reasoning inside", .openai, plain(5000, 4000, reasoning: 3500), Usage(uncachedInput: 5000, output: 4000)),
    Vector("at the tier", .openai, plain(272_000, 1000), Usage(uncachedInput: 272_000, output: 1000)),
    Vector("above the tier", .openai, plain(272_001, 1000), Usage(uncachedInput: 272_001, output: 1000)),
    Vector("Gemini at the tier", .gemini, plain(200_000, 1000), Usage(uncachedInput: 200_000, output: 1000)),
    Vector(
        "Gemini above the tier", .gemini, plain(300_000, 1000, cached: 100_000),
        Usage(uncachedInput: 200_000, cachedInput: 100_000, output: 1000)),
    Vector(
        "DeepSeek hits", .deepseek,
        #"{"prompt_tokens":20000,"completion_tokens":1500,"total_tokens":21500,"prompt_cache_hit_tokens":16000,"prompt_cache_miss_tokens":4000}"#,
        Usage(uncachedInput: 4000, cachedInput: 16_000, output: 1500)),
    Vector(
        "Kimi", .moonshot, #"{"prompt_tokens":20000,"completion_tokens":1500,"total_tokens":21500}"#,
        Usage(uncachedInput: 20_000, output: 1500)),
    Vector(
        "GLM", .zai, plain(20_000, 1500, cached: 10_000),
        Usage(uncachedInput: 10_000, cachedInput: 10_000, output: 1500)),
    Vector(
        "Anthropic, no cache", nil,
        #"{"input_tokens":3000,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"output_tokens":500}"#,
        Usage(uncachedInput: 3000, output: 500)),
    Vector(
        "Anthropic, write", nil,
        #"{"input_tokens":3,"cache_read_input_tokens":0,"cache_creation_input_tokens":12304,"output_tokens":550}"#,
        Usage(uncachedInput: 3, cacheWrite: 12_304, output: 550)),
    Vector(
        "Anthropic, read", nil,
        #"{"input_tokens":200,"cache_read_input_tokens":50000,"cache_creation_input_tokens":null,"output_tokens":800}"#,
        Usage(uncachedInput: 200, cachedInput: 50_000, output: 800)),
    Vector(
        "Anthropic, mix", nil,
        #"{"input_tokens":100,"cache_read_input_tokens":700,"cache_creation_input_tokens":200,"cache_creation":{"ephemeral_5m_input_tokens":200,"ephemeral_1h_input_tokens":0},"output_tokens":50}"#,
        Usage(uncachedInput: 100, cachedInput: 700, cacheWrite: 200, output: 50)),
    Vector(
        "Anthropic, an hour's write", nil,
        #"{"input_tokens":100,"cache_creation_input_tokens":900,"cache_creation":{"ephemeral_5m_input_tokens":200,"ephemeral_1h_input_tokens":700},"output_tokens":50}"#,
        Usage(uncachedInput: 100, cacheWrite: 200, longCacheWrite: 700, output: 50)),
]

@Suite struct UsageTests {
    @Test(arguments: vectors)
    fileprivate func `Wire figures come to one form`(_ vector: Vector) throws {
        let reading =
            try vector.service.map { try openAI(vector.wire, $0) } ?? #require(try anthropic(vector.wire))
        #expect(reading.problem == nil)
        #expect(reading.usage == vector.usage)
    }

    @Test(arguments: [
        ("{}", "missing"), (#"{"prompt_tokens":1}"#, "missing"), (#"{"completion_tokens":1}"#, "missing"),
        (#"{"prompt_tokens":-1,"completion_tokens":1}"#, "negative"),
        (#"{"prompt_tokens":1,"completion_tokens":1000000001}"#, "above"),
        (#"{"prompt_tokens":1e300,"completion_tokens":1}"#, "whole number"),
        (#"{"prompt_tokens":99999999999999999999999,"completion_tokens":1}"#, "whole number"),
        (#"{"prompt_tokens":1.5,"completion_tokens":1}"#, "whole number"),
        (#"{"prompt_tokens":"1","completion_tokens":1}"#, "whole number"),
        (#"{"prompt_tokens":1,"completion_tokens":1,"total_tokens":1}"#, "sum"),
        (#"{"prompt_tokens":1,"completion_tokens":1,"total_tokens":9}"#, "sum"),
        (#"{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":6}}"#, "cached"),
        (
            #"{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":3,"cache_write_tokens":3}}"#,
            "cached"
        ),
        (#"{"prompt_tokens":5,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":2}}"#, "reasoning"),
        (
            #"{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6,"completion_tokens_details":{"reasoning_tokens":2}}"#,
            "reasoning"
        ),
        (
            #"{"prompt_tokens":5,"completion_tokens":1,"prompt_cache_hit_tokens":3,"prompt_cache_miss_tokens":1}"#,
            "misses"
        ),
        (
            #"{"prompt_tokens":5,"completion_tokens":1,"prompt_cache_hit_tokens":3,"prompt_tokens_details":{"cached_tokens":2}}"#,
            "two different"
        ),
        (#"{"prompt_tokens":5,"completion_tokens":1,"cost":-0.1}"#, "negative"),
        (#"{"prompt_tokens":5,"completion_tokens":1,"cost":10000.1}"#, "above"),
        (#"{"prompt_tokens":5,"completion_tokens":1,"cost":1e400}"#, "above"),
        (#"{"prompt_tokens":5,"completion_tokens":1,"cost":"0.1"}"#, "not a number"),
    ])
    func `Figures that cannot be are none, and it is said why`(json: String, word: String) throws {
        let reading = try openAI(json, .openrouter)
        #expect(reading.usage == nil && reading.cost == nil && reading.reasoning == nil)
        #expect(try #require(reading.problem).contains(word))
    }

    @Test(arguments: [
        #"{"output_tokens":5}"#, #"{"input_tokens":-5,"output_tokens":5}"#, #"{"input_tokens":5,"output_tokens":2e9}"#,
        #"{"input_tokens":5,"output_tokens":5,"cache_creation_input_tokens":3,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":1}}"#,
        #"{"input_tokens":5,"output_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":1}}"#,
        #"{"input_tokens":5,"output_tokens":5,"output_tokens_details":{"thinking_tokens":6}}"#,
        #"{"input_tokens":5,"output_tokens":5,"cache_read_input_tokens":true}"#,
    ])
    func `The same holds for Anthropic's`(json: String) throws {
        let reading = try #require(try anthropic(json))
        #expect(reading.usage == nil && reading.problem != nil)
    }

    @Test func `A cumulative report replaces the one before`() throws {
        var usage = AnthropicUsage()
        usage.take(try value(#"{"input_tokens":10,"output_tokens":1}"#), isFinal: false)
        #expect(usage.reading == nil)
        usage.take(try value(#"{"output_tokens":20}"#), isFinal: true)
        usage.take(try value(#"{"input_tokens":11,"output_tokens":25}"#), isFinal: true)
        #expect(usage.reading?.usage == Usage(uncachedInput: 11, output: 25))
    }

    @Test func `Only Gemini's total is taken for more than its parts name`() throws {
        let json = #"{"prompt_tokens":100,"completion_tokens":10,"total_tokens":150}"#
        #expect(try openAI(json, .gemini).usage?.output == 50)
        for service in OpenAIService.allCases where service != .gemini {
            #expect(try openAI(json, service).usage == nil)
        }
    }

    @Test func `Reasoning beside the completion is added where the total says so`() throws {
        let json =
            #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":22,"completion_tokens_details":{"reasoning_tokens":7}}"#
        #expect(try openAI(json, .other).usage?.output == 12)
    }

    @Test(arguments: [
        ("0", "0"), ("0.0", "0"), ("1", "1"), ("0.0132", "0.0132"), ("1.45e-05", "0.0000145"), ("1E-3", "0.001"),
        ("0.000014500000000000001", "0.000014500001"), ("0.0000000000000001", "0.000000000001"),
        ("0.123456789012345678901234567890", "0.123456789013"),
        ("0.1000000000000000055511151231257827", "0.100000000001"),
        ("9999.999999999999", "9999.999999999999"), ("12.500000000000000000000000", "12.5"),
    ])
    func `A returned cost keeps every picodollar of its text, and what is finer rounds up`(
        text: String, usd: String
    ) throws {
        let reading = try openAI(#"{"prompt_tokens":1,"completion_tokens":1,"cost":\#(text)}"#, .openrouter)
        #expect(reading.cost?.usd == usd)
    }

    @Test func `A cost without tokens is a charge all the same`() throws {
        let reading = try openAI(#"{"cost":0.25}"#, .openrouter)
        #expect(reading.cost?.usd == "0.25" && reading.usage == nil && reading.problem == nil)
    }

    @Test func `A problem with the figures is stated and the call charged at its bound`() async throws {
        let body =
            #"{"id":"x","choices":[{"message":{"content":"{}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":-4,"completion_tokens":1}}"#
        let settings = EndpointSettings(name: "e", kind: .openai, baseURL: "http://127.0.0.1/v1", model: "m")
        let outcome = try await settings.call(Answering(200, body))
        #expect(outcome.answer?.text == "{}")
        #expect(outcome.usageProblem == "prompt_tokens is negative")
        #expect(outcome.settlement == .bounded)
    }
}
