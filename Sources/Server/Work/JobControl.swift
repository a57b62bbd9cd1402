package import Domain
import Synchronization

/// A worker's grip on its running job: keeps the lease, and tells the work to stop before its next costly step when the
/// queue, or a shutdown, says so.
package final class JobControl: Sendable {
    private struct State {
        var lease: JobLease
        var signal: JobSignal?
    }

    private let queue: any JobQueue
    private let seconds: Double
    private let state: Mutex<State>

    package init(queue: any JobQueue, lease: JobLease, seconds: Double) {
        self.queue = queue
        self.seconds = seconds
        state = Mutex(State(lease: lease))
    }

    package var lease: JobLease { state.withLock { $0.lease } }

    /// Why the work is to stop; nil while it may go on.
    package var stop: JobSignal? { state.withLock { $0.signal } }

    /// Asks the queue. A store that does not answer is no leave to spend money.
    package func mayGoOn() async -> Bool {
        if stop != nil { return false }
        guard let signal = try? await queue.heartbeat(lease, for: seconds) else { return false }
        return state.withLock { state in
            if state.signal != nil { return false }
            if case .goOn(let lease) = signal {
                state.lease = lease
                return true
            }
            state.signal = signal
            return false
        }
    }

    /// The process is to end: the job is given back at its next step.
    package func shutDown() {
        state.withLock { state in
            if state.signal == nil { state.signal = .pause(reason: "the service is shutting down") }
        }
    }

    /// Keeps the lease until the task is cancelled. A heartbeat that fails is made up for by the next.
    func keepAlive(sleep: @Sendable (Double) async throws -> Void) async {
        while !Task.isCancelled {
            do { try await sleep(seconds / 3) } catch { return }
            _ = await mayGoOn()
        }
    }
}

/// How the work on a job came out.
package enum JobEnd: Sendable, Hashable {
    case ended(JobState, reason: String?)
    /// Something outside failed: again later. `counts`: the attempt counts towards giving up.
    case later(seconds: Double, reason: String, counts: Bool)
}

/// Does jobs. It never throws: whatever happens has an end that is written down.
package protocol JobDoer: Sendable {
    func run(_ job: Job, _ control: JobControl) async -> JobEnd
}
