/// What the App asks for, and no more: an App that may do less does less, and says so.
enum AppPermissions {
    /// Permission names and levels as GitHub spells them.
    static let wanted: [String: String] = [
        "checks": "write", "contents": "read", "issues": "write", "metadata": "read", "pull_requests": "write",
    ]

    /// The events that the App is to be told of. `installation`, `installation_repositories` and `ping` come unasked.
    static let events = [
        "check_run", "check_suite", "issue_comment", "pull_request", "pull_request_review_comment", "push",
    ]

    /// What each permission is for, for people.
    static let reasons: [String: String] = [
        "checks": "show that a review runs and how it ended", "contents": "read the change and its configuration",
        "issues": "read and answer comments in the conversation", "metadata": "see the repository at all",
        "pull_requests": "read pull requests and write the review",
    ]

    private static let order = ["read", "write", "admin"]

    /// Of what is wanted, what was granted: a token can be asked for nothing else.
    static func grantable(of granted: [String: String]) -> [String: String] {
        wanted.reduce(into: [:]) { result, entry in
            guard let level = granted[entry.key] else { return }
            result[entry.key] = isLower(level, than: entry.value) ? level : entry.value
        }
    }

    /// Wanted permissions that were not granted, or at a lower level.
    static func missing(of granted: [String: String]) -> [String] {
        wanted.filter { name, level in granted[name].map { isLower($0, than: level) } ?? true }.keys.sorted()
    }

    /// Granted permissions that nothing needs, or at a higher level.
    static func superfluous(of granted: [String: String]) -> [String] {
        granted.filter { name, level in wanted[name].map { isLower($0, than: level) } ?? true }.keys.sorted()
    }

    private static func isLower(_ level: String, than other: String) -> Bool {
        (order.firstIndex(of: level) ?? -1) < (order.firstIndex(of: other) ?? -1)
    }
}
