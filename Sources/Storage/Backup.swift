import GRDB
import Glibc

extension Store {
    /// Copies the database into a new file, as of one moment, while others go on reading and writing.
    ///
    /// The copy is made under the name `destination` + ".partial", checked, and on the disk before it gets its own name: a
    /// file of that name is whole, whatever happens meanwhile. What a crash leaves of a copy gives way to the next.
    ///
    /// - Parameter destination: A file that does not exist yet; made for its owner's eyes only.
    package func backup(to destination: String) async throws(StoreError) {
        do {
            // A connection of its own: copying takes a while, and nobody who writes is to wait for it.
            var configuration = Configuration()
            configuration.readonly = true
            let reader = try DatabaseQueue(path: path, configuration: configuration)
            let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
                reader.asyncWriteWithoutTransaction { [path] database in
                    continuation.resume(returning: Result { try Self.copy(database, at: path, to: destination) })
                }
            }
            try result.get()
        } catch {
            throw StoreError(error, path: destination)
        }
    }

    private static func copy(_ database: Database, at path: String, to destination: String) throws {
        try refuse(destination)
        // Open until the end, as it holds the lock.
        let turnstile = Turnstile(besides: path)
        if let turnstile, !turnstile.beginBackup() {
            throw StoreError(.locked, path: destination, cause: "another backup of the database is being made")
        }
        let partial = destination + ".partial"
        remove(partial)
        do {
            try StoreFile.prepare(partial)
            try database.execute(sql: "VACUUM INTO ?", arguments: [partial])
            let health = try inspect(path: partial)
            if let problem = health?.problems.first {
                throw StoreError(.damaged, path: destination, cause: "the copy: \(problem)")
            }
            try StoreFile.synchronise(partial)
            try refuse(destination)
            if rename(partial, destination) != 0 {
                throw StoreError(.notWritable, path: destination, cause: StoreFile.lastError())
            }
        } catch {
            remove(partial)
            throw error
        }
        try StoreFile.synchronise(StoreFile.directory(of: destination))
    }

    /// With its journal, which SQLite would else apply to the next file of that name.
    private static func remove(_ partial: String) {
        unlink(partial + "-journal")
        unlink(partial)
    }

    private static func refuse(_ destination: String) throws(StoreError) {
        if StoreFile.exists(destination) {
            throw StoreError(.notWritable, path: destination, cause: "there is a file of that name")
        }
    }
}
