import Domain
import HTTPTypes
import Synchronization

/// Tells whether the service can work. The store is asked at most once a second, however often people ask.
final class HealthDesk: Sendable {
    private struct Known {
        var at: ContinuousClock.Instant
        var problem: String?
    }

    private let queue: any JobQueue
    private let readiness: @Sendable () async -> String?
    private let isShuttingDown: Live<Bool>
    private let troubleSince: Live<ContinuousClock.Instant?>
    private let known = Mutex<Known?>(nil)

    init(
        queue: any JobQueue, readiness: @escaping @Sendable () async -> String?, isShuttingDown: Live<Bool>,
        troubleSince: Live<ContinuousClock.Instant?>
    ) {
        self.queue = queue
        self.readiness = readiness
        self.isShuttingDown = isShuttingDown
        self.troubleSince = troubleSince
    }

    /// How long a delivery that was not stored keeps others away; then one may show whether the store has recovered.
    private static let troubleLasts = Duration.seconds(10)

    func ready() async -> HTTPAnswer {
        if isShuttingDown.value { return .text(.serviceUnavailable, "shutting down") }
        let now = ContinuousClock.now
        if let since = troubleSince.value, now - since < Self.troubleLasts {
            return .text(.serviceUnavailable, "the store did not take a delivery")
        }
        if let known = known.withLock({ $0 }), now - known.at < .seconds(1) { return Self.answer(known.problem) }
        let problem = await problem()
        known.withLock { $0 = Known(at: now, problem: problem) }
        return Self.answer(problem)
    }

    private func problem() async -> String? {
        do {
            _ = try await queue.counts()
        } catch {
            return "the queue cannot be read"
        }
        return await readiness()
    }

    private static func answer(_ problem: String?) -> HTTPAnswer {
        problem.map { .text(.serviceUnavailable, $0) } ?? .text(.ok, "ready")
    }
}
