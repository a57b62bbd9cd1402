import GRDB

/// One step of the database's layout. Steps are never changed or removed once released, only added.
struct Migration: Sendable {
    /// From 1, without gaps.
    let version: Int
    let apply: @Sendable (Database) throws -> Void
}

/// The layout of the database and how it came to be.
enum Schema {
    /// Marks the file as ours in SQLite's header: "Hunk".
    static let applicationID = 0x4875_6E6B

    static let migrations: [Migration] = [
        Migration(version: 1) { database in
            // One row: what the installation knows about itself.
            try database.execute(
                sql: """
                    CREATE TABLE meta (
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        installation_id TEXT NOT NULL,
                        created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
                    ) STRICT
                    """)
            try database.execute(
                sql: "INSERT INTO meta (id, installation_id) VALUES (1, lower(hex(randomblob(16))))")
        },
        Migration(version: 2, apply: makeLedger),
        Migration(version: 3, apply: makeHistory),
        Migration(version: 4, apply: makeProbes),
        Migration(version: 5, apply: makeQueue),
        Migration(version: 6, apply: makeServiceMemory),
        Migration(version: 7, apply: slimQueue),
    ]

    /// The layout's version: 0 for a new file, else the last step taken.
    static func version(of database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    /// Refuses databases of other programs and of later versions.
    static func admit(_ database: Database, path: String, latest: Int) throws {
        let applicationID = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let objects = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if applicationID != Self.applicationID, applicationID != 0 || objects > 0 {
            throw StoreError(.foreignDatabase, path: path, cause: "it holds tables that Hunkwise did not make")
        }
        let found = try version(of: database)
        if found > latest {
            throw StoreError(
                .newerSchema, path: path, cause: "its schema is version \(found), this program knows up to \(latest)")
        }
    }

    /// Takes the missing steps, each in a transaction of its own together with its version number, so that an
    /// interrupted migration goes on where it stopped.
    static func migrate(_ writer: some DatabaseWriter, path: String, migrations: [Migration]) throws {
        let latest = migrations.last?.version ?? 0
        for migration in migrations {
            try writer.write { database in
                // Looked at inside the transaction: another process may have migrated meanwhile.
                try admit(database, path: path, latest: latest)
                guard try version(of: database) < migration.version else { return }
                try migration.apply(database)
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(migration.version)")
            }
        }
    }
}
