import ModelServer

/// What serves git over HTTP for paths such as `/owner/name.git/info/refs`.
///
/// The query is as it was written; names of headers are in lower case.
package typealias GitHandler =
    @Sendable (
        _ method: String, _ path: String, _ query: String, _ headers: [String: String], _ body: [UInt8]
    ) async -> (status: Int, headers: [(String, String)], body: [UInt8])

/// The parts of a path to a repository for git.
struct GitPath: Sendable {
    var owner: String
    var name: String

    init?(_ request: Incoming) {
        let parts = request.path.split(separator: "/")
        guard parts.count >= 3, parts[1].hasSuffix(".git") else { return nil }
        owner = String(parts[0])
        name = String(parts[1].dropLast(4))
    }
}

extension Desk {
    /// Who may not fetch, as the service tells git: 401 without credentials, 404 where nothing is to be seen.
    func refusalOfGit(_ request: Incoming) -> Reply? {
        guard let path = GitPath(request) else { return Reply(status: 404) }
        let now = world.clock.now()
        do throws(Refusal) {
            try world.use { state throws(Refusal) in
                let actor = try state.actor(of: request, now: now)
                guard let repository = state.repository(path.owner, path.name) else {
                    if case .nobody = actor.kind { throw Refusal.needsAuthentication }
                    throw Refusal(status: 404, message: "Repository not found.")
                }
                if request.path.hasSuffix("git-receive-pack") || request.rawQuery.contains("git-receive-pack") {
                    throw Refusal.forbidden(
                        "Permission to \(repository.fullName).git denied to \(actor.login ?? "nobody").")
                }
                if case .nobody = actor.kind, repository.isPrivate { throw Refusal.needsAuthentication }
                try Need(level: .read, permissions: ["contents"]).admit(actor, to: repository, in: state)
            }
            return nil
        } catch {
            traffic.note(
                RefusedRequest(
                    operation: "git", method: request.method, path: request.path, status: error.status,
                    message: error.message, requestBody: ""))
            let challenge = error.status == 401 ? [Header("WWW-Authenticate", "Basic realm=\"GitHub\"")] : []
            return Reply(
                status: error.status, headers: challenge, contentType: "text/plain", body: Array(error.message.utf8))
        }
    }
}
