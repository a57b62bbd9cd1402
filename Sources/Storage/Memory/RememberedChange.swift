package import Domain
import GRDB

/// What is remembered of a change between its reviews.
package struct RememberedChange: Sendable, Hashable {
    /// With the repository's name as last seen.
    package var address: ChangeAddress
    /// Of the last review that ended; nil before it.
    package var review: LastReview?
    /// Who paused it (`/hunkwise pause`); nil: it is not paused.
    package var pausedBy: String?
    /// Categories that people gave, by path or by a hunk's fingerprint.
    package var categories: [String: Category]
    /// The change's own budget, where somebody gave one.
    package var budget: Money?
    package var touchedAt: Instant
}

/// The last review of a change.
package struct LastReview: Sendable, Hashable {
    /// The head's object id.
    package var head: String
    package var policyVersion: String
    package var endedAt: Instant?

    /// - Parameter endedAt: Set when it is kept.
    package init(head: String, policyVersion: String, endedAt: Instant? = nil) {
        self.head = head
        self.policyVersion = policyVersion
        self.endedAt = endedAt
    }
}

/// A hunk that needs no other look while its key stays the same.
package struct ReviewedHunk: Sendable, Hashable {
    /// The digest of its reviewed key.
    package var key: String
    /// At which it was looked at.
    package var head: String
    /// False: by the static rules alone.
    package var isByModel: Bool

    package init(key: String, head: String, isByModel: Bool) {
        self.key = key
        self.head = head
        self.isByModel = isByModel
    }
}

extension RememberedChange {
    init?(_ row: Row, categories: [Row]) {
        guard let repository = RepositoryName(row["repository"] as String) else { return nil }
        address = ChangeAddress(
            forge: row["forge"], repositoryID: row["repository_id"], repository: repository, number: row["number"])
        if let head: String = row["head"] {
            review = LastReview(
                head: head, policyVersion: row["policy_version"] ?? "",
                endedAt: (row["reviewed_at"] as Int64?).map(Instant.init(milliseconds:)))
        }
        pausedBy = row["paused_by"]
        budget = (row["budget"] as Int64?).map(Money.init(picodollars:))
        touchedAt = Instant(milliseconds: row["touched_at"])
        self.categories = [:]
        for row in categories {
            // A category of a later version is none of ours.
            self.categories[row["subject"]] = Category(rawValue: row["category"])
        }
    }
}
