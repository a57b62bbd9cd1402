package import Domain

/// Time and chance, so that tests can decide both.
package struct ForgeTiming: Sendable {
    package var clock: any WallClock
    /// Waits for so many seconds; throws when the task is cancelled.
    package var sleep: @Sendable (Double) async throws -> Void
    /// From 0 up to 1.
    package var random: @Sendable () -> Double

    package init(
        clock: any WallClock,
        sleep: @escaping @Sendable (Double) async throws -> Void = {
            try await Task.sleep(nanoseconds: UInt64(min(max($0, 0), 86_400) * 1_000_000_000))
        }, random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.clock = clock
        self.sleep = sleep
        self.random = random
    }
}

/// How much of a forge is used, and for how long it is tried.
package struct ForgeLimits: Sendable, Hashable {
    /// Seconds that one call may take with all its repetitions and waits.
    package var patienceSeconds = 60.0
    /// Requests under way at once.
    package var concurrency = 6
    /// Comments and reviews written a second in the long run. GitHub allows about 80 a minute
    /// (docs.github.com, "Rate limits for the REST API").
    package var creationsPerSecond = 1.0
    /// How many may be written at once after a pause.
    package var creationBurst = 20.0
    /// After an answer got lost, how long the request behind it may still come into effect. GitHub ends requests after
    /// ten seconds (docs.github.com, "Troubleshooting the REST API": timeouts).
    package var settlingSeconds = 10.0
    /// Pages of a hundred that are read of a list.
    package var pages = 100

    package init() {}
}
