import ModelServer

extension Operation {
    static let appOperations: [Operation] = [
        Operation("apps/get-authenticated", "GET", "/app", .app, page: "apps/apps#get-the-authenticated-app") {
            call, state throws(Refusal) in call.json(state.json(try call.app(in: state)))
        },
        Operation(
            "apps/list-installations", "GET", "/app/installations", .app,
            page: "apps/apps#list-installations-for-the-authenticated-app"
        ) { call, state throws(Refusal) in
            let app = try call.app(in: state)
            return call.list(state.installations.filter { $0.app == app.id }, in: state) { state.json($0) }
        },
        Operation(
            "apps/get-installation", "GET", "/app/installations/{installation_id}", .app,
            page: "apps/apps#get-an-installation-for-the-authenticated-app"
        ) { call, state throws(Refusal) in call.json(state.json(try call.installation(in: state))) },
        Operation(
            "apps/create-installation-access-token", "POST", "/app/installations/{installation_id}/access_tokens",
            .app, page: "apps/apps#create-an-installation-access-token-for-an-app", resource: "Installation",
            body: BodyRules.tokenCreation, createToken),
        Operation(
            "apps/get-repo-installation", "GET", "/repos/{owner}/{repo}/installation", .app,
            page: "apps/apps#get-a-repository-installation-for-the-authenticated-app"
        ) { call, state throws(Refusal) in
            let app = try call.app(in: state)
            guard let repository = state.repository(call.text("owner"), call.text("repo")),
                let installation = state.installation(of: app.id, on: repository)
            else { throw Refusal.notFound }
            return call.json(state.json(installation))
        },
        Operation(
            "apps/list-repos-accessible-to-installation", "GET", "/installation/repositories", .installation,
            page: "apps/installations#list-repositories-accessible-to-the-app-installation"
        ) { call, state throws(Refusal) in
            guard case .installation(let id, _, let chosen) = call.actor.kind,
                let installation = state.installation(id)
            else { throw Refusal.notAccessible }
            let list = state.repositories.filter { repository in
                !repository.isDeleted && repository.owner.lowercased() == installation.account.lowercased()
                    && (installation.repositories?.contains(repository.id) ?? true)
                    && (chosen?.contains(repository.id) ?? true)
            }
            return call.list(
                list, in: state,
                wrap: { count, page in
                    [
                        "total_count": .integer(count),
                        "repository_selection": .string(installation.repositories == nil ? "all" : "selected"),
                        "repositories": page,
                    ]
                }, { state.json(full: $0, to: call.actor) })
        },
    ]

    private static let tokenLife = 3600

    private static func createToken(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let installation = try call.installation(in: state)
        if installation.suspendedAt != nil { throw Refusal.forbidden("This installation has been suspended") }
        var permissions = installation.permissions
        if let wanted = call.body["permissions"]?.members, !wanted.isEmpty {
            permissions = ["metadata": "read"]
            for member in wanted {
                let level = member.value.text ?? "read"
                let held = installation.permissions[member.key] ?? (member.key == "metadata" ? "read" : nil)
                guard let held, level == "read" || held != "read" else {
                    throw Refusal(
                        status: 422, message: "The permissions requested are not granted to this installation.")
                }
                permissions[member.key] = level
            }
        }
        let chosen = try repositories(for: call, installation, state)
        let token = Token(
            text: "ghs_" + Secrets.text(36),
            kind: .installation(installation.id, permissions: permissions, repositories: chosen),
            expiresAt: call.now + tokenLife)
        state.tokens[token.text] = token
        var body: JSON = [
            "token": .string(token.text), "expires_at": .time(call.now + tokenLife),
            "permissions": .texts(permissions),
            "repository_selection": .string(
                chosen == nil && installation.repositories == nil ? "all" : "selected"),
        ]
        if let chosen {
            let list = state.repositories.filter { chosen.contains($0.id) }.map { state.json($0) }
            body = body.adding(["repositories": .array(list)])
        }
        return call.json(body, status: 201)
    }

    private static func repositories(
        for call: Call, _ installation: Installation, _ state: WorldState
    ) throws(Refusal) -> Set<Int>? {
        let names = call.body["repositories"]?.items
        let ids = call.body["repository_ids"]?.items
        if names == nil, ids == nil { return nil }
        var chosen: Set<Int> = []
        let missing = Refusal(
            status: 422,
            message:
                "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
        for name in names ?? [] {
            guard let repository = state.repository(installation.account, name.text ?? ""),
                installation.repositories?.contains(repository.id) ?? true
            else { throw missing }
            chosen.insert(repository.id)
        }
        for id in ids ?? [] {
            guard let repository = state.repository(id.whole ?? 0),
                repository.owner.lowercased() == installation.account.lowercased(),
                installation.repositories?.contains(repository.id) ?? true
            else { throw missing }
            chosen.insert(repository.id)
        }
        return chosen
    }
}

extension Call {
    fileprivate func app(in state: WorldState) throws(Refusal) -> App {
        guard case .app(let id) = actor.kind, let app = state.app(id) else {
            throw Refusal.unauthorised("A JSON web token could not be decoded")
        }
        return app
    }

    fileprivate func installation(in state: WorldState) throws(Refusal) -> Installation {
        let app = try app(in: state)
        guard let installation = state.installation(number("installation_id")), installation.app == app.id else {
            throw Refusal.notFound
        }
        return installation
    }
}
