import ModelServer

extension WorldState {
    /// The account of a login; null where there is none (GitHub's ghost).
    func json(account login: String?) -> JSON {
        guard let login, let account = account(login) else { return .null }
        return json(account)
    }

    func json(_ account: Account) -> JSON {
        let name = Percent.encode(account.login)
        let api = "\(addresses.api)/users/\(name)"
        let html =
            account.kind == .bot
            ? "\(addresses.html)/apps/\(account.login.replacing("[bot]", with: ""))" : "\(addresses.html)/\(name)"
        let letter = account.kind == .organization ? "O" : account.kind == .bot ? "BOT" : "U"
        return [
            "login": .string(account.login), "id": .integer(account.id), "node_id": nodeID(letter, account.id),
            "avatar_url": .string("\(addresses.html)/avatars/\(account.id)"), "gravatar_id": "",
            "url": .string(api), "html_url": .string(html), "followers_url": .string(api + "/followers"),
            "following_url": .string(api + "/following{/other_user}"),
            "gists_url": .string(api + "/gists{/gist_id}"),
            "starred_url": .string(api + "/starred{/owner}{/repo}"),
            "subscriptions_url": .string(api + "/subscriptions"), "organizations_url": .string(api + "/orgs"),
            "repos_url": .string(api + "/repos"), "events_url": .string(api + "/events{/privacy}"),
            "received_events_url": .string(api + "/received_events"), "type": .string(account.kind.rawValue),
            "user_view_type": "public", "site_admin": false,
        ]
    }

    /// How an author stands to a repository.
    func association(of login: String, in repository: Repository) -> JSON {
        if login.lowercased() == repository.owner.lowercased() { return "OWNER" }
        if role(of: login, in: repository) > .none {
            return account(repository.owner)?.kind == .organization ? "MEMBER" : "COLLABORATOR"
        }
        let hasMerged = pulls.contains { $0.repository == repository.id && $0.author == login && $0.isMerged }
        return hasMerged ? "CONTRIBUTOR" : "NONE"
    }
}
