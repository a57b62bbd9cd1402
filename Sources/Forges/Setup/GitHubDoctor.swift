package import Domain
import HTTPClient

/// Whether an entry of `forges` can work, point by point, with what to do where it cannot.
package struct GitHubDoctor: Sendable {
    package struct Check: Sendable, Hashable {
        package enum Result: String, Sendable, Hashable { case ok, warning, failed }

        package var name: String
        package var result: Result
        /// What was found, one line.
        package var detail: String
        /// What to do; empty where nothing is to be done.
        package var advice: String
    }

    private static let usualSkew = 30.0

    private let forge: GitHubForge

    package init(_ forge: GitHubForge) {
        self.forge = forge
    }

    /// Reads only; writes nothing to the forge.
    ///
    /// - Parameter repository: one that is to be served; without one only the credential itself is looked at.
    package func verify(_ repository: RepositoryName?) async -> [Check] {
        var checks: [Check] = []
        do throws(APIFailure) {
            switch forge.connection.credential {
            case .app(let tokens): try await verifyApp(tokens, repository, &checks)
            case .token: try await verifyToken(repository, &checks)
            }
        } catch {
            checks.append(
                Check(name: "credential", result: .failed, detail: error.error.message, advice: advice(on: error)))
        }
        return checks
    }

    // MARK: App

    private func verifyApp(
        _ tokens: AppTokens, _ repository: RepositoryName?, _ checks: inout [Check]
    ) async throws(APIFailure) {
        let answer = try await tokens.sendAsApp(.get("/app", as: .app))
        let app = try answer.decoded(WireApp.self)
        let slug = (app.slug ?? app.name).printable(atMost: 100)
        checks.append(ok("credential", "the App '\(slug)' (\(app.id)) signs with its key"))
        checks.append(clock(answer))
        let page = "\(forge.settings.address.url)/settings/apps/\(slug)"
        let granted = (app.permissions ?? [:]).compactMapValues(\.value)
        checks += permissions("App permissions", granted, where: "\(page)/permissions")
        let missing = AppPermissions.events.filter { !(app.events ?? []).contains($0) }
        checks.append(
            missing.isEmpty
                ? ok("events", "the App is told of all that is needed")
                : Check(
                    name: "events", result: .failed,
                    detail: "the App is not told of \(missing.joined(separator: ", "))",
                    advice: "subscribe to them at \(page)/permissions"))
        guard let repository else { return }
        let installation: AppInstallation
        do throws(APIFailure) {
            installation = try await tokens.installation(of: repository)
        } catch {
            guard error.error.kind == .forbidden else { throw error }
            checks.append(
                Check(
                    name: "installation", result: .failed, detail: error.error.message,
                    advice:
                        "check the repository's name; an App that is not public goes on its owner's repositories alone")
            )
            return
        }
        guard !installation.isSuspended else {
            checks.append(
                Check(
                    name: "installation", result: .failed, detail: "the installation on \(repository) is suspended",
                    advice: "its owner must unsuspend it in the settings of the account, under Applications"))
            return
        }
        checks.append(ok("installation", "installed on \(repository)"))
        checks += permissions(
            "granted permissions", installation.permissions,
            where: "the installation's page, where its owner accepts what the App asks for")
        checks.append(try await reading(repository))
    }

    private func permissions(_ name: String, _ granted: [String: String], where place: String) -> [Check] {
        let missing = AppPermissions.missing(of: granted)
        let superfluous = AppPermissions.superfluous(of: granted).map { $0.printable(atMost: 60) }
        var checks: [Check] = []
        if !missing.isEmpty {
            let wishes = missing.map { name in
                "\(name): \(AppPermissions.wanted[name] ?? "") (to \(AppPermissions.reasons[name] ?? "work"))"
            }
            checks.append(
                Check(
                    name: name, result: .failed, detail: "missing: \(wishes.joined(separator: ", "))",
                    advice: "grant them at \(place)"))
        }
        if !superfluous.isEmpty {
            checks.append(
                Check(
                    name: name, result: .warning, detail: "not needed: \(superfluous.joined(separator: ", "))",
                    advice: "take them away at \(place)"))
        }
        return checks.isEmpty ? [ok(name, "what is needed and no more")] : checks
    }

    // MARK: Personal token

    private func verifyToken(_ repository: RepositoryName?, _ checks: inout [Check]) async throws(APIFailure) {
        let answer = try await forge.connection.send(.get("/user", as: .user))
        let login = try answer.decoded(WireAccount.self).login.printable(atMost: 100)
        checks.append(ok("credential", "the token is \(login)'s"))
        checks.append(clock(answer))
        checks.append(expiry(answer.head))
        checks.append(scopes(answer.head))
        guard let repository else { return }
        checks.append(try await reading(repository))
        checks.append(
            Check(
                name: "checks", result: .warning, detail: "a personal token cannot have check runs",
                advice: "commit statuses are written instead; use an App for annotations and a neutral result"))
    }

    private func expiry(_ head: HTTPHead) -> Check {
        // "2026-12-20 21:14:06 UTC"; absent for tokens that never end.
        guard let text = head["github-authentication-token-expiration"] else {
            return Check(
                name: "expiry", result: .warning, detail: "the token never expires",
                advice: "one that ends within a year is safer when it leaks")
        }
        let form = text.split(separator: " ").prefix(2).joined(separator: "T") + "Z"
        guard let end = CalendarTime.internet(form) else {
            return Check(
                name: "expiry", result: .warning, detail: "the token ends at \(text.printable(atMost: 40))", advice: "")
        }
        let days = Int(end.seconds(since: forge.connection.sender.timing.clock.now()) / 86_400)
        return days < 14
            ? Check(
                name: "expiry", result: .warning, detail: "the token ends in \(max(days, 0)) days",
                advice: "make a new one before that")
            : ok("expiry", "the token is good for \(days) days")
    }

    /// Classic tokens name their scopes; fine-grained ones do not.
    private func scopes(_ head: HTTPHead) -> Check {
        guard let text = head["X-OAuth-Scopes"] else {
            return ok("scopes", "a fine-grained token; what it may do shows in the repository")
        }
        let scopes = text.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init).filter { !$0.isEmpty }
        guard scopes.contains("repo") || scopes.contains("public_repo") else {
            return Check(
                name: "scopes", result: .failed, detail: "the token has neither 'repo' nor 'public_repo'",
                advice: "make one with 'repo', or better a fine-grained one")
        }
        let superfluous = scopes.filter { $0 != "repo" && $0 != "public_repo" }.map { $0.printable(atMost: 40) }
        return superfluous.isEmpty
            ? ok("scopes", "what is needed and no more")
            : Check(
                name: "scopes", result: .warning, detail: "not needed: \(superfluous.joined(separator: ", "))",
                advice: "make a token without them")
    }

    // MARK: Both

    private func reading(_ repository: RepositoryName) async throws(APIFailure) -> Check {
        struct Answer: Decodable {
            struct Permissions: Decodable {
                var push: Bool?
            }
            var full_name: String
            var permissions: Permissions?
            var archived: Bool?
        }
        let answer = try await forge.connection.get(
            Answer.self, "/repos/\(repository)", as: .repository(repository, id: nil))
        if answer.archived == true {
            return Check(
                name: "repository", result: .failed, detail: "\(repository) is archived: nothing can be written",
                advice: "take it out of the configuration")
        }
        if let now = RepositoryName(answer.full_name), now != repository {
            return Check(
                name: "repository", result: .warning, detail: "\(repository) is called \(now) now",
                advice: "use the new name in the configuration")
        }
        if !forge.settings.isApp, answer.permissions?.push == false {
            return Check(
                name: "repository", result: .warning, detail: "the token's owner may not write to \(repository)",
                advice: "reviews work on public repositories; statuses need write permission")
        }
        return ok("repository", "\(repository) can be read")
    }

    private func clock(_ answer: APIAnswer) -> Check {
        guard let theirs = answer.head["Date"].flatMap({ CalendarTime.http($0) }) else {
            return Check(name: "clock", result: .warning, detail: "the forge does not tell the time", advice: "")
        }
        let skew = forge.connection.sender.timing.clock.now().seconds(since: theirs)
        let detail = "this machine's clock is \(Int(abs(skew))) s \(skew < 0 ? "behind" : "ahead of") the forge's"
        return abs(skew) <= Self.usualSkew
            ? ok("clock", detail)
            : Check(name: "clock", result: .warning, detail: detail, advice: "set it by NTP")
    }

    private func ok(_ name: String, _ detail: String) -> Check {
        Check(name: name, result: .ok, detail: detail, advice: "")
    }

    private func advice(on failure: APIFailure) -> String {
        switch failure.error.kind {
        case .unauthorised where forge.settings.isApp:
            "check app_id and the private key: both are on the App's page under General"
        case .unauthorised: "make a new token"
        case .forbidden: "grant the App or the token what is asked for above"
        case .notFound: "check the repository's name, and that the App is installed on it or the token may see it"
        case .limited, .unavailable: "try again later; check the network, a proxy and ca_file"
        case .refused, .unexpectedAnswer, .moved: "check that url is a GitHub's address"
        }
    }
}
