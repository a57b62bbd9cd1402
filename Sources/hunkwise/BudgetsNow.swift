import ConfigurationFiles
import Domain
import Reviewing
import Routing
import Storage

/// The budgets of a review as the books show them now, and how windows are shared out.
struct BudgetsNow {
    let claims: [NamedClaim]
    let standings: [BudgetStanding]
    /// What this very review was charged before it broke off: it was for the same plan.
    let own: Money
    let paces: [PacedWindow]

    /// How far back earlier changes are looked at, in days.
    static let daysOfRecord = 28.0

    init(
        _ configuration: Configuration, _ subjects: BudgetSubjects, claims: [NamedClaim], ledger: SQLiteLedger,
        history: ReviewHistory,
        now: Instant
    ) async throws(Failure) {
        self.claims = claims
        do {
            standings = try await ledger.standings(of: claims.map(\.claim))
            own = try await ledger.charged(toReview: subjects.review)
            paces =
                configuration.budgets.pace == .smooth
                ? try await Self.paces(Array(zip(claims, standings)), own: own, history, now) : []
        } catch {
            throw Books.failure(error)
        }
    }

    var bounds: [BudgetBound] {
        zip(claims, standings).map { claim, standing in
            BudgetBound(
                name: claim.name, limit: standing.claim.limit, spent: max(.zero, standing.spent - own),
                held: standing.held, model: claim.provider)
        }
    }

    private static func paces(
        _ budgets: [(NamedClaim, BudgetStanding)], own: Money, _ history: ReviewHistory, _ now: Instant
    ) async throws -> [PacedWindow] {
        var paces: [PacedWindow] = []
        let since = now.advanced(bySeconds: -daysOfRecord * 86_400)
        for (named, standing) in budgets where named.claim.window != .none {
            let claim = named.claim
            let values = try await history.expectedValues(
                since: since, repository: claim.scope == .repository ? claim.subject : nil,
                organisation: claim.scope == .organisation ? claim.subject : nil)
            let first = values.compactMap { CalendarDay($0.day) }.min()
            let today = CalendarDay(unixSeconds: now.unixSeconds)
            let record = first.map { first in
                PacedWindow.Record(
                    days: Double(today.number - first.number + 1), value: values.reduce(.zero) { $0 + $1.value })
            }
            paces.append(
                PacedWindow(
                    name: named.name, limit: standing.claim.limit, spent: max(.zero, standing.spent - own),
                    held: standing.held, model: named.provider, secondsLeft: claim.window.secondsLeft(at: now),
                    record: record))
        }
        return paces
    }
}

extension BudgetWindow {
    /// Until the window that holds at `now` ends, in UTC.
    fileprivate func secondsLeft(at now: Instant) -> Double {
        let today = CalendarDay(unixSeconds: now.unixSeconds)
        let days: Int
        switch self {
        case .none: return .infinity
        case .day: days = 1
        // 1970-01-01 was a Thursday; weeks begin on Monday.
        case .week: days = 7 - ((today.number + 3) % 7 + 7) % 7
        case .month:
            let month = today.text.prefix(7)
            days = (1...31).first { CalendarDay(number: today.number + $0).text.prefix(7) != month } ?? 31
        }
        let end = Instant(milliseconds: Int64(today.number + days) * 86_400_000)
        return max(0, end.seconds(since: now))
    }
}
