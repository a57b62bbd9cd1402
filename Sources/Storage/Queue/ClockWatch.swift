import Domain
import Synchronization

/// Notices when the wall clock is put forward or back.
final class ClockWatch: Sendable {
    struct Look {
        let wall: Instant
        let elapsed: Double
        /// The latest time that steps had gone by.
        fileprivate let latest: Instant?
    }

    private struct Steps {
        /// The latest time that a step of this process has gone by, since what waits was last mended.
        var latest: Instant?
        /// What other processes went by has been seen to.
        var isMended = false
    }

    /// Less is left to the leases' own margin, in milliseconds: clocks are often put right by a little.
    private static let tolerance: Int64 = 2000

    private let elapsed: ElapsedTime
    private let last = Mutex<Look?>(nil)
    private let steps = Mutex(Steps())

    init(_ elapsed: ElapsedTime) {
        self.elapsed = elapsed
    }

    func look(at now: Instant) -> Look {
        Look(wall: now, elapsed: elapsed.seconds(), latest: steps.withLock { $0.latest })
    }

    /// By how many milliseconds the wall clock has gone ahead of the time that really passed since the look that was
    /// last remembered.
    func jump(to look: Look) -> Int64 {
        last.withLock { last in
            guard let before = last else { return 0 }
            let passed = Int64(min(max(0, look.elapsed - before.elapsed), 1e9) * 1000)
            let (wall, isOverflow) = look.wall.milliseconds.subtractingReportingOverflow(before.wall.milliseconds)
            if isOverflow { return 0 }
            let jump = wall - passed
            return jump > Self.tolerance ? jump : 0
        }
    }

    /// A step goes by this time.
    func note(_ now: Instant) {
        steps.withLock { steps in
            steps.latest = max(steps.latest ?? now, now)
        }
    }

    /// Whether steps may have been taken by a time that is yet to come. True until the first look is remembered: nobody
    /// knows what another process went by.
    func isBehind(at look: Look) -> Bool {
        steps.withLock { !$0.isMended } || look.latest.map { look.wall < $0 } ?? false
    }

    /// To be called when what a jump moved has been moved for good. A step that failed, as on a full disk, leaves the
    /// jump to the next; one that mends it twice does no harm, as leases that begin in the future begin now.
    func remember(_ look: Look) {
        last.withLock { last in
            if let before = last, before.elapsed > look.elapsed { return }
            last = look
        }
        steps.withLock { steps in
            steps.isMended = true
            // A later step may have gone by a clock that is wrong again.
            if steps.latest == look.latest { steps.latest = look.wall }
        }
    }
}
