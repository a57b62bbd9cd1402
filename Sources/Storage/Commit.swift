import Domain
import GRDB

/// What the steps of one commit work on. The books are opened when a step first needs them.
struct Commit {
    let database: Database
    let now: Instant
    private var books: LedgerTransaction?

    init(_ database: Database, now: Instant) {
        self.database = database
        self.now = now
    }

    mutating func withBooks<Value>(_ step: (inout LedgerTransaction) throws -> Value) throws -> Value {
        var opened = try books ?? LedgerTransaction(database, now: now)
        // Held once while the step changes it.
        books = nil
        defer { books = opened }
        return try step(&opened)
    }

    /// Writes what the books keep in memory; the last thing before the commit.
    mutating func flush() throws { try books?.flush() }
}
