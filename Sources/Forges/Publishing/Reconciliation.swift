/// Effects that must come about once, though answers get lost and processes die.
struct Reconciliation: Sendable {
    private static let attempts = 3

    let sender: RequestSender

    /// Does it, or finds that it was done.
    ///
    /// Nothing is done again before a look at the forge shows that it was not done, and the time is over in which a
    /// request whose answer was lost may still come into effect.
    func once<Value: Sendable>(
        find: () async throws(APIFailure) -> Value?, make: () async throws(APIFailure) -> Value
    ) async throws(APIFailure) -> Value {
        if let value = try await find() { return value }
        return try await made(find: find, make: make)
    }

    /// As `once`, where it is known that it was not done before.
    func made<Value: Sendable>(
        find: () async throws(APIFailure) -> Value?, make: () async throws(APIFailure) -> Value
    ) async throws(APIFailure) -> Value {
        var attempt = 0
        while true {
            attempt += 1
            do throws(APIFailure) {
                return try await make()
            } catch {
                guard error.mayHaveHappened else { throw error }
                for pause in pauses {
                    try await sender.wait(pause)
                    if let value = try await find() { return value }
                }
                guard attempt < Self.attempts else { throw error }
            }
        }
    }

    /// From one look at the forge to the next, until a lost request is surely over.
    private var pauses: [Double] {
        let whole = max(sender.limits.settlingSeconds, 0)
        return [0.1, 0.3, 0.6].map { $0 * whole }
    }
}
