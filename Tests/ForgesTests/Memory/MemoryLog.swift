import Domain
import Synchronization

/// A publication log in memory that can die at a step, before or after writing it.
final class MemoryLog: PublicationLog {
    struct Killed: Error {}

    private struct State {
        var entries: [String: [String: String]] = [:]
        var records = 0
        var dyingAt: Int?
        var writesBeforeDying = false
    }

    private let state = Mutex(State())

    /// - Parameter index: of the record, counted from 0; nil: it lives.
    func die(at index: Int?, written: Bool = false) {
        state.withLock {
            $0.dyingAt = index
            $0.writesBeforeDying = written
        }
    }

    var records: Int { state.withLock { $0.records } }

    func steps(of key: String) async throws -> [String: String] {
        state.withLock { $0.entries[key] ?? [:] }
    }

    func record(_ step: String, _ value: String, of key: String) async throws {
        try state.withLock { state in
            defer { state.records += 1 }
            let dies = state.dyingAt == state.records
            if !dies || state.writesBeforeDying { state.entries[key, default: [:]][step] = value }
            if dies { throw Killed() }
        }
    }
}
