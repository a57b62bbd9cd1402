import GitHubServer
import ModelServer
import Testing

@Suite("The other side over HTTP")
struct ControlTests {
    @Test("does what people do, delivers it, and shows what was posted")
    func story() async throws {
        let receiver = Receiver()
        defer { receiver.stop() }
        try await onStage { stage in
            let hand = RawClient(port: stage.server.port, token: nil)
            func act(_ path: String, _ body: String, _ method: String = "POST") async throws -> JSON {
                let answer = await hand.send(method, "/_control/" + path, body)
                #expect(answer.status == 201, "\(path): \(answer.text)")
                return answer.json
            }
            _ = try await act("hook", #"{"url":"\#(receiver.url)"}"#, "PUT")
            _ = try await act("repositories", #"{"name":"acme/tools"}"#)
            _ = try await act("commits", #"{"repository":"acme/tools","files":{"a.txt":"1\n2\n"}}"#)
            _ = try await act(
                "commits", #"{"repository":"acme/tools","branch":"topic","from":"main","files":{"a.txt":"1\n"}}"#)
            let pull = try await act("pulls", #"{"repository":"acme/tools","head":"topic","title":"Less"}"#)
            #expect(pull["number"] == 1)
            #expect(pull["delivery"]?["status"] == 202)
            _ = try await act(
                "commits", #"{"repository":"acme/tools","branch":"topic","files":{"a.txt":null,"b":"x"}}"#)
            _ = try await act("pushes", #"{"repository":"acme/tools","number":1}"#)
            _ = try await act("comments", #"{"repository":"acme/tools","number":1,"author":"ann","body":"hm"}"#)
            _ = try await act("pulls/state", #"{"repository":"acme/tools","number":1,"action":"closed"}"#)
            let actions = try receiver.taken.map { try JSON(parsing: $0.body)["action"] }
            #expect(actions == ["opened", "synchronize", "created", "closed"])
            let token = try await act("tokens", #"{"login":"ann"}"#)["token"]?.text
            let ann = RawClient(port: stage.server.port, token: token)
            #expect(await ann.send("POST", "/repos/acme/tools/issues/1/comments", #"{"body":"mine"}"#).status == 201)
            let posted = await hand.get("/_control/posted?repository=acme/tools&number=1").json
            #expect(posted["comments"]?.items?.map { $0["body"] } == ["hm", "mine"])
            _ = try await act("faults", #"{"on":"repos/get","fault":"status=503"}"#)
            #expect(await ann.get("/repos/acme/tools").status == 503)
            #expect(await ann.get("/repos/acme/tools").status == 200)
            let again = try await act(
                "deliveries", #"{"event":"pull_request","repository":"acme/tools","number":1,"copies":2}"#)
            #expect(again["attempts"]?.items?.count == 2)
            #expect(await hand.get("/_control/requests").json["repos/get"] == 2)
        }
    }

    @Test("tells what it does not understand")
    func mistakes() async throws {
        try await onStage { stage in
            let hand = RawClient(port: stage.server.port, token: nil)
            #expect(await hand.send("POST", "/_control/pulls", #"{"repository":"acme/nope","head":"x"}"#).status == 422)
            #expect(await hand.send("POST", "/_control/pulls", "{").status == 400)
            #expect(await hand.get("/_control/nope").status == 404)
            #expect(await hand.get("/_control/").json["POST pulls"] != nil)
        }
    }
}
