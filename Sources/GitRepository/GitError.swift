/// Why something could not be read from a repository, in words for the person who asked for it.
package struct GitError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// There is no repository at the path or above it.
        case notARepository
        /// The repository uses a format or extension that cannot be read.
        case unsupportedRepository
        /// A revision names nothing, or nothing of the needed kind.
        case unknownRevision
        /// An abbreviated id begins more than one object.
        case ambiguousRevision
        /// Two commits share no history.
        case noMergeBase
        /// An object the repository refers to is not in it (partial or shallow clone, lost file).
        case missingObject
        /// An object or file of the repository is damaged.
        case corrupt
        /// A path names nothing in the commit that was asked.
        case unknownPath
        /// A limit was reached.
        case tooLarge
        /// The operating system refused to read something.
        case unreadable
        /// The question needs a working tree and the repository has none.
        case noWorkingTree
    }

    package let kind: Kind
    /// What happened and why, without a full stop.
    package let problem: String
    /// What to do about it, as a sentence without a full stop; empty when nothing can be done.
    package let advice: String

    package init(_ kind: Kind, _ problem: String, advice: String = "") {
        self.kind = kind
        self.problem = problem
        self.advice = advice
    }

    package var description: String {
        advice.isEmpty ? problem : "\(problem). \(advice)"
    }
}
