import Domain
import Patterns

extension SectionReader {
    func forges(_ field: Field) -> [ForgeSettings] {
        guard let items = list(field) else { return [] }
        guard items.count <= 100 else {
            refuse(field, "has more than 100 entries")
            return []
        }
        return items.compactMap { forge($0) }
    }

    private func forge(_ item: Field) -> ForgeSettings? {
        guard let fields = section(item, keys: KeyNames.forge) else { return nil }
        guard let kindField = fields["kind"] else {
            refuse(item, "needs kind: github")
            return nil
        }
        guard let kind = forgeKind(kindField) else { return nil }
        let url = fields["url"].map { forgeURL($0, allowsPath: false) } ?? "https://github.com"
        let apiURL = fields["api_url"].flatMap { forgeURL($0, allowsPath: true) }
        let credential = forgeCredential(item, fields)
        let secrets = secrets(
            variables: fields["webhook_secrets_env"], files: fields["webhook_secrets_files"],
            suchAs: "HUNKWISE_WEBHOOK_SECRET")
        let mode = fields["mode"].flatMap { choice($0, of: ReviewMode.self) }
        let repositories = fields["repositories"].map { repositoryEntries($0) }
        if repositories == nil {
            refuse(item, "needs repositories, for example [{match: \"acme/*\"}]: nothing else is served")
        }
        guard let url, let credential else { return nil }
        return ForgeSettings(
            kind: kind, url: url, apiURL: apiURL, credential: credential, webhookSecrets: secrets, mode: mode,
            repositories: repositories ?? [], key: item.key, origin: .file(file, line: item.line))
    }

    private func forgeKind(_ field: Field) -> ForgeKind? {
        if let text = text(field, noted: false), text == "gitlab" {
            refuse(field, "gitlab is not built yet in this version; the one kind there is is github")
            return nil
        }
        return choice(field, of: ForgeKind.self)
    }

    private func forgeCredential(_ item: Field, _ fields: [String: Field]) -> ForgeCredential? {
        let token = secret("token", fields, suchAs: "GITHUB_TOKEN")
        let hasToken = fields["token_env"] != nil || fields["token_file"] != nil
        let appFields = ["app_id", "private_key_file", "private_key_env"].compactMap { fields[$0] }
        let appID = fields["app_id"].flatMap { count($0, in: 1...Int.max) }
        let privateKey = secret("private_key", fields, suchAs: "HUNKWISE_PRIVATE_KEY")
        if let first = appFields.first, hasToken {
            refuse(first, "stands beside a token: keep the App (app_id and private_key_file) or the token, not both")
            return nil
        }
        if hasToken { return token.map { .token($0) } }
        guard !appFields.isEmpty else {
            refuse(item, "has no credential: give app_id and private_key_file, or token_env")
            return nil
        }
        if fields["app_id"] == nil { refuse(item, "needs app_id beside the private key") }
        if fields["private_key_file"] == nil, fields["private_key_env"] == nil {
            refuse(item, "needs private_key_file beside app_id")
        }
        guard let appID, let privateKey else { return nil }
        return .app(id: Int64(appID), privateKey: privateKey)
    }

    /// An address without a trailing slash.
    func forgeURL(_ field: Field, allowsPath: Bool) -> String? {
        guard var text = text(field, maxBytes: 2000, noted: false) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        guard !text.contains("@") else {
            refuse(field, "holds credentials: name them with app_id and private_key_file, or token_env")
            return nil
        }
        guard let host = KnownProvider.host(of: text), !text.contains("#"), !text.contains("?"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x22 })
        else {
            refuse(field, "must be an address such as https://github.example.com")
            return nil
        }
        if text.lowercased().hasPrefix("http://"), !KnownProvider.isLoopback(host: host) {
            refuse(field, "must begin with https:// unless the host is on this machine")
            return nil
        }
        let hasPath = text.split(separator: "/", omittingEmptySubsequences: true).count > 2
        if hasPath, !allowsPath {
            refuse(field, "must be the forge's address alone, without a path, such as https://github.example.com")
            return nil
        }
        note(field, text)
        return text
    }

    private func repositoryEntries(_ field: Field) -> [RepositoryEntry] {
        guard let items = list(field) else { return [] }
        guard items.count <= 10_000 else {
            refuse(field, "has more than 10000 entries")
            return []
        }
        if items.isEmpty { refuse(field, "is empty, so nothing would be served: name a repository, or \"owner/*\"") }
        var seen: [String: Int] = [:]
        return items.compactMap { item -> RepositoryEntry? in
            guard let fields = section(item, keys: KeyNames.forgeRepository) else { return nil }
            guard let match = fields["match"] else {
                refuse(item, "needs match: a repository such as \"acme/shop\", or a pattern such as \"acme/*\"")
                return nil
            }
            let budget = fields["budget"].map { limits($0, keys: KeyNames.repositoryWindows) } ?? BudgetLimits()
            let mode = fields["mode"].flatMap { choice($0, of: ReviewMode.self) }
            guard let glob = glob(match) else { return nil }
            if glob.isException {
                refuse(match, "must not begin with !: give what is not served an entry of its own with mode: off")
                return nil
            }
            if let line = seen[glob.source.lowercased()] {
                refuse(match, "is given twice, first on line \(line)")
            }
            seen[glob.source.lowercased()] = match.line
            return RepositoryEntry(
                match: glob.source, budget: budget, mode: mode,
                origin: .file(file, line: item.line))
        }
    }
}
