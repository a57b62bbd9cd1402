import ModelServer

extension WorldState {
    func json(_ app: App) -> JSON {
        [
            "id": .integer(app.id), "slug": .string(app.slug), "client_id": .string(app.clientID),
            "node_id": nodeID("A", app.id), "owner": json(account: app.owner), "name": .string(app.name),
            "description": "", "external_url": .string("\(addresses.html)/apps/\(app.slug)"),
            "html_url": .string("\(addresses.html)/apps/\(app.slug)"), "created_at": .time(app.createdAt),
            "updated_at": .time(app.createdAt), "permissions": .texts(app.permissions), "events": .texts(app.events),
        ]
    }

    func json(_ installation: Installation) -> JSON {
        let app = app(installation.app)
        let account = account(installation.account)
        return [
            "id": .integer(installation.id), "account": json(account: installation.account),
            "repository_selection": .string(installation.repositories == nil ? "all" : "selected"),
            "access_tokens_url": .string("\(addresses.api)/app/installations/\(installation.id)/access_tokens"),
            "repositories_url": .string("\(addresses.api)/installation/repositories"),
            "html_url": .string("\(addresses.html)/settings/installations/\(installation.id)"),
            "app_id": .integer(installation.app), "app_slug": .string(app?.slug ?? ""),
            "client_id": .string(app?.clientID ?? ""), "target_id": .integer(account?.id ?? 0),
            "target_type": .string(account?.kind.rawValue ?? "User"),
            "permissions": .texts(installation.permissions), "events": .texts(app?.events ?? []),
            "created_at": .time(installation.createdAt), "updated_at": .time(installation.createdAt),
            "single_file_name": .null, "has_multiple_single_files": false, "single_file_paths": .array([]),
            "suspended_at": .time(orNull: installation.suspendedAt), "suspended_by": .null,
        ]
    }
}
