import Domain
import HTTPClient
import Testing

@testable import Models

private func settings(_ kind: ProviderKind, _ url: String) -> EndpointSettings {
    EndpointSettings(name: "entry", kind: kind, baseURL: url, model: "m")
}

private func models(
    _ body: String, _ status: Int = 200, _ kind: ProviderKind = .openai, _ url: String = "https://h.example/v1"
) async throws -> [ListedModel] {
    let listing = try EndpointListing(settings(kind, url), transport: Answering(status, body), clock: StoppedClock())
    return try await listing.models(deadline: 10)
}

@Suite struct ListingTests {
    @Test(arguments: [
        (ProviderKind.openai, "https://api.openai.com/v1/", "https://api.openai.com/v1/models"),
        (.openai, "http://127.0.0.1:8080/v1/chat/completions", "http://127.0.0.1:8080/v1/models"),
        (
            .azure, "https://one.openai.azure.com/openai/deployments/x",
            "https://one.openai.azure.com/openai/models?api-version=2024-10-21"
        ),
        (.azure, "https://one.openai.azure.com/openai/v1", "https://one.openai.azure.com/openai/v1/models"),
        (.anthropic, "https://api.anthropic.com/v1", "https://api.anthropic.com/v1/models?limit=1000"),
        (.ollama, "http://127.0.0.1:11434", "http://127.0.0.1:11434/api/tags"),
    ])
    func `The list is asked for where each kind keeps it`(kind: ProviderKind, base: String, url: String) async throws {
        let transport = Answering(200, #"{"data":[]}"#)
        let listing = try EndpointListing(settings(kind, base), transport: transport, clock: StoppedClock())
        #expect(try await listing.models(deadline: 10).isEmpty)
        #expect(transport.request?.url == url && transport.request?.method == "GET")
    }

    @Test func `OpenRouter's list carries lengths and prices`() async throws {
        let list = try await models(
            #"{"data":[{"id":"z/auto","context_length":2000000,"pricing":{"prompt":"-1","completion":"-1"}},{"id":"a/b","name":"A: B","context_length":163840,"top_provider":{"context_length":163840,"max_completion_tokens":65536},"pricing":{"prompt":"0.00000027","completion":"0.0000004","input_cache_read":"0.000000027","request":"0"}}]}"#
        )
        #expect(list.map(\.id) == ["a/b", "z/auto"])
        #expect(list[0].contextWindow == 163_840 && list[0].maxOutput == 65_536)
        #expect(list[0].prices.input?.text == "0.00000027" && list[0].prices.output?.text == "0.0000004")
        #expect(list[0].prices.cachedInput?.text == "0.000000027" && list[0].prices.cacheWrite == nil)
        #expect(list[1].prices.isEmpty)
    }

    @Test(
        arguments: [
            (#"{"object":"list","data":[{"id":"m","max_model_len":32768}]}"#, 32_768),
            (#"{"data":[{"id":"m","context_window":131072}]}"#, 131_072),
            (#"{"data":[{"id":"m","max_context_length":256000}]}"#, 256_000),
            (#"{"models":[],"data":[{"id":"m","meta":{"n_ctx_train":8192}}]}"#, 8192),
            (#"[{"id":"m","context_length":4096,"pricing":{"input":0.3,"output":0.3}}]"#, 4096),
            (#"{"data":[{"id":"models/m","owned_by":"google"}]}"#, nil),
            (#"{"models":[{"name":"m","model":"m","size":5,"details":{"family":"qwen"}}]}"#, nil),
        ] as [(String, Int?)])
    func `Servers name the length of a context each in their way`(body: String, window: Int?) async throws {
        let list = try await models(body)
        #expect(list.map(\.id) == ["m"] && list.first?.contextWindow == window && list.first?.prices.isEmpty == true)
    }

    @Test func `Anthropic's list tells when a model goes`() async throws {
        let list = try await models(
            #"{"data":[{"type":"model","id":"claude-haiku-4-5","display_name":"C","lifecycle":"deprecated","max_input_tokens":200000,"max_tokens":64000,"retires_at":"2026-12-31T00:00:00Z"}],"has_more":false}"#,
            200, .anthropic)
        #expect(list.first?.retires == "2026-12-31" && list.first?.maxOutput == 64_000)
        #expect(list.first?.contextWindow == 200_000)
    }

    @Test func `What makes no sense in a row is left out`() async throws {
        let list = try await models(
            #"{"data":[1,null,{},{"id":7},{"id":"a b"},{"id":""},{"id":"ok","context_length":-1,"pricing":[],"retires_at":"\u001b[31mxxxxxxx"},{"id":"ok2","context_length":1e99}]}"#
        )
        #expect(list.map(\.id) == ["ok", "ok2"])
        #expect(list.allSatisfy { $0.contextWindow == nil && $0.retires == nil })
    }

    @Test func `A list has an end`() async throws {
        let rows = (0..<6000).map { #"{"id":"m\#($0)"}"# }.joined(separator: ",")
        #expect(try await models("[\(rows)]").count == ModelList.mostModels)
    }

    @Test(arguments: [
        (200, "<html>", CallFailure.Kind.malformed), (200, "{}", .malformed), (200, #"{"data":5}"#, .malformed),
        (401, "{}", .unauthorised), (404, "", .unknownModel), (500, "", .serverError),
    ])
    func `A list that does not come says why`(status: Int, body: String, kind: CallFailure.Kind) async throws {
        do {
            _ = try await models(body, status)
            Issue.record("no failure")
        } catch {
            #expect((error as? CallFailure)?.kind == kind)
        }
    }
}
