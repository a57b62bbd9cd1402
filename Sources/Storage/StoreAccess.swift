import GRDB

/// Reading and writing that does not stop when the task is cancelled: the books are closed in just that case.
extension Store {
    /// Reads one state of the database, whatever is written meanwhile.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            pool.asyncRead { database in
                continuation.resume(returning: Result { try work(database.get()) })
            }
        }
        return try value(result)
    }

    /// Runs in a transaction of its own, which is on the disk when this returns.
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [turnstile] database in
                turnstile?.enter()
                defer { turnstile?.leave() }
                continuation.resume(
                    returning: Result {
                        var value: Value?
                        try database.inTransaction(.immediate) {
                            value = try work(database)
                            return .commit
                        }
                        guard let value else { throw StoreDamage(what: "a transaction gave nothing") }
                        return value
                    })
            }
        }
        return try value(result)
    }

    /// Copies the database into a new file, as of one moment, while others go on writing.
    ///
    /// - Parameter destination: A file that does not exist yet; made for its owner's eyes only.
    package func backup(to destination: String) async throws(StoreError) {
        if StoreFile.exists(destination) {
            throw StoreError(.notWritable, path: destination, cause: "there is a file of that name")
        }
        try StoreFile.prepare(destination)
        let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    returning: Result { try database.execute(sql: "VACUUM INTO ?", arguments: [destination]) })
            }
        }
        do { try result.get() } catch { throw StoreError(error, path: destination) }
    }

    private func value<Value>(_ result: Result<Value, any Error>) throws(StoreError) -> Value {
        do { return try result.get() } catch { throw explained(error) }
    }

    func explained(_ error: any Error) -> StoreError {
        if let damage = error as? StoreDamage { return StoreError(.damaged, path: path, cause: damage.what) }
        return StoreError(error, path: path)
    }
}
