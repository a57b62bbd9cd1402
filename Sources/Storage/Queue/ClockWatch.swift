import Domain
import Synchronization

/// Notices when the wall clock is put forward.
final class ClockWatch: Sendable {
    private struct Look {
        var wall: Instant
        var elapsed: Double
    }

    /// Less is left to the leases' own margin, in milliseconds: clocks are often put right by a little.
    private static let tolerance: Int64 = 2000

    private let elapsed: ElapsedTime
    private let last = Mutex<Look?>(nil)

    init(_ elapsed: ElapsedTime) {
        self.elapsed = elapsed
    }

    /// By how many milliseconds the wall clock has gone ahead of the time that really passed since the last look.
    func jump(to now: Instant) -> Int64 {
        let look = Look(wall: now, elapsed: elapsed.seconds())
        return last.withLock { last in
            guard let before = last else {
                last = look
                return 0
            }
            last = look
            let passed = Int64(min(max(0, look.elapsed - before.elapsed), 1e9) * 1000)
            let (wall, isOverflow) = now.milliseconds.subtractingReportingOverflow(before.wall.milliseconds)
            if isOverflow { return 0 }
            let jump = wall - passed
            return jump > Self.tolerance ? jump : 0
        }
    }
}
