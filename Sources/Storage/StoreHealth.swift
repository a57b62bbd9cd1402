import GRDB

/// What a look at the database found.
package struct StoreHealth: Equatable, Sendable {
    package var path: String
    /// For example "3.40.1".
    package var sqliteVersion: String
    /// "wal" for a database of ours.
    package var journalMode: String
    package var schemaVersion: Int
    /// Thirty-two hexadecimal digits, drawn when the database was made; nil before the first migration.
    package var installationID: String?
    /// What SQLite's quick check found wrong; empty for a sound database.
    package var problems: [String]

    init(reading database: Database, path: String) throws {
        self.path = path
        sqliteVersion = try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? "unknown"
        journalMode = try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "unknown"
        schemaVersion = try Schema.version(of: database)
        installationID =
            try database.tableExists("meta")
            ? String.fetchOne(database, sql: "SELECT installation_id FROM meta WHERE id = 1") : nil
        problems = try String.fetchAll(database, sql: "PRAGMA quick_check(20)").filter { $0 != "ok" }
    }
}
