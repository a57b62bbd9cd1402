import GRDB
import Glibc

/// The embedded database: SQLite in write-ahead mode, every commit on the disk before it is reported.
///
/// Any number of threads may use one store, and any number of processes one file.
package final class Store: Sendable {
    package let path: String
    let pool: DatabasePool
    /// Nil where its companion file cannot be made.
    let turnstile: Turnstile?

    /// About how long a statement waits for another process, in seconds.
    static let busyTimeout = 5.0

    /// Opens the database, making it and its directory if they are missing, and brings its layout up to date.
    package convenience init(path: String) throws(StoreError) {
        try self.init(path: path, migrations: Schema.migrations)
    }

    init(
        path: String, migrations: [Migration] = Schema.migrations, busyTimeout: Double = Store.busyTimeout
    ) throws(StoreError) {
        try StoreFile.prepare(path)
        self.path = path
        do {
            var configuration = Configuration()
            configuration.label = "hunkwise"
            configuration.foreignKeysEnabled = true
            configuration.busyMode = Self.patient(for: busyTimeout)
            // Before the pool turns write-ahead mode on: a file that is not ours must stay as it is.
            try Self.withReader(path) { database in
                try Schema.admit(database, path: path, latest: migrations.last?.version ?? 0)
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            // Turning write-ahead mode on has relaxed the writer's setting.
            // Copying the log into the database, in 4 KiB pages: less often than by default, as those who write wait for it.
            // What a step is undone by, should it fail, needs no disk: written to a file, it was most of what was written.
            try pool.writeWithoutTransaction {
                try $0.execute(
                    sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY")
            }
            turnstile = Turnstile(besides: path)
            // Most often there is nothing to do, and no need to wait for those who write.
            if try pool.read(Schema.version) != migrations.last?.version {
                try Schema.migrate(pool, path: path, migrations: migrations)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Looks often: where processes write one after another, the database is free for moments only, and SQLite's own
    /// waiting grows to a tenth of a second between two looks.
    private static func patient(for seconds: Double) -> Database.BusyMode {
        .callback { tries in
            usleep(UInt32.random(in: 200...800))
            return Double(tries) * 0.0005 < seconds
        }
    }

    /// Reads the whole database for damage that SQLite can see.
    package func check() throws(StoreError) -> StoreHealth {
        do {
            return try pool.read { try StoreHealth(reading: $0, path: path) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Looks at a database without making or changing anything.
    ///
    /// - Returns: nil when there is no file yet.
    package static func inspect(path: String) throws(StoreError) -> StoreHealth? {
        guard StoreFile.exists(path) else { return nil }
        do {
            return try withReader(path) { database in
                try Schema.admit(database, path: path, latest: Schema.migrations.last?.version ?? 0)
                return try StoreHealth(reading: database, path: path)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Reads through a connection that cannot write. Even such a one makes companion files for a database in
    /// write-ahead mode, unless it is told that nobody else has it open, which holds while there are none.
    private static func withReader<Value>(_ path: String, _ read: (Database) throws -> Value) throws -> Value {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = patient(for: busyTimeout)
        let isAlone = !StoreFile.exists(path + "-wal") && !StoreFile.exists(path + "-shm")
        let knowsURIs =
            try DatabaseQueue().read { try Bool.fetchOne($0, sql: "SELECT sqlite_compileoption_used('USE_URI')") }
            ?? false
        let name = isAlone && knowsURIs ? StoreFile.immutableURI(path) : path
        return try DatabaseQueue(path: name, configuration: configuration).read(read)
    }
}
