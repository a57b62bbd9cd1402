package import Domain
import GRDB

/// Counts how often somebody did something lately, and refuses what is too often. For money see the ledger's scopes
/// `author` and `outsiders`, which hold before they spend.
package final class Takings: Sendable {
    private let store: Store
    private let clock: any WallClock

    /// The longest span that is looked at, in seconds: a day.
    static let longestSpan = 86_400.0

    package init(store: Store, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    /// Takes one more, in one step, if less than `limit` were taken within the last `seconds` (at most a day).
    ///
    /// - Parameters:
    ///   - kind: What is limited, "command".
    ///   - subject: Whose it is: of one person and change, say.
    /// - Returns: False when it was too often already; then nothing was taken.
    package func take(_ kind: String, _ subject: String, limit: Int, within seconds: Double) async throws -> Bool {
        let now = clock.now()
        let span = seconds.isFinite ? min(max(seconds, 0), Self.longestSpan) : Self.longestSpan
        let since = now.advanced(bySeconds: -span)
        return try await store.write { database in
            // What was taken in what is now the future was taken now at the latest: the clock was put back.
            try database.cachedStatement(sql: "UPDATE takings SET at = ?1 WHERE kind = ?2 AND subject = ?3 AND at > ?1")
                .execute(arguments: [now.milliseconds, kind, subject])
            let taken = try Int.fetchOne(
                database.cachedStatement(
                    sql: "SELECT count(*) FROM takings WHERE kind = ? AND subject = ? AND at > ?"),
                arguments: [kind, subject, since.milliseconds])
            guard let taken, taken < limit else { return false }
            try database.cachedStatement(sql: "INSERT INTO takings (kind, subject, at) VALUES (?, ?, ?)")
                .execute(arguments: [kind, subject, now.milliseconds])
            return true
        }
    }
}
