import ModelServer
import Synchronization

/// The primary limit (requests an hour) and the secondary one (new content a minute), for each token's owner.
final class RateLimits: Sendable {
    private struct Window {
        var start: Int
        var used = 0
    }

    private struct State {
        var hours: [String: Window] = [:]
        var minutes: [String: Window] = [:]
    }

    struct Standing: Sendable {
        var limit: Int
        var used: Int
        var reset: Int

        var remaining: Int { max(0, limit - used) }

        var headers: [Header] {
            [
                Header("X-RateLimit-Limit", String(limit)), Header("X-RateLimit-Remaining", String(remaining)),
                Header("X-RateLimit-Used", String(min(used, limit))), Header("X-RateLimit-Reset", String(reset)),
                Header("X-RateLimit-Resource", "core"),
            ]
        }

        var json: JSON {
            [
                "limit": .integer(limit), "used": .integer(min(used, limit)), "remaining": .integer(remaining),
                "reset": .integer(reset),
            ]
        }
    }

    private let state = Mutex(State())
    private let limits: ServiceLimits

    init(_ limits: ServiceLimits) { self.limits = limits }

    /// Counts a request; with 0 it only looks.
    func take(_ count: Int, of actor: Actor, now: Int) -> Standing {
        var limit = limits.requestsPerHour
        if case .nobody = actor.kind { limit = limits.anonymousRequestsPerHour }
        return state.withLock { state in
            var window = state.hours[actor.bucket] ?? Window(start: now)
            if now >= window.start + 3600 { window = Window(start: now) }
            window.used += count
            state.hours[actor.bucket] = window
            return Standing(limit: limit, used: window.used, reset: window.start + 3600)
        }
    }

    /// Counts new content; whether it was within the limit.
    func takeContent(of actor: Actor, now: Int) -> Bool {
        guard let limit = limits.contentPerMinute else { return true }
        return state.withLock { state in
            var window = state.minutes[actor.bucket] ?? Window(start: now)
            if now >= window.start + 60 { window = Window(start: now) }
            guard window.used < limit else { return false }
            window.used += 1
            state.minutes[actor.bucket] = window
            return true
        }
    }

    var secondaryRefusal: Refusal {
        var refusal = Refusal.secondaryLimit
        if limits.secondaryAnswersTooMany { refusal.status = 429 }
        refusal.headers = [Header("Retry-After", String(limits.secondaryWait))]
        return refusal
    }

    func primaryRefusal(of actor: Actor) -> Refusal {
        .forbidden("API rate limit exceeded for \(actor.bucket).")
    }
}
