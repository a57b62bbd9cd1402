import Domain
import HTTPClient

/// An installation of the App, as far as it concerns us.
struct AppInstallation: Sendable {
    var id: Int64
    var permissions: [String: String]
    var isSuspended: Bool
}

/// The App's tokens: one that proves the App, and for each repository one that may do there what a review needs.
actor AppTokens {
    private struct Entry {
        var token: Secret
        var expires: Instant
    }

    private struct WireInstallation: Decodable {
        var id: Int64
        var permissions: [String: WireTolerant<String>]?
        var suspended_at: String?
    }

    private struct TokenRequest: Encodable {
        var permissions: [String: String]
        var repositories: [String]?
        var repository_ids: [Int64]?
    }

    private struct TokenAnswer: Decodable {
        var token: String
        var expires_at: String
    }

    /// Seconds before its end from which a token is not used any more: longer than any call takes.
    private static let margin = 300.0
    private static let maxEntries = 2000

    private let key: AppKey
    private let sender: RequestSender
    /// What the forge's clock is ahead of ours, in seconds, once that turned out to matter.
    private var clockOffset = 0.0
    private var entries: [String: Entry] = [:]
    private var underway: [String: Task<Result<Secret, APIFailure>, Never>] = [:]

    init(key: AppKey, sender: RequestSender) {
        self.key = key
        self.sender = sender
    }

    /// Sends a call as the App itself.
    func sendAsApp(_ call: APICall) async throws(APIFailure) -> APIAnswer {
        let signed = now.advanced(bySeconds: clockOffset)
        do throws(APIFailure) {
            return try await sender.send(call, authorization: try proof(at: signed), scope: "app")
        } catch {
            // The token is judged by the forge's clock: when ours is off, it tells the time along with the refusal.
            guard error.error.kind == .unauthorised, let date = error.serverDate else { throw error }
            // Not by the present offset: another call may have been told the time while this one was under way.
            guard abs(date.seconds(since: signed)) > 5 else { throw error }
            clockOffset = date.seconds(since: now)
            let again = now.advanced(bySeconds: clockOffset)
            return try await sender.send(call, authorization: try proof(at: again), scope: "app")
        }
    }

    func installation(of repository: RepositoryName) async throws(APIFailure) -> AppInstallation {
        do throws(APIFailure) {
            let answer = try await sendAsApp(.get("/repos/\(repository)/installation", as: .app))
            let wire = try answer.decoded(WireInstallation.self)
            return AppInstallation(
                id: wire.id, permissions: (wire.permissions ?? [:]).compactMapValues(\.value),
                isSuspended: wire.suspended_at != nil)
        } catch {
            guard error.isNotFound else { throw error }
            // Not `notFound`: that would say that what is asked for in the repository is not there.
            throw APIFailure(
                ForgeError(
                    .forbidden, status: error.error.status,
                    "the App is not installed on \(repository): install it from its page on the forge, or drop the repository from the configuration"
                ))
        }
    }

    /// A token for one repository that is good for at least five more minutes. One is made at a time for each.
    func token(for repository: RepositoryName, id: Int64?) async throws(APIFailure) -> Secret {
        let name = Self.entryName(repository, id)
        if let entry = entries[name], entry.expires > now.advanced(bySeconds: Self.margin) { return entry.token }
        let task =
            underway[name]
            ?? Task {
                do throws(APIFailure) {
                    return .success(try await self.makeToken(for: repository, id: id, name: name))
                } catch {
                    return .failure(error)
                }
            }
        underway[name] = task
        let result = await task.value
        if underway[name] == task { underway[name] = nil }
        return try result.get()
    }

    /// Makes sure that a token which was refused is not used again.
    func forgetToken(for repository: RepositoryName, id: Int64?) {
        entries[Self.entryName(repository, id)] = nil
    }

    private var now: Instant { sender.timing.clock.now() }

    private static func entryName(_ repository: RepositoryName, _ id: Int64?) -> String {
        "\(repository.description.lowercased()) \(id ?? 0)"
    }

    private func proof(at moment: Instant) throws(APIFailure) -> Secret {
        do throws(AppKey.Problem) {
            let token = try key.token(at: moment)
            return token.reveal { Secret(bytes: Array("Bearer ".utf8) + $0) }
        } catch {
            throw APIFailure(ForgeError(.unauthorised, error.description))
        }
    }

    private func makeToken(
        for repository: RepositoryName, id: Int64?, name: String
    ) async throws(APIFailure) -> Secret {
        let installation = try await installation(of: repository)
        guard !installation.isSuspended else {
            throw APIFailure(
                ForgeError(
                    .forbidden, "the App's installation on \(repository) is suspended: its owner must unsuspend it")
            )
        }
        let permissions = AppPermissions.grantable(of: installation.permissions)
        var request = TokenRequest(permissions: permissions, repositories: nil, repository_ids: nil)
        if let id { request.repository_ids = [id] } else { request.repositories = [repository.name] }
        let entry: Entry
        do throws(APIFailure) {
            entry = try await makeToken(request, in: installation)
        } catch {
            guard error.isRefused, id == nil else { throw error }
            // The repository may have another name now; by its number it is found in any case.
            let number = try await number(of: repository, in: installation)
            request.repositories = nil
            request.repository_ids = [number]
            entry = try await makeToken(request, in: installation)
        }
        if entries.count >= Self.maxEntries { entries.removeAll() }
        entries[name] = entry
        return entry.token
    }

    private func makeToken(
        _ request: TokenRequest, in installation: AppInstallation
    ) async throws(APIFailure) -> Entry {
        let call = APICall.post("/app/installations/\(installation.id)/access_tokens", request, as: .app)
        let answer = try await sendAsApp(call)
        let wire = try answer.decoded(TokenAnswer.self)
        guard let expires = CalendarTime.internet(wire.expires_at), !wire.token.isEmpty else {
            throw APIFailure(ForgeError(.unexpectedAnswer, "the forge's answer is not as described: expires_at"))
        }
        // How long it lasts is reckoned by the forge's clock, when that is by ours.
        let offset = answer.head["Date"].flatMap { CalendarTime.http($0) }?.seconds(since: now) ?? 0
        return Entry(token: Secret("Bearer " + wire.token), expires: expires.advanced(bySeconds: -offset))
    }

    private func number(
        of repository: RepositoryName, in installation: AppInstallation
    ) async throws(APIFailure) -> Int64 {
        let request = TokenRequest(permissions: ["metadata": "read"], repositories: nil, repository_ids: nil)
        let entry = try await makeToken(request, in: installation)
        let answer = try await sender.send(
            .get("/repos/\(repository)", as: .app), authorization: entry.token, scope: "app \(installation.id)")
        return try answer.decoded(WireRepository.self).id
    }
}
