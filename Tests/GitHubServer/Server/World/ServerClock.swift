import Glibc
import Synchronization

/// What time the server thinks it is: the machine's, or one that stands still until it is moved.
package final class ServerClock: Sendable {
    private let state: Mutex<(fixed: Int?, shift: Int)>

    /// Follows the machine's clock.
    package init() { state = Mutex((nil, 0)) }

    /// Stands at so many seconds since 1970.
    package init(standingAt seconds: Int) { state = Mutex((seconds, 0)) }

    /// Seconds since 1970.
    package func now() -> Int {
        state.withLock { ($0.fixed ?? time(nil)) + $0.shift }
    }

    package func advance(bySeconds seconds: Int) { state.withLock { $0.shift += seconds } }
}
