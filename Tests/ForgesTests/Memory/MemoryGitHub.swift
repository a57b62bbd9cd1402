import Domain
import Forges
import Foundation
import HTTPClient
import Synchronization
import TestKit

/// A GitHub in memory with one repository and one pull request: as much of it as a publication meets, pages of four, and
/// faults by request. It answers at once, so that hundreds of publications can go wrong in a second.
final class MemoryGitHub: ForgeTransport {
    enum Fault: String, Sendable, CaseIterable {
        case lostBefore, lostAfter, illBefore, illAfter, secondaryLimit
        /// The process dies before or after the effect: nothing of its requests arrives any more.
        case killedBefore, killedAfter
    }

    struct Account: Sendable, Hashable {
        var login: String
        var id: Int64
        var type: String

        static let app = Account(login: "hunkwise-test[bot]", id: 4242, type: "Bot")
        static let owner = Account(login: "reviewer", id: 77, type: "User")
        static let author = Account(login: "mona", id: 5, type: "User")
        static let stranger = Account(login: "mallory", id: 666, type: "User")
    }

    struct Review: Sendable {
        var id: Int64
        var state: String
        var body: String
        var commit: String
        var user: Account
    }

    struct Comment: Sendable {
        var id: Int64
        var body: String
        var user: Account
        var review: Int64 = 0
        var path = ""
        var line = 0
        var inReplyTo: Int64?
    }

    struct CheckRun: Sendable {
        var id: Int64
        var name: String
        var externalID: String
        var status: String
        var conclusion: String?
        var annotations: [String] = []
        var summary = ""
    }

    struct Status: Sendable {
        var state: String
        var context: String
        var description: String
        var user: Account
    }

    struct Refusal: Sendable {
        var method: String
        var pathPart: String
        var status: Int
        var message: String
    }

    struct Seen: Sendable {
        var method: String
        var path: String
        var authorization: String
        var at: Instant
    }

    struct State {
        var me = Account.app
        var author = Account.author
        var head = String(repeating: "b", count: 40)
        var reviews: [Review] = []
        var lineComments: [Comment] = []
        var conversation: [Comment] = []
        var checks: [CheckRun] = []
        /// Newest last.
        var statuses: [Status] = []
        var reactions = 0
        /// Lines that no comment may be placed at.
        var badLines: Set<Int> = []
        /// Lines whose comments are accepted and never seen again.
        var swallowedLines: Set<Int> = []
        var refusals: [Refusal] = []
        var faults: [Int: Fault] = [:]
        var seen: [Seen] = []
        var isKilled = false
        var lastID: Int64 = 1000
        var tokens = 0
        /// Where the repository is now; the old name redirects.
        var renamedTo: String?

        mutating func newID() -> Int64 {
            lastID += 1
            return lastID
        }
    }

    static let token = "ghp_secret"
    private let state: Mutex<State>
    private let clock: ManualClock

    init(clock: ManualClock, _ prepare: (inout State) -> Void = { _ in }) {
        var state = State()
        prepare(&state)
        self.state = Mutex(state)
        self.clock = clock
    }

    func with<Result>(_ body: (inout sending State) -> sending Result) -> sending Result { state.withLock(body) }

    var isKilled: Bool { state.withLock { $0.isKilled } }

    func send(_ request: ForgeRequest) async throws(HTTPError) -> HTTPResponse {
        let answer: Result<HTTPResponse, HTTPError> = state.withLock { state in
            guard !state.isKilled else { return .failure(HTTPError(.cancelled, wasSent: false, "killed")) }
            let authorization = request.authorization?.reveal { String(decoding: $0, as: UTF8.self) } ?? ""
            let index = state.seen.count
            state.seen.append(
                Seen(method: request.method, path: request.url, authorization: authorization, at: clock.now()))
            switch state.faults[index] {
            case nil: return .success(serve(request, authorization, &state))
            case .lostBefore: return .failure(HTTPError(.connectionLost, wasSent: true, "lost"))
            case .lostAfter:
                _ = serve(request, authorization, &state)
                return .failure(HTTPError(.connectionLost, wasSent: true, "lost"))
            case .illBefore: return .success(response(502, ["message": "Bad Gateway"]))
            case .illAfter:
                _ = serve(request, authorization, &state)
                return .success(response(502, ["message": "Bad Gateway"]))
            case .secondaryLimit:
                return .success(
                    response(
                        403, ["message": "You have exceeded a secondary rate limit."], [("Retry-After", "7")]))
            case .killedBefore:
                state.isKilled = true
                return .failure(HTTPError(.cancelled, wasSent: true, "killed"))
            case .killedAfter:
                _ = serve(request, authorization, &state)
                state.isKilled = true
                return .failure(HTTPError(.cancelled, wasSent: true, "killed"))
            }
        }
        return try answer.get()
    }

    private func serve(_ request: ForgeRequest, _ authorization: String, _ state: inout State) -> HTTPResponse {
        guard let parts = URLComponents(string: request.url), parts.host == "api.github.com" else {
            return response(400, ["message": "another host"])
        }
        if let refusal = state.refusals.first(where: {
            $0.method == request.method && request.url.contains($0.pathPart)
        }) {
            return response(refusal.status, ["message": refusal.message])
        }
        var query: [String: String] = [:]
        for item in parts.queryItems ?? [] { query[item.name] = item.value }
        let body = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any] ?? [:]
        let path = parts.path.split(separator: "/").map(String.init)
        guard authorization.hasPrefix("Bearer ") else { return response(401, ["message": "Requires authentication"]) }
        switch (request.method, path.first) {
        case ("GET", "user"): return response(200, json(state.me))
        case ("GET", "app"):
            return response(200, ["id": 99, "slug": "hunkwise-test", "name": "hunkwise test"])
        case ("POST", "app"):
            state.tokens += 1
            let expires = Self.internet(clock.now().advanced(bySeconds: 3600))
            return response(201, ["token": "ghs_\(state.tokens)", "expires_at": expires])
        case (_, "repos") where path.count >= 3:
            if let name = state.renamedTo, "\(path[1])/\(path[2])" != name {
                let rest = path.dropFirst(3).joined(separator: "/")
                let query = parts.percentEncodedQuery.map { "?\($0)" } ?? ""
                return response(
                    request.method == "GET" ? 301 : 307, ["message": "Moved"],
                    [("Location", "https://api.github.com/repos/\(name)/\(rest)\(query)")])
            }
            return MemoryRoutes(server: self, request: request, query: query, body: body).serve(
                Array(path.dropFirst(3)), &state)
        default: return response(404, ["message": "Not Found"])
        }
    }

    // MARK: Answers

    func response(_ status: Int, _ json: Any, _ headers: [(String, String)] = []) -> HTTPResponse {
        let body = (try? JSONSerialization.data(withJSONObject: json, options: [.fragmentsAllowed])) ?? Data()
        let all = headers + [("Date", Self.http(clock.now())), ("Content-Type", "application/json; charset=utf-8")]
        return HTTPResponse(
            head: HTTPHead(status: status, headers: all.map { (name: $0.0, value: $0.1) }, httpVersion: "2"),
            body: Array(body), timings: HTTPTimings())
    }

    func json(_ account: Account) -> [String: Any] {
        ["login": account.login, "id": account.id, "type": account.type]
    }

    static func internet(_ moment: Instant) -> String { format(moment, "%Y-%m-%dT%H:%M:%SZ") }
    static func http(_ moment: Instant) -> String { format(moment, "%a, %d %b %Y %H:%M:%S GMT") }

    private static func format(_ moment: Instant, _ form: String) -> String {
        var seconds = time_t(moment.unixSeconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, form, &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
