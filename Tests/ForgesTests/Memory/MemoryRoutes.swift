import Forges
import Foundation
import HTTPClient

/// The operations on the repository of a `MemoryGitHub`.
struct MemoryRoutes {
    private static let pageSize = 4

    let server: MemoryGitHub
    let request: ForgeRequest
    let query: [String: String]
    let body: [String: Any]

    /// - Parameter path: behind the repository's name.
    func serve(_ path: [String], _ state: inout MemoryGitHub.State) -> HTTPResponse {
        let number = path.count > 2 ? Int64(path[2]) ?? 0 : 0
        switch (request.method, path.count > 0 ? path[0] : "", path.count) {
        case ("GET", "installation", 1):
            return server.response(
                200,
                [
                    "id": 31, "suspended_at": NSNull(),
                    "permissions": [
                        "metadata": "read", "contents": "read", "pull_requests": "write", "issues": "write",
                        "checks": "write",
                    ],
                ])
        case (_, "pulls", 2): return server.response(200, pull(state))
        case (_, "pulls", _) where path[2] == "reviews": return reviews(Array(path.dropFirst(3)), &state)
        case ("GET", "pulls", 3) where path[2] == "comments": return page(state.lineComments.map(json))
        case ("POST", "pulls", 5) where path[2] == "comments" && path[4] == "replies":
            guard let thread = Int64(path[3]), state.lineComments.contains(where: { $0.id == thread }) else {
                return gone
            }
            var comment = MemoryGitHub.Comment(id: state.newID(), body: text("body"), user: state.me)
            comment.inReplyTo = thread
            state.lineComments.append(comment)
            return server.response(201, json(comment))
        case ("POST", _, 4) where path[3] == "reactions":
            state.reactions += 1
            return server.response(200, ["id": 1])
        case ("GET", "issues", 3): return page(state.conversation.map(json))
        case ("POST", "issues", 3):
            let comment = MemoryGitHub.Comment(id: state.newID(), body: text("body"), user: state.me)
            state.conversation.append(comment)
            return server.response(201, json(comment))
        case ("PATCH", "issues", 3):
            guard let index = state.conversation.firstIndex(where: { $0.id == number }) else { return gone }
            state.conversation[index].body = text("body")
            return server.response(200, json(state.conversation[index]))
        case (_, "check-runs", _): return checks(path, &state)
        case (_, "commits", 3) where path[2] == "check-runs": return checks(path, &state)
        case ("POST", "statuses", 2):
            state.statuses.append(
                MemoryGitHub.Status(
                    state: text("state"), context: text("context"), description: text("description"), user: state.me))
            return server.response(201, ["id": 1])
        case ("GET", "commits", 3) where path[2] == "statuses":
            return page(
                state.statuses.reversed().map {
                    [
                        "state": $0.state, "context": $0.context, "description": $0.description,
                        "creator": server.json($0.user),
                    ]
                })
        default: return gone
        }
    }

    private var gone: HTTPResponse { server.response(404, ["message": "Not Found"]) }

    private func refused(_ error: String) -> HTTPResponse {
        server.response(422, ["message": "Unprocessable Entity", "errors": [error]])
    }

    private func text(_ key: String) -> String { body[key] as? String ?? "" }

    private func page(_ all: [[String: Any]], under key: String? = nil) -> HTTPResponse {
        let page = max(1, Int(query["page"] ?? "1") ?? 1)
        let start = min((page - 1) * Self.pageSize, all.count)
        let end = min(start + Self.pageSize, all.count)
        var headers: [(String, String)] = []
        if end < all.count, var next = URLComponents(string: request.url) {
            next.queryItems =
                (next.queryItems ?? []).filter { $0.name != "page" } + [
                    URLQueryItem(name: "page", value: "\(page + 1)")
                ]
            headers.append(("Link", "<https://api.github.com/x>; rel=\"first\", <\(next.string ?? "")>; rel=\"next\""))
        }
        let elements = Array(all[start..<end])
        return server.response(200, key.map { [$0: elements, "total_count": all.count] as Any } ?? elements, headers)
    }

    // MARK: Reviews

    private func reviews(_ path: [String], _ state: inout MemoryGitHub.State) -> HTTPResponse {
        let me = state.me
        let index = path.first.flatMap { Int64($0) }.flatMap { id in
            // A pending review exists for its owner only.
            state.reviews.firstIndex { $0.id == id && ($0.state != "PENDING" || $0.user == me) }
        }
        switch (request.method, path.count) {
        case ("GET", 0):
            return page(state.reviews.filter { $0.state != "PENDING" || $0.user == me }.map(json))
        case ("POST", 0): return create(&state)
        case ("GET", 1):
            return index.map { server.response(200, json(state.reviews[$0])) } ?? gone
        case ("DELETE", 1):
            guard let index else { return gone }
            guard state.reviews[index].state == "PENDING" else {
                return refused("Can not delete a non-pending pull request review")
            }
            let id = state.reviews.remove(at: index).id
            state.lineComments.removeAll { $0.review == id }
            return server.response(200, ["id": id])
        case ("GET", 2):
            guard let index else { return gone }
            let id = state.reviews[index].id
            return page(state.lineComments.filter { $0.review == id }.map(json))
        case ("POST", 2):
            guard let index else { return gone }
            guard state.reviews[index].state == "PENDING" else {
                return refused("Can not submit a review that is not pending")
            }
            let event = text("event")
            if event == "REQUEST_CHANGES", state.author == me {
                return refused("Can not request changes on your own pull request")
            }
            guard event == "COMMENT" || event == "REQUEST_CHANGES" else { return refused("event") }
            state.reviews[index].state = event == "COMMENT" ? "COMMENTED" : "CHANGES_REQUESTED"
            return server.response(200, json(state.reviews[index]))
        default: return gone
        }
    }

    private func create(_ state: inout MemoryGitHub.State) -> HTTPResponse {
        let me = state.me
        guard text("event").isEmpty else { return refused("made pending only") }
        guard !state.reviews.contains(where: { $0.state == "PENDING" && $0.user == me }) else {
            return refused("User can only have one pending review per pull request")
        }
        guard text("commit_id") == state.head else { return refused("commit_id is not part of the pull request") }
        let comments = body["comments"] as? [[String: Any]] ?? []
        let lines = comments.map { $0["line"] as? Int ?? 0 }
        guard state.badLines.isDisjoint(with: lines) else { return refused("Line could not be resolved") }
        let review = MemoryGitHub.Review(
            id: state.newID(), state: "PENDING", body: text("body"), commit: text("commit_id"), user: me)
        state.reviews.append(review)
        for (comment, line) in zip(comments, lines) where !state.swallowedLines.contains(line) {
            state.lineComments.append(
                MemoryGitHub.Comment(
                    id: state.newID(), body: comment["body"] as? String ?? "", user: me, review: review.id,
                    path: comment["path"] as? String ?? "", line: line))
        }
        return server.response(200, json(review))
    }

    // MARK: Checks

    private func checks(_ path: [String], _ state: inout MemoryGitHub.State) -> HTTPResponse {
        let output = body["output"] as? [String: Any] ?? [:]
        switch (request.method, path[0]) {
        case ("GET", "commits"):
            return page(state.checks.filter { $0.name == query["check_name"] }.map(json), under: "check_runs")
        case ("POST", _):
            guard state.me.type == "Bot" else {
                return server.response(403, ["message": "You must authenticate via a GitHub App."])
            }
            state.checks.append(
                MemoryGitHub.CheckRun(
                    id: state.newID(), name: text("name"), externalID: text("external_id"), status: text("status")))
            return server.response(201, json(state.checks[state.checks.count - 1]))
        default:
            guard path.count == 2, let id = Int64(path[1]), let index = state.checks.firstIndex(where: { $0.id == id })
            else { return gone }
            if request.method == "PATCH" {
                let annotations = output["annotations"] as? [[String: Any]] ?? []
                guard annotations.count <= 50 else { return refused("No more than 50 annotations") }
                guard annotations.allSatisfy({ ($0["path"] as? String)?.isEmpty == false }) else {
                    return refused("path is missing")
                }
                state.checks[index].status = text("status")
                state.checks[index].conclusion = body["conclusion"] as? String
                state.checks[index].annotations += annotations.map { $0["message"] as? String ?? "" }
                state.checks[index].summary = output["summary"] as? String ?? ""
            }
            return server.response(200, json(state.checks[index]))
        }
    }

    // MARK: Shapes

    private func pull(_ state: MemoryGitHub.State) -> [String: Any] {
        let repository: [String: Any] = ["id": 7, "full_name": state.renamedTo ?? "acme/shop"]
        return [
            "number": 12, "html_url": "https://github.com/acme/shop/pull/12", "title": "Sell more", "body": NSNull(),
            "user": server.json(state.author), "state": "open", "draft": false, "locked": false, "labels": [],
            "base": ["ref": "main", "sha": String(repeating: "a", count: 40), "repo": repository],
            "head": ["ref": "more", "sha": state.head, "repo": repository], "changed_files": 2, "additions": 10,
            "deletions": 3,
        ]
    }

    private func json(_ review: MemoryGitHub.Review) -> [String: Any] {
        [
            "id": review.id, "state": review.state, "body": review.body, "commit_id": review.commit,
            "user": server.json(review.user),
        ]
    }

    private func json(_ comment: MemoryGitHub.Comment) -> [String: Any] {
        var json: [String: Any] = [
            "id": comment.id, "body": comment.body, "user": server.json(comment.user), "path": comment.path,
        ]
        if let thread = comment.inReplyTo { json["in_reply_to_id"] = thread }
        return json
    }

    private func json(_ run: MemoryGitHub.CheckRun) -> [String: Any] {
        [
            "id": run.id, "external_id": run.externalID, "status": run.status,
            "output": ["annotations_count": run.annotations.count],
        ]
    }
}
