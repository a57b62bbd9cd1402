package import Domain
import Glibc

/// Time that goes on from where the system's clock stood when the process began, whatever is done to that clock since.
///
/// For deadlines, pauses and how long something is good for: a clock that is put right must not end a review or make a
/// limit last for days. What is kept in a store, and compared with other processes, goes by `SystemClock`.
package struct SteadyClock: WallClock {
    private struct Origin {
        let wall = SystemClock().now()
        let elapsed = SteadyClock.elapsed()
    }

    private static let origin = Origin()

    package init() {}

    package func now() -> Instant {
        let origin = Self.origin
        return origin.wall.advanced(bySeconds: Self.elapsed() - origin.elapsed)
    }

    /// Seconds; they go on while the machine sleeps.
    private static func elapsed() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
