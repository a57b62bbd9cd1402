package import Domain
import GRDB

/// Whether a draft is to be written to the forge.
package enum PublicationMode: String, Sendable, Hashable, CaseIterable {
    /// It is kept for people to look at.
    case observe
    case publish
}

package enum PublicationState: String, Sendable, Hashable, CaseIterable {
    /// Kept only.
    case observed
    /// To be written; after a crash, to be gone on with.
    case pending
    case published
    /// Given up; it can be begun again.
    case failed
}

/// What is kept of a publication beside its draft.
package struct PublicationRecord: Sendable, Hashable {
    package var key: String
    /// The review's id, as in the ledger.
    package var review: String
    /// `ChangeAddress.key`.
    package var change: String
    package var repository: String
    package var head: String
    package var mode: PublicationMode
    package var state: PublicationState
    package var createdAt: Instant
    package var changedAt: Instant
    /// Why it failed.
    package var reason: String?

    static let columns = "key, review, change, repository, head, mode, state, created_at, changed_at, reason"

    init(_ row: Row) throws {
        guard let mode = PublicationMode(rawValue: row["mode"]), let state = PublicationState(rawValue: row["state"])
        else { throw StoreDamage(what: "a publication is of an unknown kind") }
        key = row["key"]
        review = row["review"]
        change = row["change"]
        repository = row["repository"]
        head = row["head"]
        self.mode = mode
        self.state = state
        createdAt = Instant(milliseconds: row["created_at"])
        changedAt = Instant(milliseconds: row["changed_at"])
        reason = row["reason"]
    }
}

/// A publication with its draft, and what it came to once it is published.
package struct StoredPublication: Sendable, Hashable {
    package var record: PublicationRecord
    package var draft: Draft
    package var result: Publication?
}
