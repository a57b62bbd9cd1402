import Domain
import HTTPClient
import Testing

@testable import Models

@Suite struct ErrorTests {
    private var settings: EndpointSettings {
        EndpointSettings(name: "entry", kind: .openai, baseURL: "https://api.example.com/v1", model: "a-model")
    }

    @Test(arguments: errorCases)
    func `An error answer means what its provider says it means`(_ one: ErrorCase) async throws {
        let outcome = try await settings.call(Answering(one.status, one.body, one.fields))
        let failure = try #require(outcome.failure)
        #expect(failure.kind == one.kind)
        #expect(failure.retryAfter == one.retryAfter)
        #expect(failure.message.hasPrefix("entry answered \(one.status): "))
        #expect(outcome.httpStatus == one.status && outcome.isComplete && outcome.usage == nil)
        let isFree = (400..<500).contains(one.status) || one.status == 503 || one.status == 529
        #expect(outcome.settlement == (isFree ? .refused : .bounded))
    }

    @Test func `No status, sensible or not, is taken for an answer`() async throws {
        for status in 0...999 where !(200..<300).contains(status) {
            let outcome = try await settings.call(Answering(status, "{}"))
            #expect(outcome.failure != nil && outcome.usage == nil)
            if let after = outcome.failure?.retryAfter { #expect(after >= 0 && after <= 120) }
        }
    }

    @Test func `Retrying is for what passes, and only that carries a time to wait`() async throws {
        for one in errorCases {
            let outcome = try await settings.call(Answering(one.status, one.body, [("retry-after", "9")]))
            let failure = try #require(outcome.failure)
            #expect((failure.retryAfter != nil) == failure.kind.isRetryable)
        }
    }

    @Test func `A provider's words are quoted short, on one line, and without keys`() async throws {
        let body = openAIError(
            "Incorrect API key provided: sk-abcd1234efgh5678. \u{1B}[31mSee\u{202E}\n\nhttps://x "
                + "my-own-key-0123456789 sk-ab***78 A1b2C3d4E5f6G7h8I9j0K1l2M3n4 " + String(repeating: "é", count: 999))
        var settings = settings
        settings.key = Secret("my-own-key-0123456789")
        let message = try #require(try await settings.call(Answering(401, body)).failure?.message)
        for hidden in ["sk-", "0123456789", "A1b2C3", "\u{1B}", "\u{202E}", "\n"] { #expect(!message.contains(hidden)) }
        #expect(message.contains("Incorrect API key provided: [secret] [31mSee https://x [secret]"))
        let quoted = try #require(message.firstRange(of: "(it says: "))
        #expect(message[quoted.upperBound...].utf8.count <= Excerpt.limit + 1)
    }

    @Test func `What is no JSON is not quoted unless it is plain text`() async throws {
        let page = try await settings.call(Answering(502, "<html>Bad gateway</html>"))
        #expect(page.failure?.message.contains("gateway") == false)
        let head = HTTPHead(status: 413, headers: [("content-type", "text/plain")], httpVersion: "1.1")
        let text = try await settings.call(Answering(head: head, pieces: [Array("the prompt is too long".utf8)]))
        #expect(text.failure?.kind == .contextTooLong)
        #expect(text.failure?.message.contains("prompt is too long") == true)
    }

    @Test func `An error page of any size is read in part, and charged as far as it came to its end`() async throws {
        let page = Array(repeating: [UInt8](repeating: 0x20, count: 10_000), count: 50)
        let head = HTTPHead(status: 400, headers: [], httpVersion: "1.1")
        #expect(try await settings.call(Answering(head: head, pieces: page)).settlement == .refused)
        let endless = page + page + page
        #expect(try await settings.call(Answering(head: head, pieces: endless)).settlement == .bounded)
        let lost = HTTPError(.connectionLost, wasSent: true, "lost")
        let broken = try await settings.call(Answering(head: head, pieces: page, end: lost))
        #expect(broken.failure?.kind == .badRequest && broken.settlement == .bounded)
    }

    @Test(arguments: [
        (HTTPError.Kind.invalidURL, CallFailure.Kind.badRequest), (.invalidRequest, .badRequest),
        (.forbiddenHost, .forbiddenAddress), (.forbiddenAddress, .forbiddenAddress), (.nameLookup, .transport),
        (.connect, .transport), (.tls, .transport), (.timeout(.connect), .timeout), (.timeout(.total), .timeout),
        (.timeout(.idle), .timeout), (.bodyTooLarge, .tooLarge), (.headersTooLarge, .tooLarge),
        (.protocolError, .transport), (.connectionLost, .transport), (.cancelled, .cancelled), (.closed, .cancelled),
    ])
    func `A request that brings no answer says why, and whether it left`(
        error: HTTPError.Kind, kind: CallFailure.Kind
    ) async throws {
        for wasSent in [false, true] {
            let outcome = try await settings.call(Answering(failing: HTTPError(error, wasSent: wasSent, "why")))
            #expect(outcome.failure?.kind == kind)
            #expect(outcome.wasSent == wasSent && !outcome.isComplete && outcome.httpStatus == nil)
            #expect(outcome.settlement == (wasSent ? .bounded : .unsent))
        }
    }

    @Test func `An error inside a stream wins over the connection that breaks behind it`() async throws {
        let recording = try Recording("anthropic-overloaded")
        let lost = HTTPError(.connectionLost, wasSent: true, "lost")
        let outcome = try await recording.settings.call(
            Answering(head: recording.head, pieces: [recording.body], end: lost))
        #expect(outcome.failure?.kind == .serverError && outcome.settlement == .bounded)
    }
}
