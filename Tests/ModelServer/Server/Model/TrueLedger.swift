import Synchronization

/// What the server did and what it bills: the truth that a client's books are compared with.
package struct TrueEntry: Sendable, Hashable {
    package enum State: String, Sendable {
        /// Being worked on.
        case accepted
        /// Answered to the end.
        case finished
        /// Accepted, but the answer was cut, kept back, or the client was gone before its end. Billed all the same.
        case aborted
        /// An error without work done: not billed.
        case refused
    }

    /// From 1, in order of arrival.
    package var number: Int
    /// As the client was told it.
    package var requestID: String
    /// SHA-256 of the request's body, in hexadecimal.
    package var bodyDigest: String
    package var bodyBytes: Int
    package var model: String
    package var tokens: TrueTokens
    /// Picodollars.
    package var cost: Int64
    package var state: State
    /// Of the answer; 0 when none was given.
    package var status: Int
    /// Whether the client was told the usage in full.
    package var usageWasTold: Bool
}

/// The books of the server, in order of arrival.
package final class TrueLedger: Sendable {
    private let entries = Mutex<[TrueEntry]>([])

    package init() {}

    /// Returns the entry's number.
    func append(_ entry: TrueEntry) -> Int {
        entries.withLock { entries in
            var entry = entry
            entry.number = entries.count + 1
            entries.append(entry)
            return entry.number
        }
    }

    func close(_ number: Int, as state: TrueEntry.State, usageWasTold: Bool) {
        entries.withLock { entries in
            entries[number - 1].state = state
            entries[number - 1].usageWasTold = usageWasTold
        }
    }

    package var snapshot: [TrueEntry] { entries.withLock { $0 } }

    /// Entries that were worked on.
    package var billed: [TrueEntry] { snapshot.filter { $0.state != .refused } }

    /// Picodollars.
    package var total: Int64 { billed.reduce(0) { $0 + $1.cost } }
}

extension TrueEntry {
    /// The entry as the server's own page shows it; money as picodollars.
    package var json: JSON {
        [
            "number": .integer(number), "request_id": .string(requestID), "body_digest": .string(bodyDigest),
            "body_bytes": .integer(bodyBytes), "model": .string(model), "input": .integer(tokens.input),
            "cached_input": .integer(tokens.cachedInput), "cache_write": .integer(tokens.cacheWrite),
            "long_cache_write": .integer(tokens.longCacheWrite), "output": .integer(tokens.output),
            "reasoning": .integer(tokens.reasoning), "cost": .integer(Int(cost)), "state": .string(state.rawValue),
            "status": .integer(status), "usage_was_told": .bool(usageWasTold),
        ]
    }

    package init?(json: JSON) {
        guard let number = json["number"]?.whole, let requestID = json["request_id"]?.text,
            let digest = json["body_digest"]?.text, let bytes = json["body_bytes"]?.whole,
            let model = json["model"]?.text, let input = json["input"]?.whole, let output = json["output"]?.whole,
            let cached = json["cached_input"]?.whole, let write = json["cache_write"]?.whole,
            let long = json["long_cache_write"]?.whole, let reasoning = json["reasoning"]?.whole,
            let cost = json["cost"]?.whole, let state = json["state"]?.text.flatMap(State.init(rawValue:)),
            let status = json["status"]?.whole, let told = json["usage_was_told"]?.truth
        else { return nil }
        var tokens = TrueTokens(freshInput: input - cached - write - long, output: output)
        tokens.cachedInput = cached
        tokens.cacheWrite = write
        tokens.longCacheWrite = long
        tokens.reasoning = reasoning
        self.init(
            number: number, requestID: requestID, bodyDigest: digest, bodyBytes: bytes, model: model, tokens: tokens,
            cost: Int64(cost), state: state, status: status, usageWasTold: told)
    }
}
