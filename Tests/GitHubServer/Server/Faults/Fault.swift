/// What goes wrong with an exchange.
package struct Fault: Sendable {
    /// Before the effect: nothing was done. After it: all was done, and only the answer suffers.
    package enum Moment: Sendable { case before, after }

    package enum What: Sendable {
        /// An error page of the service, such as 500, 502, 503.
        case status(Int, retryAfter: Int? = nil)
        /// The primary limit is used up: 403 or 429 with nothing remaining until so many seconds from now.
        case primaryLimit(resetIn: Int)
        /// The secondary limit: 403 or 429 with Retry-After.
        case secondaryLimit(status: Int = 403, retryAfter: Int = 60)
        /// The connection is closed without an answer.
        case dropped
        /// The head promises all, and the connection closes after so many bytes of the body.
        case truncated(Int)
        /// The body is replaced by what is no JSON.
        case garbled
        /// The body is replaced.
        case replaced(status: Int = 200, body: String, contentType: String = "application/json; charset=utf-8")
        /// Nothing moves until the gate is opened.
        case held(Gate)
    }

    package var moment: Moment
    package var what: What

    package init(moment: Moment, what: What) {
        self.moment = moment
        self.what = what
    }

    package static func before(_ what: What) -> Fault { Fault(moment: .before, what: what) }
    package static func after(_ what: What) -> Fault { Fault(moment: .after, what: what) }
}

extension Fault.What {
    /// What is answered in place of the true answer; nil where the answer is kept.
    func reply(now: Int) -> Reply? {
        switch self {
        case .status(let status, let wait):
            let page = "<html><head><title>\(status)</title></head><body><h1>Unicorn!</h1></body></html>"
            return Reply(
                status: status, headers: wait.map { [Header("Retry-After", String($0))] } ?? [],
                contentType: "text/html; charset=utf-8", body: Array(page.utf8))
        case .primaryLimit(let seconds):
            var reply = Refusal.forbidden("API rate limit exceeded for installation.").reply(
                documentation: "https://docs.github.com/rest/rate-limit")
            reply.headers = [
                Header("X-RateLimit-Limit", "5000"), Header("X-RateLimit-Remaining", "0"),
                Header("X-RateLimit-Used", "5000"), Header("X-RateLimit-Reset", String(now + seconds)),
                Header("X-RateLimit-Resource", "core"),
            ]
            return reply
        case .secondaryLimit(let status, let wait):
            var refusal = Refusal.secondaryLimit
            refusal.status = status
            refusal.headers = [Header("Retry-After", String(wait))]
            return refusal.reply(documentation: "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api")
        case .garbled: return Reply(body: Array("{\"id\": 1, \"body\": ".utf8))
        case .replaced(let status, let body, let type):
            return Reply(status: status, contentType: type, body: Array(body.utf8))
        case .dropped, .truncated, .held: return nil
        }
    }
}

extension Refusal {
    static let secondaryLimit = Refusal.forbidden(
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
}
