import Domain

/// The parts of GitHub's deliveries that something is decided by (docs.github.com/webhooks/webhook-events-and-payloads),
/// named as on the wire. Whatever else a delivery holds is passed over.
enum WebhookShapes {
    /// Every member that a shape below, or a wire type in it, asks for: all others are left out when a delivery is read.
    static let names: Set<String> = [
        "action", "additions", "base", "body", "changed_files", "changes", "check_run", "check_suite", "comment",
        "deletions", "draft", "full_name", "head", "head_sha", "html_url", "id", "in_reply_to_id", "issue", "label",
        "labels", "locked", "login", "name", "number", "pull_request", "pull_requests", "ref", "repo", "repositories",
        "repositories_added", "repositories_removed", "repository", "sender", "sha", "state", "title", "type", "user",
    ]

    struct PullRequest {
        var pull_request: WirePullRequest
        var sender: WireAccount?
        /// Of the label that was added.
        var label: String?
        var changesBase: Bool

        init(_ json: WireObject) throws(WireProblem) {
            pull_request = try WirePullRequest(json.object("pull_request"))
            sender = try WireAccount(optional: json.optionalObject("sender"))
            label = try json.optionalObject("label")?.string("name")
            changesBase = try json.optionalObject("changes")?.optionalObject("base") != nil
        }
    }

    struct Comment {
        var id: Int64
        var in_reply_to_id: Int64?
        var user: WireAccount?
        var body: String?
        var html_url: String?

        init(_ json: WireObject) throws(WireProblem) {
            id = try json.integer("id")
            in_reply_to_id = try json.optionalInteger("in_reply_to_id")
            user = try WireAccount(optional: json.optionalObject("user"))
            body = try json.optionalString("body")
            html_url = try json.optionalString("html_url")
        }
    }

    struct IssueComment {
        /// Of the issue, which may be a pull request.
        var number: Int64
        var isPullRequest: Bool
        var comment: Comment
        var repository: WireRepository

        init(_ json: WireObject) throws(WireProblem) {
            let issue = try json.object("issue")
            number = try issue.integer("number")
            isPullRequest = try issue.optionalObject("pull_request") != nil
            comment = try Comment(json.object("comment"))
            repository = try WireRepository(json.object("repository"))
        }
    }

    struct ReviewComment {
        /// Of the pull request.
        var number: Int64
        var comment: Comment
        var repository: WireRepository

        init(_ json: WireObject) throws(WireProblem) {
            number = try json.object("pull_request").integer("number")
            comment = try Comment(json.object("comment"))
            repository = try WireRepository(json.object("repository"))
        }
    }

    /// A check run or a check suite.
    struct Check {
        var head_sha: String
        /// Those pull requests that could be read, with the repositories of their bases.
        var pull_requests: [(number: Int64, repository: Int64?)]
        var repository: WireRepository
        var sender: WireAccount?

        /// - Parameter name: "check_run" or "check_suite".
        init(_ name: String, _ json: WireObject) throws(WireProblem) {
            let check = try json.object(name)
            head_sha = try check.string("head_sha")
            pull_requests = (try check.optionalObjects(amongOthersIn: "pull_requests") ?? []).compactMap { json in
                guard let number = try? json.integer("number") else { return nil }
                return (number, try? json.object("base").object("repo").integer("id"))
            }
            repository = try WireRepository(json.object("repository"))
            sender = try WireAccount(optional: json.optionalObject("sender"))
        }
    }

    struct Installation {
        /// Full names.
        var repositories: [String] = []

        init(_ json: WireObject) throws(WireProblem) {
            for list in ["repositories", "repositories_added", "repositories_removed"] {
                for repository in try json.optionalObjects(list) ?? [] {
                    repositories.append(try repository.string("full_name"))
                }
            }
        }
    }

    struct Push {
        var ref: String
        var repository: WireRepository

        init(_ json: WireObject) throws(WireProblem) {
            ref = try json.string("ref")
            repository = try WireRepository(json.object("repository"))
        }
    }
}

extension WireAccount {
    init(_ json: WireObject) throws(WireProblem) {
        self.init(
            login: try json.string("login"), id: try json.integer("id"), type: try json.optionalString("type"))
    }

    init?(optional json: WireObject?) throws(WireProblem) {
        guard let json else { return nil }
        try self.init(json)
    }
}

extension WireRepository {
    init(_ json: WireObject) throws(WireProblem) {
        self.init(id: try json.integer("id"), full_name: try json.string("full_name"))
    }

    init?(optional json: WireObject?) throws(WireProblem) {
        guard let json else { return nil }
        try self.init(json)
    }
}

extension WirePullRequest {
    init(_ json: WireObject) throws(WireProblem) {
        var labels: [Label] = []
        for label in try json.optionalObjects("labels") ?? [] { labels.append(Label(name: try label.string("name"))) }
        self.init(
            number: try Int(json.integer("number")), html_url: try json.optionalString("html_url"),
            title: try json.string("title"), body: try json.optionalString("body"),
            user: try WireAccount(optional: json.optionalObject("user")), state: try json.string("state"),
            draft: try json.optionalFlag("draft"), locked: try json.optionalFlag("locked"), labels: labels,
            base: try End(json.object("base")), head: try End(json.object("head")),
            changed_files: try json.optionalInteger("changed_files").map { Int($0) },
            additions: try json.optionalInteger("additions").map { Int($0) },
            deletions: try json.optionalInteger("deletions").map { Int($0) })
    }
}

extension WirePullRequest.End {
    init(_ json: WireObject) throws(WireProblem) {
        self.init(
            ref: try json.string("ref"), sha: try json.string("sha"),
            repo: try WireRepository(optional: json.optionalObject("repo")))
    }
}
