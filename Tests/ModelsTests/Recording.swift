import Domain
import Foundation
import HTTPClient
import Synchronization

@testable import Models

/// An answer as a file holds it: status, header fields, an empty line, the body as it stands.
struct Recording: Sendable {
    let name: String
    let head: HTTPHead
    let body: [UInt8]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    init(_ name: String) throws {
        self.name = name
        let bytes = try [UInt8](Data(contentsOf: Recording.folder.appending(path: "answers/\(name).http")))
        let end = bytes.firstRange(of: Array("\n\n".utf8)) ?? bytes.endIndex..<bytes.endIndex
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\n")
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: String(parts[1].drop { $0 == " " }))
        }
        head = HTTPHead(status: status, headers: fields, httpVersion: "1.1")
        body = Array(bytes[end.upperBound...])
    }

    static func names(_ beginning: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "answers").path)
            .filter { $0.hasSuffix(".http") && $0.hasPrefix(beginning) }.map { String($0.dropLast(5)) }.sorted()
    }

    var isStreamed: Bool { !head.isJSON }

    /// An entry that speaks the form of the recording.
    var settings: EndpointSettings {
        let provider = String(name.prefix { $0 != "-" })
        let hosts = [
            "openai": "https://api.openai.com/v1", "azure": "https://one.openai.azure.com",
            "openrouter": "https://openrouter.ai/api/v1", "deepseek": "https://api.deepseek.com/v1",
            "gemini": "https://generativelanguage.googleapis.com/v1beta/openai", "kimi": "https://api.moonshot.ai/v1",
            "glm": "https://api.z.ai/api/paas/v4", "dashscope": "https://dashscope-intl.aliyuncs.com/v1",
            "mistral": "https://api.mistral.ai/v1", "xai": "https://api.x.ai/v1",
            "groq": "https://api.groq.com/openai/v1", "anthropic": "https://api.anthropic.com",
        ]
        let kind: ProviderKind =
            switch provider {
            case "anthropic": .anthropic
            case "ollama" where name != "ollama-compatible-whole": .ollama
            case "azure": .azure
            default: .openai
            }
        var settings = EndpointSettings(
            name: "entry", kind: kind, baseURL: hosts[provider] ?? "http://127.0.0.1:8080/v1", model: "a-model")
        settings.isStreaming = isStreamed
        settings.capabilities = [.jsonSchema, .reasoning, .streaming]
        return settings
    }
}

/// A transport that answers from memory and remembers what it was asked.
final class Answering: AnswerTransport {
    struct Body: AsyncSequence, Sendable {
        struct AsyncIterator: AsyncIteratorProtocol {
            var pieces: ArraySlice<[UInt8]>
            let end: HTTPError?

            mutating func next(
                isolation actor: isolated (any _Concurrency.Actor)? = #isolation
            ) async throws(HTTPError) -> [UInt8]? {
                if let piece = pieces.popFirst() { return piece }
                if let end { throw end }
                return nil
            }
        }

        let pieces: [[UInt8]]
        let end: HTTPError?

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces: pieces[...], end: end) }
    }

    private let answer: Result<(head: HTTPHead, body: Body), HTTPError>
    private let requests = Mutex<[HTTPRequest]>([])

    init(head: HTTPHead, pieces: [[UInt8]], end: HTTPError? = nil) {
        answer = .success((head, Body(pieces: pieces, end: end)))
    }

    init(failing error: HTTPError) {
        answer = .failure(error)
    }

    convenience init(_ status: Int, _ body: String, _ fields: [(name: String, value: String)] = []) {
        let type = body.hasPrefix("<") ? "text/html" : "application/json"
        self.init(
            head: HTTPHead(status: status, headers: [("content-type", type)] + fields, httpVersion: "1.1"),
            pieces: [Array(body.utf8)])
    }

    /// The one request that was made.
    var request: HTTPRequest? { requests.withLock { $0.count == 1 ? $0[0] : nil } }

    func open(_ request: HTTPRequest) async throws(HTTPError) -> (head: HTTPHead, body: Body) {
        requests.withLock { $0.append(request) }
        return try answer.get()
    }
}

struct StoppedClock: WallClock {
    /// Sun, 22 Nov 2026 10:00:00 GMT.
    var instant = Instant(milliseconds: 1_795_341_600_000)

    func now() -> Instant { instant }
}

extension EndpointSettings {
    func call(_ transport: Answering, _ request: ModelRequest = .plain) async throws -> CallOutcome {
        let endpoint = try ModelEndpoint(self, transport: transport, clock: StoppedClock())
        return await endpoint.send(try endpoint.prepare(request), deadline: 60)
    }
}

extension ModelRequest {
    static let plain = ModelRequest(
        instructions: "Answer in JSON.", material: "+ a change", schema: nil, answerLimit: 1200)
}

extension CallOutcome {
    var failure: CallFailure? {
        if case .failure(let failure) = result { failure } else { nil }
    }

    var answer: ModelAnswer? {
        if case .success(let answer) = result { answer } else { nil }
    }
}
