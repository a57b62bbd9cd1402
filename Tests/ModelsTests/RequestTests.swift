import Domain
import Foundation
import HTTPClient
import Testing

@testable import Models

private let schema = ModelRequest.AnswerSchema(
    name: "findings",
    json:
        #"{"type":"object","properties":{"findings":{"type":"array"}},"required":["findings"],"additionalProperties":false}"#
)

/// What is asked, in no provider's words.
private let question = ModelRequest(
    instructions: "Review the change. Answer in JSON.", material: "12 + \"café\"\t\\ x\n", schema: schema,
    answerLimit: 1200)

private struct Golden: CustomTestStringConvertible, Sendable {
    let name: String
    var settings: EndpointSettings
    var request = question

    init(
        _ name: String, _ kind: ProviderKind, _ baseURL: String, _ model: String,
        _ capabilities: Set<Capability> = [.jsonSchema, .streaming], _ change: (inout Golden) -> Void = { _ in }
    ) {
        self.name = name
        settings = EndpointSettings(name: "entry", kind: kind, baseURL: baseURL, model: model)
        settings.capabilities = capabilities
        settings.key = Secret("the-key")
        change(&self)
    }

    mutating func reasons(_ effort: ReasoningEffort, _ allowance: Int = 0) {
        settings.capabilities.insert(.reasoning)
        request.effort = effort
        request.reasoningAllowance = allowance
    }

    var testDescription: String { name }
}

private let goldens: [Golden] = [
    Golden("openai", .openai, "https://api.openai.com/v1", "gpt-4.1-mini"),
    Golden("openai-reasoning", .openai, "https://api.openai.com/v1/", "gpt-5.6-luna") { $0.reasons(.medium, 4000) },
    Golden("openai-whole", .openai, "https://eu.api.openai.com/v1", "gpt-4o") {
        $0.settings.isStreaming = false
        $0.settings.temperature = 0.25
    },
    Golden("azure-deployment", .azure, "https://one.openai.azure.com/", "my deployment/1") {
        $0.settings.apiVersion = "2025-04-01-preview"
    },
    Golden("azure-reasoning", .azure, "https://one.openai.azure.com/openai/v1", "o4-mini") { $0.reasons(.low, 2000) },
    Golden("openrouter", .openai, "https://openrouter.ai/api/v1", "deepseek/deepseek-v4-flash") {
        $0.reasons(.high, 8000)
        $0.settings.extraBody = #"{"provider":{"data_collection":"deny","sort":"price"},"transforms":[]}"#
        $0.settings.headers = ["X-Title": Secret("hunkwise")]
    },
    Golden("deepseek", .openai, "https://api.deepseek.com/v1", "deepseek-v4-flash", [.jsonObject]) { $0.reasons(.off) },
    Golden("gemini", .openai, "https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-flash") {
        $0.reasons(.low, 1024)
    },
    Golden("dashscope", .openai, "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen3-max") {
        $0.reasons(.medium, 3000)
    },
    Golden("glm", .openai, "https://api.z.ai/api/paas/v4", "glm-4.6", [.jsonObject]) { $0.reasons(.medium, 3000) },
    Golden("kimi", .openai, "https://api.moonshot.ai/v1", "kimi-k2.5") { $0.reasons(.off) },
    Golden("mistral", .openai, "https://api.mistral.ai/v1", "devstral-small-latest"),
    Golden("xai", .openai, "https://api.x.ai/v1", "grok-4.7") { $0.reasons(.high, 3000) },
    Golden("groq", .openai, "https://api.groq.com/openai/v1", "openai/gpt-oss-20b") { $0.reasons(.off, 500) },
    Golden("together", .openai, "https://api.together.xyz/v1", "openai/gpt-oss-20b", [.jsonObject]) {
        $0.reasons(.off)
    },
    Golden("local", .openai, "http://127.0.0.1:8080/v1", "qwen3-coder-30b") {
        $0.settings.key = nil
        $0.settings.isLocal = true
        $0.reasons(.off)
        $0.request.repair = ModelRequest.Repair(answer: "{\"find", complaint: "This is not JSON. Answer again.")
    },
    Golden("plain", .openai, "http://[::1]:1234/v1/chat/completions", "any", []) {
        $0.settings.key = nil
        $0.settings.isStreaming = false
        $0.request.schema = nil
    },
    Golden("anthropic", .anthropic, "https://api.anthropic.com", "claude-haiku-5-5", [.jsonSchema, .promptCaching]),
    Golden("anthropic-adaptive", .anthropic, "https://api.anthropic.com/v1", "claude-opus-5-5", [.jsonSchema]) {
        $0.reasons(.high, 4000)
    },
    Golden("anthropic-budget", .anthropic, "https://api.anthropic.com", "claude-haiku-4-5", [.jsonSchema]) {
        $0.reasons(.low, 2000)
        $0.settings.isStreaming = false
    },
    Golden("anthropic-repair", .anthropic, "https://gateway.example.com/claude/", "claude-opus-5-5", [.jsonSchema]) {
        $0.reasons(.off)
        $0.request.repair = ModelRequest.Repair(answer: " ", complaint: "Nothing came. Answer in JSON.")
    },
    Golden("ollama", .ollama, "http://127.0.0.1:11434", "qwen3-coder:30b") {
        $0.settings.key = nil
        $0.settings.contextWindow = 262_144
    },
    Golden("ollama-thinking", .ollama, "http://127.0.0.1:11434/v1", "qwen3:8b", [.jsonObject]) {
        $0.settings.key = nil
        $0.settings.contextWindow = 6000
        $0.settings.extraBody = #"{"keep_alive":"10m","options":{"num_gpu":1}}"#
        $0.reasons(.high, 2000)
    },
]

@Suite struct RequestTests {
    @Test(arguments: goldens)
    fileprivate func `Each provider is asked in its own form, byte for byte`(_ golden: Golden) async throws {
        let transport = Answering(500, "")
        let endpoint = try ModelEndpoint(golden.settings, transport: transport, clock: StoppedClock())
        let call = try endpoint.prepare(golden.request)
        _ = await endpoint.send(call, deadline: 30)
        let request = try #require(transport.request)
        let file = Recording.folder.appending(path: "requests/\(golden.name).http")
        let expected = try String(contentsOf: file, encoding: .utf8)
        let parts = try #require(expected.firstRange(of: "\n\n"))
        let head = (["\(request.method) \(request.url)"] + request.headers.map(\.description))
            .joined(separator: "\n")
        #expect(head == expected[..<parts.lowerBound])
        let body = expected[parts.upperBound...].split(separator: "\n").map { $0.drop { $0 == " " } }.joined()
        #expect(String(decoding: call.body, as: UTF8.self) == body)
        #expect(request.body == call.body && request.url == call.url)
    }

    @Test func `Every golden request is looked at`() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Recording.folder.appending(path: "requests").path)
        #expect(files.sorted() == goldens.map { $0.name + ".http" }.sorted())
    }
}
