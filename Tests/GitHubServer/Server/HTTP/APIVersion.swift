import ModelServer

/// Versions of the API, and the members that a later one has no more.
enum APIVersion {
    static let all = ["2022-11-28", "2026-03-10"]

    /// What differs between the two descriptions of github/rest-api-description at 755ee33, read on 2026-11-21.
    static func dropped(by version: String?) -> Set<String> {
        version == "2026-03-10"
            ? [
                "assignee", "merge_commit_sha", "has_downloads", "master_branch", "use_squash_pr_title_as_default",
                "rate",
            ]
            : []
    }
}

extension JSON {
    /// The value without members of these names, however deep.
    func dropping(_ names: Set<String>) -> JSON {
        switch self {
        case .array(let items): .array(items.map { $0.dropping(names) })
        case .object(let members):
            .object(
                members.filter { !names.contains($0.key) }.map { Member($0.key, $0.value.dropping(names)) })
        default: self
        }
    }
}
