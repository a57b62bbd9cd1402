package import Domain
import HTTPClient

extension GitHubForge {
    package func pullRequest(_ address: ChangeAddress) async throws(ForgeError) -> PullRequest {
        try await failingPlainly { () async throws(APIFailure) in
            let answer = try await connection.send(.get(pullPath(address), as: access(address)))
            let wire = try answer.decoded(WirePullRequest.self)
            do throws(WireProblem) {
                return try wire.pullRequest(forge: name)
            } catch {
                throw APIFailure(
                    ForgeError(.unexpectedAnswer, "the forge's answer is not as described: \(error.place)"))
            }
        }
    }

    package func openPullRequests(
        in repository: RepositoryName, withHead head: String
    ) async throws(ForgeError) -> [Int] {
        guard let head = head.objectID else { return [] }
        return try await failingPlainly { () async throws(APIFailure) in
            try await connection.list(
                WireTolerant<WirePullRequest>.self, "/repos/\(repository)/commits/\(head)/pulls",
                as: .repository(repository, id: nil)
            ).compactMap(\.value)
                .filter { $0.state == "open" && $0.head.sha.objectID == head && $0.number > 0 }
                .filter { $0.base.repo?.full_name.lowercased() == repository.description.lowercased() }
                .map(\.number)
        }
    }

    package func mergeBase(of pullRequest: PullRequest) async throws(ForgeError) -> String {
        struct Comparison: Decodable {
            struct Commit: Decodable { var sha: String }
            var merge_base_commit: Commit
        }
        let address = pullRequest.address
        return try await failingPlainly { () async throws(APIFailure) in
            // The second page of one commit each: the first would bring all files along.
            let comparison = try await connection.get(
                Comparison.self,
                "/repos/\(address.repository)/compare/\(pullRequest.base.id)...\(pullRequest.head.id)",
                [("per_page", "1"), ("page", "2")], as: access(address))
            guard let id = comparison.merge_base_commit.sha.objectID else {
                throw APIFailure(
                    ForgeError(.unexpectedAnswer, "the forge's answer is not as described: merge_base_commit.sha"))
            }
            return id
        }
    }

    /// GitHub refuses diffs of more than 300 files or 20,000 lines.
    package func diff(of pullRequest: PullRequest) async throws(ForgeError) -> [UInt8] {
        try await failingPlainly { () async throws(APIFailure) in
            try await connection.send(
                .get(pullPath(pullRequest.address), as: access(pullRequest.address), media: .diff)
            ).body
        }
    }

    package func file(
        _ path: String, at commit: String, in repository: RepositoryName
    ) async throws(ForgeError) -> [UInt8]? {
        guard let commit = commit.objectID, !path.isEmpty, path.utf8.count <= 4096, !path.hasPrefix("/"),
            path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ !["", ".", ".."].contains($0) })
        else { throw ForgeError(.refused, "not a file of a commit") }
        do throws(APIFailure) {
            let call = APICall.get(
                "/repos/\(repository)/contents/\(PercentCoding.encodePath(path))", [("ref", commit)],
                as: .repository(repository, id: nil), media: .raw)
            let answer = try await connection.send(call)
            // A directory is answered with a list.
            let type = answer.head["Content-Type"]?.lowercased() ?? ""
            return type.hasPrefix("application/json") ? nil : answer.body
        } catch {
            if error.isNotFound { return nil }
            throw error.error
        }
    }

    /// By role where the forge tells it: `permission` alone calls maintainers writers and triagers readers.
    package func permission(
        of login: String, in repository: RepositoryName
    ) async throws(ForgeError) -> Permission {
        struct Answer: Decodable {
            var permission: String
            var role_name: String?
        }
        guard !login.isEmpty, login.utf8.count <= 100 else { return .none }
        do throws(APIFailure) {
            let answer = try await connection.get(
                Answer.self, "/repos/\(repository)/collaborators/\(PercentCoding.encode(login))/permission",
                as: .repository(repository, id: nil))
            // A role that an organisation made itself counts as what it is based on.
            return answer.role_name.flatMap { Permission(rawValue: $0) } ?? Permission(rawValue: answer.permission)
                ?? .none
        } catch {
            // Whoever is no account of the forge may do nothing.
            if error.isNotFound { return .none }
            throw error.error
        }
    }

    package func gitAccess(to address: ChangeAddress) async throws(ForgeError) -> GitAccess {
        let password: Secret = try await failingPlainly { () async throws(APIFailure) in
            let authorization =
                switch connection.credential {
                case .token(let token): token
                case .app(let tokens): try await tokens.token(for: address.repository, id: address.repositoryID)
                }
            return authorization.reveal { Secret(bytes: $0.dropFirst("Bearer ".utf8.count)) }
        }
        return GitAccess(
            url: "\(settings.address.url)/\(address.repository).git", username: "x-access-token", password: password,
            headRef: "refs/pull/\(address.number)/head")
    }

    func access(_ address: ChangeAddress) -> APIAccess {
        .repository(address.repository, id: address.repositoryID)
    }

    func pullPath(_ address: ChangeAddress) -> String {
        "/repos/\(address.repository)/pulls/\(address.number)"
    }

    func failingPlainly<Value>(
        _ body: () async throws(APIFailure) -> Value
    ) async throws(ForgeError) -> Value {
        do throws(APIFailure) { return try await body() } catch { throw error.error }
    }
}
