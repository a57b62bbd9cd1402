import Domain
import Synchronization
import TestKit

@testable import Reviewing

/// Time that passes only by waiting: whoever sleeps moves the clock.
final class TestTime: Sendable {
    /// 2026-11-21 12:00 UTC.
    static let noon = Instant(milliseconds: 1_795_262_400_000)

    let clock = ManualClock(TestTime.noon)
    private let waits = Mutex<[Double]>([])

    /// Every wait, in seconds, without those of heartbeats.
    var slept: [Double] { waits.withLock { $0 } }
    /// Seconds since the beginning.
    var passed: Double { clock.now().seconds(since: Self.noon) }

    var timing: Timing {
        Timing(clock: clock, sleep: { [self] in try await sleep($0) }, beat: TestTime.noBeat, random: { 0.5 })
    }

    /// Calls end before they have to give a sign of life.
    static let noBeat: @Sendable (Double) async throws -> Void = { _ in try await Task.sleep(for: .seconds(3600)) }

    private func sleep(_ seconds: Double) async throws {
        try Task.checkCancellation()
        waits.withLock { $0.append(seconds) }
        clock.advance(bySeconds: seconds)
        await Task.yield()
    }
}

/// Time that stands still: whoever sleeps is parked until the task is cancelled.
actor ParkedTime {
    private let clock: ManualClock
    private var count = 0
    private var watcher: (count: Int, continuation: CheckedContinuation<Void, Never>)?

    init(_ clock: ManualClock) {
        self.clock = clock
    }

    nonisolated var timing: Timing {
        Timing(
            clock: clock,
            sleep: { [self] seconds in
                if seconds < 0.01 { return await Task.yield() }
                await park()
                try await Task.sleep(for: .seconds(3600))
            }, beat: TestTime.noBeat, random: { 0.5 })
    }

    /// Waits until so many have gone to sleep.
    func parked(_ wanted: Int) async {
        if count >= wanted { return }
        await withCheckedContinuation { watcher = (wanted, $0) }
    }

    private func park() {
        count += 1
        if let watcher, count >= watcher.count {
            self.watcher = nil
            watcher.continuation.resume()
        }
    }
}
