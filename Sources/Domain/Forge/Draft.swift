/// All that a review has to say, ready to be published. It is stored before anything is written to the forge, so that a
/// crash never makes the review run again. Texts are sanitised and within the forge's limits; markers are added on the way out.
package struct Draft: Sendable, Hashable, Codable {
    /// Names the review: digest of repository, number, head and policy version. One review of a key is ever published.
    package var key: String
    package var address: ChangeAddress
    /// The commit the comments are placed on.
    package var head: String
    /// The summary comment, one per change and edited in place. Nil: nothing is said unless such a comment exists.
    package var summary: String?
    /// What an existing summary comment is changed to when `summary` is nil.
    package var summaryWhenPresent: String
    /// The text above the inline comments; may be empty only where there are comments.
    package var reviewBody: String
    package var requestsChanges: Bool
    package var comments: [DraftComment]
    package var check: DraftCheck?
    /// Answers to own earlier comments, such as "fixed in 1a2b3c4".
    package var replies: [DraftReply]

    package init(
        key: String, address: ChangeAddress, head: String, summary: String?, summaryWhenPresent: String,
        reviewBody: String, requestsChanges: Bool = false, comments: [DraftComment], check: DraftCheck?,
        replies: [DraftReply] = []
    ) {
        self.key = key
        self.address = address
        self.head = head
        self.summary = summary
        self.summaryWhenPresent = summaryWhenPresent
        self.reviewBody = reviewBody
        self.requestsChanges = requestsChanges
        self.comments = comments
        self.check = check
        self.replies = replies
    }
}

/// A comment at lines of the change, which its author found to be commentable.
package struct DraftComment: Sendable, Hashable, Codable {
    /// The finding's identity.
    package var identity: String
    /// The path in UTF-8; files whose path is not get no comment.
    package var path: String
    package var isOnOldSide: Bool
    /// Nil for one line; else below `line`, in the same hunk.
    package var startLine: Int?
    package var line: Int
    package var body: String
    /// A line for the summary, should the forge refuse the place after all.
    package var summaryLine: String

    package init(
        identity: String, path: String, isOnOldSide: Bool, startLine: Int?, line: Int, body: String,
        summaryLine: String
    ) {
        self.identity = identity
        self.path = path
        self.isOnOldSide = isOnOldSide
        self.startLine = startLine
        self.line = line
        self.body = body
        self.summaryLine = summaryLine
    }
}

/// The check run, or the commit status where there is only a personal token.
package struct DraftCheck: Sendable, Hashable, Codable {
    package enum Conclusion: String, Sendable, Hashable, Codable { case success, neutral, failure }

    package struct Annotation: Sendable, Hashable, Codable {
        package enum Level: String, Sendable, Hashable, Codable { case notice, warning, failure }

        package var path: String
        package var startLine: Int
        package var endLine: Int
        package var level: Level
        package var title: String
        package var message: String

        package init(path: String, startLine: Int, endLine: Int, level: Level, title: String, message: String) {
            self.path = path
            self.startLine = startLine
            self.endLine = endLine
            self.level = level
            self.title = title
            self.message = message
        }
    }

    package var conclusion: Conclusion
    /// One line, also the commit status's description.
    package var title: String
    /// Markdown.
    package var summary: String
    package var annotations: [Annotation]

    package init(conclusion: Conclusion, title: String, summary: String, annotations: [Annotation]) {
        self.conclusion = conclusion
        self.title = title
        self.summary = summary
        self.annotations = annotations
    }
}

package struct DraftReply: Sendable, Hashable, Codable {
    /// Of the own comment that is answered.
    package var commentID: Int64
    package var body: String
    /// Names the answer among those of the draft, for writing it once.
    package var identity: String

    package init(commentID: Int64, body: String, identity: String) {
        self.commentID = commentID
        self.body = body
        self.identity = identity
    }
}

/// What publishing came to.
package struct Publication: Sendable, Hashable, Codable {
    /// The submitted review; nil when there was none to submit.
    package var reviewID: Int64?
    package var summaryCommentID: Int64?
    package var checkRunID: Int64?
    /// The comment of each finding that stands at its line, by identity.
    package var commentIDs: [String: Int64]
    /// Identities of findings whose place the forge refused; they stand in the summary.
    package var refused: [String]
    /// What could not be done, e.g. for lack of a permission, for the log and the cost report.
    package var notes: [String]

    package init(
        reviewID: Int64? = nil, summaryCommentID: Int64? = nil, checkRunID: Int64? = nil,
        commentIDs: [String: Int64] = [:], refused: [String] = [], notes: [String] = []
    ) {
        self.reviewID = reviewID
        self.summaryCommentID = summaryCommentID
        self.checkRunID = checkRunID
        self.commentIDs = commentIDs
        self.refused = refused
        self.notes = notes
    }
}

/// Keeps what each step of a publication came to, durably, before the next is taken.
package protocol PublicationLog: Sendable {
    /// Ids by step name, as recorded so far for a key.
    func steps(of key: String) async throws -> [String: String]
    /// Durable when it returns.
    func record(_ step: String, _ value: String, of key: String) async throws
}
