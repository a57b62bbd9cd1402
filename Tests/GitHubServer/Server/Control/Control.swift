import ModelServer

/// The other side over HTTP, for hand tests and other programs: everything below `/_control`, in JSON.
///
/// Where the App has an address for deliveries, what is done here is delivered to it, unless `"deliver": false`.
struct Control: Sendable {
    let world: World
    let faults: FaultPlan
    let traffic: Traffic
    let hooks: Hooks

    func answer(_ request: Incoming) async -> Reply {
        let path = String(request.path.dropFirst("/_control/".count))
        do {
            let body = request.body.isEmpty ? .object([]) : try JSON(parsing: request.body)
            if let page = try page(request.method, path, request) { return Reply(body: page.bytes) }
            if let (page, occurrence) = try act(request.method, path, body) {
                var page = page
                if let occurrence, body["deliver"] != .bool(false), world.hasHook {
                    let attempt = try await hooks.deliver(occurrence, sender: body["sender"]?.text)
                    page = page.adding(["delivery": .object([JSON.Member("status", .integer(attempt.status))])])
                }
                return Reply(status: 201, body: page.bytes)
            }
            if request.method == "POST", path == "deliveries" { return try await deliver(body) }
            return Reply(status: 404, body: message("no such control; GET /_control/ lists them").bytes)
        } catch is JSONError {
            return Reply(status: 400, body: message("not JSON").bytes)
        } catch {
            return Reply(status: 422, body: message("\(error)").bytes)
        }
    }

    private func message(_ text: String) -> JSON { ["message": .string(text)] }

    static let help: JSON = [
        "GET requests": "how often each operation was asked for",
        "GET refused": "what was refused, and why", "GET deliveries": "deliveries and how they ended",
        "GET posted?repository=&number=": "reviews, comments, check runs and statuses of a pull request",
        "POST repositories": "name, private, fork_of",
        "POST commits": "repository, branch, from, files {path: text or null}, message, author, replacing",
        "POST pulls": "repository, head, base, title, body, author, draft, of",
        "POST pushes": "repository, number: the pull request sees its branch as it is now",
        "POST pulls/state":
            "repository, number, action: closed, reopened, merged, locked, ready_for_review, converted_to_draft, labeled (label)",
        "POST comments": "repository, number, author, body; or reply_to, author, body",
        "POST access": "repository, login, access", "POST tokens": "login, scopes",
        "POST faults": "on, moment, fault (status=502, secondary, dropped, truncated=9, garbled), probability, times",
        "DELETE faults": "none any more", "POST clock": "advance: seconds",
        "PUT hook": "url, secret, form: where deliveries go",
        "POST deliveries": "event, repository, number, action, to, copies; or redeliver: guid",
    ]

    private func page(_ method: String, _ path: String, _ request: Incoming) throws -> JSON? {
        switch (method, path) {
        case ("GET", ""): return Control.help
        case ("GET", "requests"):
            return .object(
                traffic.requests.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer($0.value)) })
        case ("GET", "refused"): return .array(traffic.refused.map(\.json))
        case ("GET", "deliveries"): return .array(hooks.deliveries.map(\.json))
        case ("GET", "posted"):
            return try world.posted(
                on: request.parameter("number").flatMap { Int($0) } ?? 0,
                in: request.parameter("repository") ?? "")
        case ("DELETE", "faults"):
            faults.clear()
            return .object([])
        default: return nil
        }
    }

    private func deliver(_ body: JSON) async throws -> Reply {
        let address = body["to"]?.text
        let delivery: Delivery
        let isRedelivery = body["redeliver"]?.text != nil
        if let guid = body["redeliver"]?.text {
            guard let old = hooks.deliveries.first(where: { $0.guid == guid }) else {
                throw WorldError("no delivery \(guid)")
            }
            delivery = old
        } else {
            delivery = try hooks.prepare(try occurrence(body), sender: body["sender"]?.text)
        }
        var answers: [JSON] = []
        for _ in 0..<(body["copies"]?.whole ?? 1) {
            let attempt = try await hooks.send(delivery, to: address, isRedelivery: isRedelivery)
            answers.append(["status": .integer(attempt.status), "answer": .string(attempt.answer)])
        }
        let page: JSON = ["guid": .string(delivery.guid), "attempts": .array(answers)]
        return Reply(status: 201, body: page.bytes)
    }

    private func occurrence(_ body: JSON) throws -> Occurrence {
        let name = body["repository"]?.text ?? ""
        let action = body["action"]?.text ?? "opened"
        switch body["event"]?.text {
        case "ping", nil: return .ping
        case "pull_request": return .pull(action, body["number"]?.whole ?? 0, in: name)
        case "push":
            return .push(branch: body["branch"]?.text ?? "main", in: name, before: body["before"]?.text)
        case "check_run":
            guard let run = try world.checkRuns(in: name).last else { throw WorldError("no check run") }
            return .checkRun(action, run)
        case let other: throw WorldError("no delivery is made of \(other ?? "") here")
        }
    }
}
