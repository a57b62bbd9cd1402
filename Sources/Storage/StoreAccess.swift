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

    private func value<Value>(_ result: Result<Value, any Error>) throws(StoreError) -> Value {
        do { return try result.get() } catch { throw explained(error) }
    }

    func explained(_ error: any Error) -> StoreError {
        if let damage = error as? StoreDamage { return StoreError(.damaged, path: path, cause: damage.what) }
        return StoreError(error, path: path)
    }
}
