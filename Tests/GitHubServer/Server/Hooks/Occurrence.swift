package import ModelServer

/// Something that happened and that an App hears of. Repositories are named `owner/name`.
package enum Occurrence: Sendable {
    case ping
    /// opened, reopened, synchronize, ready_for_review, converted_to_draft, closed, labeled, unlabeled, edited, locked,
    /// unlocked; `more` are members beside the usual ones, such as `changes`.
    case pull(_ action: String, Int, in: String, more: JSON = .object([]))
    /// created, edited, deleted.
    case comment(_ action: String, IssueComment)
    case reviewComment(_ action: String, ReviewComment)
    /// submitted, edited, dismissed.
    case review(_ action: String, Review)
    /// resolved, unresolved: the thread that begins with the comment.
    case thread(_ action: String, ReviewComment)
    /// created, completed, rerequested, requested_action.
    case checkRun(_ action: String, CheckRun)
    /// requested, completed, rerequested.
    case checkSuite(_ action: String, CheckSuite)
    /// created, deleted, suspend, unsuspend, new_permissions_accepted.
    case installation(_ action: String, Installation)
    case repositories(added: [String], removed: [String], Installation)
    case push(branch: String, in: String, before: String?)

    package var event: String {
        switch self {
        case .ping: "ping"
        case .pull: "pull_request"
        case .comment: "issue_comment"
        case .reviewComment: "pull_request_review_comment"
        case .review: "pull_request_review"
        case .thread: "pull_request_review_thread"
        case .checkRun: "check_run"
        case .checkSuite: "check_suite"
        case .installation: "installation"
        case .repositories: "installation_repositories"
        case .push: "push"
        }
    }

    package var action: String? {
        switch self {
        case .ping, .push: nil
        case .pull(let action, _, _, _): action
        case .comment(let action, _): action
        case .reviewComment(let action, _), .thread(let action, _): action
        case .review(let action, _): action
        case .checkRun(let action, _): action
        case .checkSuite(let action, _): action
        case .installation(let action, _): action
        case .repositories(let added, _, _): added.isEmpty ? "removed" : "added"
        }
    }
}
