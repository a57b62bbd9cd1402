/// A check run of an App on a commit.
package struct CheckRun: Sendable {
    package let id: Int
    package let repository: Int
    package let suite: Int
    package let app: Int
    package var name: String
    package let commit: String
    package var status: String
    package var conclusion: String?
    package var startedAt: String?
    package var completedAt: String?
    package var detailsURL: String?
    package var externalID: String?
    package var title: String?
    package var summary: String?
    package var text: String?
    package var annotations: [Annotation] = []
}

package struct Annotation: Sendable, Equatable {
    package var path: String
    package var startLine: Int
    package var endLine: Int
    package var startColumn: Int?
    package var endColumn: Int?
    package var level: String
    package var message: String
    package var title: String?
    package var details: String?
}

/// All check runs of an App on a commit.
package struct CheckSuite: Sendable {
    package let id: Int
    package let repository: Int
    package let app: Int
    package let commit: String
    package let branch: String?
    package let createdAt: Int
}

package struct CommitStatus: Sendable {
    package let id: Int
    package let repository: Int
    package let commit: String
    package let state: String
    package let context: String
    package let description: String?
    package let targetURL: String?
    package let author: String
    package let createdAt: Int
}
