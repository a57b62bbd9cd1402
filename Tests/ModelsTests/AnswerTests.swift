import Domain
import HTTPClient
import Testing

@testable import Models

private let review = #"{"findings":[{"line":42,"title":"Prüfung entfernt"}]}"#

/// What a recorded answer must come to.
private struct Expected: CustomTestStringConvertible, Sendable {
    let recording: String
    var text: String? = review
    var finish = FinishReason.complete
    var failure: CallFailure.Kind?
    var usage: Usage?
    var reasoning: Int?
    var cost: String?
    var model: String?
    var request: String?
    var settlement = SettlementKind.exact

    init(_ recording: String, _ usage: Usage?) {
        self.recording = recording
        self.usage = usage
    }

    func with(_ change: (inout Expected) -> Void) -> Expected {
        var copy = self
        change(&copy)
        return copy
    }

    func failing(_ kind: CallFailure.Kind) -> Expected {
        with {
            $0.failure = kind
            $0.text = nil
            if $0.usage == nil { $0.settlement = .bounded }
        }
    }

    var testDescription: String { recording }
}

private func tokens(_ plain: Int, cached: Int = 0, write: Int = 0, long: Int = 0, out: Int) -> Usage {
    Usage(uncachedInput: plain, cachedInput: cached, cacheWrite: write, longCacheWrite: long, output: out)
}

private let expectations: [Expected] = [
    Expected("openai-stream", tokens(176, cached: 1024, out: 24)).with {
        $0.reasoning = 0
        $0.model = "gpt-5.6-luna-2026-07-01"
        $0.request = "req_openai_1"
    },
    Expected("openai-whole", tokens(1000, cached: 1000, write: 3000, out: 4000)).with {
        $0.reasoning = 3500
        $0.request = "req_openai_2"
    },
    Expected("openai-starved", tokens(900, out: 2048)).failing(.starved).with { $0.reasoning = 2048 },
    Expected("openai-length", tokens(900, out: 16)).with {
        $0.text = "{\"findings\":[{\"li"
        $0.finish = .length
        $0.reasoning = 0
    },
    Expected("openai-refusal", tokens(80, out: 9)).failing(.refused).with { $0.reasoning = 0 },
    Expected("openai-filtered", tokens(80, out: 3)).failing(.refused).with { $0.reasoning = 0 },
    Expected("azure-stream", tokens(700, out: 24)).with {
        $0.reasoning = 0
        $0.request = "7e1c"
    },
    Expected("openrouter-stream", tokens(500, cached: 1000, out: 60)).with {
        $0.reasoning = 36
        $0.cost = "0.000145000001"
        $0.model = "deepseek/deepseek-v4-flash"
        $0.request = "gen-1795000000-AbC"
    },
    Expected("openrouter-broken", nil).failing(.serverError),
    Expected("openrouter-error-in-200", nil).failing(.rateLimited),
    Expected("openrouter-byok", tokens(2000, out: 100)).with {
        $0.reasoning = 0
        $0.cost = "0.0084"
    },
    Expected("deepseek-stream", tokens(4000, cached: 16_000, out: 1500)).with { $0.reasoning = 1400 },
    Expected("deepseek-overloaded", tokens(100, out: 4)).failing(.cut).with { $0.reasoning = 0 },
    Expected("deepseek-empty", tokens(100, out: 1)).with {
        $0.text = ""
        $0.reasoning = 0
    },
    Expected("gemini-stream", tokens(3000, out: 1024)).with { $0.reasoning = 1000 },
    Expected("kimi-stream", tokens(19_488, cached: 512, out: 1500)),
    Expected("glm-stream", tokens(10_000, cached: 10_000, out: 1500)),
    Expected("glm-sensitive", nil).failing(.refused),
    Expected("dashscope-stream", tokens(971, write: 2048, out: 104)),
    Expected("mistral-stream", tokens(500, out: 40)),
    Expected("xai-stream", tokens(9992, cached: 128, out: 4308)).with {
        $0.reasoning = 2809
        $0.cost = "0.0232856"
    },
    Expected("groq-stream", tokens(600, out: 80)),
    Expected("llamacpp-stream", tokens(150, cached: 200, out: 24)),
    Expected("vllm-think-tags", tokens(90, out: 36)),
    Expected("lmstudio-whole", tokens(300, out: 24)),
    Expected("ollama-compatible-whole", tokens(310, out: 25)),
    Expected("anthropic-stream", tokens(100, cached: 700, write: 200, out: 50)).with {
        $0.model = "claude-haiku-5-5"
        $0.request = "req_011X"
    },
    Expected("anthropic-thinking", tokens(3, write: 304, long: 12_000, out: 550)).with { $0.reasoning = 500 },
    Expected("anthropic-whole", tokens(200, cached: 50_000, out: 800)),
    Expected("anthropic-refusal", tokens(200, out: 4)).failing(.refused),
    Expected("anthropic-starved", tokens(300, out: 2048)).failing(.starved),
    Expected("anthropic-overloaded", nil).failing(.serverError),
    Expected("ollama-stream", tokens(326, out: 24)).with { $0.model = "qwen3-coder:30b" },
    Expected("ollama-thinking", tokens(0, out: 24)),
    Expected("ollama-starved", tokens(326, out: 24)).failing(.starved),
    Expected("ollama-error", nil).failing(.serverError),
    Expected("ollama-truncated", tokens(8192, out: 24)).failing(.contextTooLong),
    Expected("ollama-whole", tokens(326, out: 24)),
]

@Suite struct AnswerTests {
    @Test(arguments: expectations)
    fileprivate func `Each provider's answer comes to the same words`(_ expected: Expected) async throws {
        let recording = try Recording(expected.recording)
        let outcome = try await recording.settings.call(
            Answering(head: recording.head, pieces: [recording.body]))
        #expect(outcome.answer?.text == expected.text)
        #expect(outcome.failure?.kind == expected.failure)
        if outcome.answer != nil { #expect(outcome.answer?.finish == expected.finish) }
        #expect(outcome.usage == expected.usage)
        #expect(outcome.reasoningTokens == expected.reasoning)
        #expect(outcome.returnedCost?.usd == expected.cost)
        if let model = expected.model { #expect(outcome.returnedModel == model) }
        if let request = expected.request { #expect(outcome.requestID == request) }
        #expect(outcome.usageProblem == nil)
        #expect(outcome.settlement == expected.settlement)
        #expect(outcome.httpStatus == 200 && outcome.wasSent)
        if outcome.answer?.text.isEmpty == false { #expect(outcome.timeToFirstToken != nil) }
    }

    @Test func `Every recording is looked at`() throws {
        #expect(try Recording.names() == expectations.map(\.recording).sorted())
    }

    @Test(arguments: expectations)
    fileprivate func `It does not matter in which pieces an answer arrives`(_ expected: Expected) async throws {
        let recording = try Recording(expected.recording)
        for size in [1, 2, 3, 7, 64] {
            let pieces = stride(from: 0, to: recording.body.count, by: size).map {
                Array(recording.body[$0..<min($0 + size, recording.body.count)])
            }
            let outcome = try await recording.settings.call(Answering(head: recording.head, pieces: pieces))
            #expect(outcome.answer?.text == expected.text)
            #expect(outcome.failure?.kind == expected.failure)
            #expect(outcome.usage == expected.usage)
            #expect(outcome.returnedCost?.usd == expected.cost)
        }
    }

    @Test(arguments: expectations, [false, true])
    fileprivate func `An answer cut at any byte is a failure, never half an answer`(
        _ expected: Expected, connectionBreaks: Bool
    ) async throws {
        let recording = try Recording(expected.recording)
        let end = connectionBreaks ? HTTPError(.connectionLost, wasSent: true, "the connection broke") : nil
        for count in stride(from: 0, to: recording.body.count, by: connectionBreaks ? 7 : 1) {
            let outcome = try await recording.settings.call(
                Answering(head: recording.head, pieces: [Array(recording.body.prefix(count))], end: end))
            if let answer = outcome.answer {
                // Only blank bytes are missing.
                #expect(recording.body.dropFirst(count).allSatisfy { $0 == 0x0A || $0 == 0x20 })
                #expect(answer.text == expected.text && answer.finish == expected.finish)
                #expect(outcome.usage == expected.usage)
            } else if expected.failure == nil {
                let kind = try #require(outcome.failure?.kind)
                #expect(kind == (recording.isStreamed || connectionBreaks ? .cut : .malformed))
                #expect(outcome.usage == nil && outcome.returnedCost == nil)
                #expect(outcome.settlement == .bounded)
            } else if let usage = outcome.usage {
                #expect(usage == expected.usage)
            }
        }
    }
}
