/// A repository: its settings, and where its objects lie.
package struct Repository: Sendable {
    package let id: Int
    package var owner: String
    package var name: String
    package var isPrivate: Bool
    package var defaultBranch: String
    /// The bare repository's directory.
    package var directory: String
    /// The repository it was forked from.
    package var parent: Int?
    package var isArchived = false
    package var isDeleted = false
    /// Logins in lower case; the owner is admin without being listed.
    package var collaborators: [String: Access] = [:]
    package var labels: [Label] = []
    package var nextNumber = 1
    package let createdAt: Int
    /// owner/name, in lower case, that lead here since a rename or transfer.
    package var formerNames: Set<String> = []

    package var fullName: String { owner + "/" + name }
}

package struct Label: Sendable, Equatable {
    package let id: Int
    package var name: String
    package var color: String
    package var description: String?
}
