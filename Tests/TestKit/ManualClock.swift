package import Domain
import Synchronization

/// A clock that stands still until it is moved.
package final class ManualClock: WallClock {
    private let time: Mutex<Instant>

    package init(_ time: Instant) { self.time = Mutex(time) }

    package func now() -> Instant { time.withLock { $0 } }

    package func advance(bySeconds seconds: Double) {
        time.withLock { $0 = $0.advanced(bySeconds: seconds) }
    }
}
