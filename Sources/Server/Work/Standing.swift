package import Domain

/// How a change's author stands to its repository, which decides whether money may be spent on it.
package enum Standing: Sendable, Hashable {
    case insider
    /// No write permission, or a fork: a maintainer has to ask for models.
    case outsider(reason: String)

    /// - Parameter permission: The author's own, as the forge says now.
    package init(_ change: PullRequest, permission: Permission) {
        if !permission.canWrite {
            self = .outsider(reason: "the author may not write to this repository")
        } else if change.isFork {
            self = .outsider(reason: "the change comes from a fork")
        } else {
            self = .insider
        }
    }
}
