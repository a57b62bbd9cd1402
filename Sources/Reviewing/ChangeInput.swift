package import Diffs
package import Domain

/// A change as it was read from its source, before anything is judged.
package struct ChangeInput {
    /// For example "main...HEAD in hunkwise".
    package let title: String
    package let repository: String?
    /// Where the repository lies, so that its charges are kept apart from those of others of the same name; nil without.
    package let repositoryPath: String?
    package let base: String?
    package let head: String?
    package let diff: Diff
    package let contents: any FileContents
    /// What could not be read; said in the review.
    package let notReviewed: [NotReviewed]
    package let notes: [Note]
    /// `.hunkwise.yaml` as the base of the change has it; the head's is never obeyed.
    package let baseConfiguration: [UInt8]?

    package init(
        title: String, repository: String?, repositoryPath: String? = nil, base: String?, head: String?, diff: Diff,
        contents: any FileContents, notReviewed: [NotReviewed] = [], notes: [Note] = [],
        baseConfiguration: [UInt8]? = nil
    ) {
        self.title = title
        self.repository = repository
        self.repositoryPath = repositoryPath
        self.base = base
        self.head = head
        self.diff = diff
        self.contents = contents
        self.notReviewed = notReviewed
        self.notes = notes
        self.baseConfiguration = baseConfiguration
    }

    /// The name of a repository's own configuration file.
    package static let configurationPath = Path(".hunkwise.yaml")

    /// `.hunkwise.yaml` as the change would have it, nil when the change does not touch it.
    package var proposedConfiguration: FileContent? {
        let edit = diff.files.first { $0.path == Self.configurationPath || $0.oldPath == Self.configurationPath }
        return edit.map { contents.content(of: $0, side: .new) }
    }

    /// The same change as though its base had no configuration of its own.
    package var withoutBaseConfiguration: ChangeInput {
        ChangeInput(
            title: title, repository: repository, repositoryPath: repositoryPath, base: base, head: head, diff: diff,
            contents: contents, notReviewed: notReviewed, notes: notes)
    }

    package var summary: ChangeSummary {
        ChangeSummary(
            title: title, repository: repository, base: base, head: head, files: diff.files.count,
            hunks: diff.files.reduce(0) { $0 + $1.hunks.count }, added: diff.files.reduce(0) { $0 + $1.added },
            removed: diff.files.reduce(0) { $0 + $1.removed })
    }
}
