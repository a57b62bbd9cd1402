import Domain
import Reviewing
import Synchronization

/// Hands out the numbers of calls and counts what became of them.
final class Tally: Sendable {
    private struct State {
        var next: Int
        var made = 0
        var stored = 0
        var unaffordable = 0
        var timedOut = 0
        var failed = 0
        var problems: Set<String> = []
    }

    private let state: Mutex<State>
    private let end: Int

    init(first: Int, end: Int) {
        state = Mutex(State(next: first))
        self.end = end
    }

    func next() -> Int? {
        state.withLock { state in
            guard state.next < end else { return nil }
            state.next += 1
            return state.next - 1
        }
    }

    func note(_ result: CallResult) {
        state.withLock { state in
            switch result {
            case .stored: state.stored += 1
            case .made(let records):
                state.made += 1
                if case .failure(let failure)? = records.last?.outcome.result {
                    state.problems.insert(failure.kind.rawValue)
                }
            case .unaffordable: state.unaffordable += 1
            case .timedOut: state.timedOut += 1
            }
        }
    }

    func note(_ error: any Error) {
        state.withLock { state in
            state.failed += 1
            state.problems.insert("\(error)")
        }
    }

    /// One line.
    var summary: String {
        state.withLock { state in
            "made \(state.made) stored \(state.stored) unaffordable \(state.unaffordable) timed out \(state.timedOut) "
                + "failed \(state.failed) \(state.problems.sorted().joined(separator: "; "))"
        }
    }
}
