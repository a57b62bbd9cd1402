package import Domain
import Glibc

/// The system's clock in UTC.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// Time and chance, so that tests can decide both.
package struct Timing: Sendable {
    package let clock: any WallClock
    /// The ledger's: where `clock` is steady, that may have been moved meanwhile.
    package let books: any WallClock
    /// Waits for so many seconds; throws when the task is cancelled.
    package var sleep: @Sendable (Double) async throws -> Void
    /// Waits between two signs of life of a running call; as `sleep`.
    package var beat: @Sendable (Double) async throws -> Void
    /// From 0 up to 1.
    package var random: @Sendable () -> Double

    package init(
        clock: any WallClock = SystemClock(), books: (any WallClock)? = nil,
        sleep: @escaping @Sendable (Double) async throws -> Void = {
            try await Task.sleep(nanoseconds: UInt64(min(max($0, 0), 86_400) * 1_000_000_000))
        }, beat: (@Sendable (Double) async throws -> Void)? = nil,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.clock = clock
        self.books = books ?? clock
        self.sleep = sleep
        self.beat = beat ?? sleep
        self.random = random
    }
}

extension Timing {
    var generator: InjectedChance { InjectedChance(draw: random) }
}

/// The standard library's generators draw from an injected source.
struct InjectedChance: RandomNumberGenerator {
    let draw: @Sendable () -> Double

    mutating func next() -> UInt64 {
        // Two draws of 32 bits: a Double holds 53.
        let high = UInt64(min(max(draw(), 0), 0.999_999_999) * 4_294_967_296)
        let low = UInt64(min(max(draw(), 0), 0.999_999_999) * 4_294_967_296)
        return high << 32 | low
    }
}
