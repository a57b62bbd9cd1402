package import Domain
import FoundationEssentials
import GRDB

/// The outbox: what reviews have to say is kept before anything of it is written to the forge, and each step of the
/// writing as it is taken. One publication of a key exists, so that a head is reviewed in public once.
///
/// Everything is on the disk when a function returns. Errors are `StoreError`, and `MemoryProblem` for what is too large.
/// Publications are kept for ninety days after their last change (`Store.sweep`).
package final class PublicationStore: PublicationLog {
    private let store: Store
    private let clock: any WallClock

    /// As JSON, in bytes.
    static let largestDraft = 4_194_304

    package init(store: Store, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    // MARK: Drafts

    /// Keeps a draft and, in the same step, what its review leaves behind.
    ///
    /// A draft of the same key that is only observed gives way to this one. Any other stays as it is, and nothing is kept.
    ///
    /// - Returns: What now stands under the key, and whether it is this draft.
    package func keep(
        _ draft: Draft, review: String, mode: PublicationMode, memory: ChangeUpdate? = nil
    ) async throws -> (publication: StoredPublication, isNew: Bool) {
        try memory?.check()
        let json = try Self.encoder.encode(draft)
        if json.count > Self.largestDraft { throw MemoryProblem.draftTooLarge(bytes: json.count) }
        let now = clock.now()
        return try await store.write { database in
            let known = try Row.fetchOne(
                database, sql: "SELECT * FROM publications WHERE key = ?", arguments: [draft.key])
            if let known, known["state"] != PublicationState.observed.rawValue {
                return (try Self.publication(known), false)
            }
            let state = mode == .observe ? PublicationState.observed : .pending
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO publications
                        (key, review, change, repository, head, mode, state, created_at, changed_at, draft)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    draft.key, review, draft.address.key, draft.address.repository.description, draft.head,
                    mode.rawValue, state.rawValue, now.milliseconds, now.milliseconds, json,
                ])
            if let memory { try MemoryTransaction(database: database, now: now).apply(memory) }
            let row = try Row.fetchOne(
                database, sql: "SELECT * FROM publications WHERE key = ?", arguments: [draft.key])
            guard let row else { throw StoreDamage(what: "a publication was not kept") }
            return (try Self.publication(row), true)
        }
    }

    package func publication(_ key: String) async throws -> StoredPublication? {
        try await store.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM publications WHERE key = ?", arguments: [key])
                .map(Self.publication)
        }
    }

    /// Of a review whose id begins so, for what people type.
    package func publications(ofReview beginning: String) async throws -> [PublicationRecord] {
        if beginning.isEmpty { return [] }
        return try await records("review >= ?1 AND review < ?1 || char(1114111)", [beginning])
    }

    /// Latest first; of one change where it is given.
    package func publications(
        in state: PublicationState, change: String? = nil, limit: Int = 1000
    ) async throws -> [PublicationRecord] {
        try await records("state = ? AND change = coalesce(?, change)", [state.rawValue, change], limit: limit)
    }

    /// Whether a review of this very head stands on the forge.
    ///
    /// - Parameter change: `ChangeAddress.key`.
    package func hasReview(of change: String, at head: String) async throws -> Bool {
        try await store.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT 1 FROM publications WHERE change = ? AND head = ? AND state = 'published'
                        AND result ->> '$.reviewID' IS NOT NULL
                    """, arguments: [change, head]) != nil
        }
    }

    /// Begins to publish what was observed, or what failed. False when it is published or there is none; one that is
    /// pending is gone on with.
    package func begin(_ key: String) async throws -> Bool {
        let now = clock.now()
        return try await store.write { database in
            try database.execute(
                sql: """
                    UPDATE publications SET state = 'pending', mode = 'publish', reason = NULL, changed_at = ?
                    WHERE key = ? AND state <> 'published'
                    """, arguments: [now.milliseconds, key])
            return database.changesCount > 0
        }
    }

    /// Ends a publication and, in the same step, remembers the comments of its findings. False when it is not pending.
    package func finish(_ key: String, _ publication: Publication) async throws -> Bool {
        let now = clock.now()
        let json = String(decoding: try Self.encoder.encode(publication), as: UTF8.self)
        return try await store.write { database in
            try database.execute(
                sql: """
                    UPDATE publications SET state = 'published', result = ?, reason = NULL, changed_at = ?
                    WHERE key = ? AND state = 'pending'
                    """, arguments: [json, now.milliseconds, key])
            if database.changesCount == 0 { return false }
            let change = try String.fetchOne(
                database, sql: "SELECT change FROM publications WHERE key = ?", arguments: [key])
            if let change {
                try MemoryTransaction(database: database, now: now).place(publication.commentIDs, change: change)
            }
            return true
        }
    }

    /// Gives a publication up. False when it is not pending.
    package func fail(_ key: String, reason: String) async throws -> Bool {
        let now = clock.now()
        return try await store.write { database in
            try database.execute(
                sql: """
                    UPDATE publications SET state = 'failed', reason = ?, changed_at = ?
                    WHERE key = ? AND state = 'pending'
                    """, arguments: [printableLine(reason), now.milliseconds, key])
            return database.changesCount > 0
        }
    }

    private func records(
        _ condition: String, _ arguments: StatementArguments, limit: Int = 1000
    ) async throws -> [PublicationRecord] {
        let most = min(max(0, limit), 10_000)
        return try await store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(PublicationRecord.columns) FROM publications WHERE \(condition)
                    ORDER BY created_at DESC, key LIMIT \(most)
                    """, arguments: arguments
            ).map(PublicationRecord.init)
        }
    }

    private static func publication(_ row: Row) throws -> StoredPublication {
        let record = try PublicationRecord(row)
        do {
            let draft = try JSONDecoder().decode(Draft.self, from: row["draft"] as Data)
            let result = try (row["result"] as String?).map {
                try JSONDecoder().decode(Publication.self, from: Data($0.utf8))
            }
            return StoredPublication(record: record, draft: draft, result: result)
        } catch {
            throw StoreDamage(what: "the publication \(printableLine(record.key, atMost: 100)) cannot be read")
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    // MARK: Steps

    package func steps(of key: String) async throws -> [String: String] {
        try await store.read { database in
            var steps: [String: String] = [:]
            for row in try Row.fetchAll(
                database, sql: "SELECT step, value FROM publication_steps WHERE key = ?", arguments: [key])
            {
                steps[row["step"]] = row["value"]
            }
            return steps
        }
    }

    /// A step that is recorded again has the later value.
    package func record(_ step: String, _ value: String, of key: String) async throws {
        let now = clock.now()
        try await store.write { database in
            try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO publication_steps (key, step, value, at) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [key, step, value, now.milliseconds])
        }
    }
}
