/// A delivery's action beside its content, which counts only if something is done about the action.
struct WebhookDelivery<Content: Decodable>: Decodable {
    private enum Key: CodingKey { case action }

    let action: String?
    let content: Result<Content, any Error>

    init(from decoder: any Decoder) throws {
        action = try decoder.container(keyedBy: Key.self).decodeIfPresent(String.self, forKey: .action)
        content = Result { try Content(from: decoder) }
    }
}

/// The parts of GitHub's deliveries that something is decided by (docs.github.com/webhooks/webhook-events-and-payloads),
/// named as on the wire. Whatever else a delivery holds is passed over.
enum WebhookShapes {
    /// Every member that a shape below, or a wire type in it, asks for: all others are dropped before anything is decoded.
    static let names: Set<String> = [
        "action", "additions", "base", "body", "changed_files", "changes", "check_run", "check_suite", "comment",
        "deletions", "draft", "full_name", "head", "head_sha", "html_url", "id", "in_reply_to_id", "issue", "label",
        "labels", "locked", "login", "name", "number", "pull_request", "pull_requests", "ref", "repo", "repositories",
        "repositories_added", "repositories_removed", "repository", "sender", "sha", "state", "title", "type", "user",
    ]

    struct Nothing: Decodable {}

    struct PullRequest: Decodable {
        struct Changes: Decodable {
            struct Anything: Decodable {}
            var base: Anything?
        }

        struct Label: Decodable {
            var name: String
        }

        var pull_request: WirePullRequest
        var sender: WireAccount?
        var label: Label?
        var changes: Changes?
    }

    struct Comment: Decodable {
        var id: Int64
        var in_reply_to_id: Int64?
        var user: WireAccount?
        var body: String?
        var html_url: String?
    }

    struct IssueComment: Decodable {
        struct Issue: Decodable {
            struct PullRequestMark: Decodable {}
            var number: Int
            var pull_request: PullRequestMark?
        }

        var issue: Issue
        var comment: Comment
        var repository: WireRepository
    }

    struct ReviewComment: Decodable {
        struct PullRequest: Decodable {
            var number: Int
        }

        var comment: Comment
        var pull_request: PullRequest
        var repository: WireRepository
    }

    struct Check: Decodable {
        struct PullRequest: Decodable {
            struct End: Decodable {
                struct Repository: Decodable {
                    var id: Int64
                }
                var repo: Repository?
            }
            var number: Int
            var base: End?
        }

        var head_sha: String
        var pull_requests: [WireTolerant<PullRequest>]?
    }

    struct CheckRun: Decodable {
        var check_run: Check
        var repository: WireRepository
        var sender: WireAccount?
    }

    struct CheckSuite: Decodable {
        var check_suite: Check
        var repository: WireRepository
        var sender: WireAccount?
    }

    struct Installation: Decodable {
        struct Repository: Decodable {
            var full_name: String
        }

        var repositories: [Repository]?
        var repositories_added: [Repository]?
        var repositories_removed: [Repository]?
    }

    struct Push: Decodable {
        var ref: String
        var repository: WireRepository
    }
}
