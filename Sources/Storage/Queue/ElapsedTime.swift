package import Domain
import Glibc

/// Seconds that pass whatever is done to the wall clock, counted from some moment.
package struct ElapsedTime: Sendable {
    let seconds: @Sendable () -> Double

    /// The system's. It stands still while the machine sleeps, as its workers do.
    package static let system = ElapsedTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// As a wall clock says, for tests that move it: then no movement is a jump.
    package static func following(_ clock: any WallClock) -> ElapsedTime {
        ElapsedTime { Double(clock.now().milliseconds) / 1000 }
    }

    package init(seconds: @escaping @Sendable () -> Double) {
        self.seconds = seconds
    }
}
