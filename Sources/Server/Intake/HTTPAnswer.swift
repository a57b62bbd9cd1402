import HTTPTypes
import HummingbirdCore
import NIOCore

/// What a request is answered with.
struct HTTPAnswer: Sendable {
    var status: HTTPResponse.Status
    var contentType: String
    var body: [UInt8]
    /// The rest of the request is not wanted: the connection ends with the answer.
    var closes = false
    /// Seconds.
    var retryAfter: Int?
    /// The one method there is, for a 405.
    var allow: String?
    /// How to be let in, for a 401.
    var challenge: String?

    static func text(_ status: HTTPResponse.Status, _ text: String) -> HTTPAnswer {
        HTTPAnswer(status: status, contentType: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
    }

    /// `{"status":…,"reason":…}`.
    static func json(_ status: HTTPResponse.Status, _ fill: (inout JSONLine) -> Void) -> HTTPAnswer {
        var line = JSONLine()
        fill(&line)
        return HTTPAnswer(status: status, contentType: "application/json", body: line.closed(withLineEnd: true))
    }

    static func refused(_ status: HTTPResponse.Status, _ reason: String) -> HTTPAnswer {
        json(status) { line in
            line.add("status", "refused")
            line.add("reason", reason)
        }
    }

    var closing: HTTPAnswer {
        var answer = self
        answer.closes = true
        return answer
    }

    var head: HTTPResponse {
        var fields: HTTPFields = [.contentType: contentType, .contentLength: String(body.count)]
        if closes { fields[.connection] = "close" }
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        if let allow { fields[.allow] = allow }
        if let challenge { fields[.wwwAuthenticate] = challenge }
        return HTTPResponse(status: status, headerFields: fields)
    }
}
