package import Domain
import Patterns

/// What is done about a change by what the forge says of it.
package enum SkipDecision: Sendable, Hashable {
    case review
    /// The static rules look at it, no model does.
    case staticOnly(reason: String)
    case skip(reason: String)
}

/// The `skip` block, ready to be asked.
package struct SkipRules: Sendable {
    private let settings: SkipSettings
    private let authors: [Glob]
    private let labels: [Glob]
    private let titles: [Glob]
    private let branches: [Glob]
    private let baseBranches: [Glob]

    package init(_ settings: SkipSettings) {
        self.settings = settings
        func globs(_ sources: [String]) -> [Glob] { sources.compactMap { try? Glob($0.lowercased()) } }
        authors = globs(settings.authors)
        labels = globs(settings.labels)
        titles = globs(settings.titles)
        branches = globs(settings.branches)
        baseBranches = globs(settings.baseBranches)
    }

    /// Whether a label's coming or going can change the decision.
    package var minds: (label: Bool, title: Bool) { (!labels.isEmpty, !titles.isEmpty) }

    /// Closed and locked changes are never reviewed. Reasons name the pattern, never the author's text. What is asked of
    /// sizes is answered only where the forge counted them.
    package func decision(for change: PullRequest) -> SkipDecision {
        if change.state == .closed { return .skip(reason: "it is closed") }
        if change.isLocked { return .skip(reason: "it is locked") }
        if settings.drafts, change.isDraft { return .skip(reason: "it is a draft") }
        if let glob = Self.first(authors, matching: change.author.login) {
            return .skip(reason: "its author matches skip.authors \(glob)")
        }
        for label in change.labels {
            if let glob = Self.first(labels, matching: label) {
                return .skip(reason: "a label matches skip.labels \(glob)")
            }
        }
        if let glob = Self.first(titles, matching: change.title) {
            return .skip(reason: "its title matches skip.titles \(glob)")
        }
        if let glob = Self.first(branches, matching: change.head.branch) {
            return .skip(reason: "its branch matches skip.branches \(glob)")
        }
        if let glob = Self.first(baseBranches, matching: change.base.branch) {
            return .skip(reason: "its base matches skip.base_branches \(glob)")
        }
        if let most = settings.maxFiles, let files = change.changedFiles, files > most {
            return .skip(reason: "it changes \(files) files; skip.max_files is \(most)")
        }
        if let most = settings.maxChangedLines, let added = change.addedLines, let removed = change.removedLines {
            let lines = added &+ removed
            if lines > most || lines < 0 {
                return .skip(reason: "it changes \(lines) lines; skip.max_changed_lines is \(most)")
            }
        }
        guard change.author.isBot else { return .review }
        switch settings.bots {
        case .review: return .review
        case .static: return .staticOnly(reason: "its author is a bot")
        case .skip: return .skip(reason: "its author is a bot")
        }
    }

    private static func first(_ globs: [Glob], matching text: String) -> String? {
        guard !globs.isEmpty else { return nil }
        let bytes = Array(text.lowercased().utf8)
        return globs.first { $0.matches(bytes) }?.source
    }
}
