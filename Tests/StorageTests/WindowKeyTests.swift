import Domain
import Storage
import Testing

@Suite("Windows of budgets")
struct WindowKeyTests {
    /// Weeks by `date -u -d DATE +%G-W%V`.
    @Test(
        "a moment falls in its day, ISO week and month, in UTC",
        arguments: [
            (1_795_262_400_000 as Int64, "2026-11-21", "2026-W47"), (0, "1970-01-01", "1970-W01"),
            (-1, "1969-12-31", "1970-W01"), (86_399_999, "1970-01-01", "1970-W01"),
            (1_709_164_800_000, "2024-02-29", "2024-W09"),
            (1_735_603_200_000, "2024-12-31", "2025-W01"), (1_609_459_200_000, "2021-01-01", "2020-W53"),
            (1_672_531_199_999, "2022-12-31", "2022-W52"), (1_672_531_200_000, "2023-01-01", "2022-W52"),
            (4_102_444_799_999, "2099-12-31", "2099-W53"),
        ])
    func keys(milliseconds: Int64, day: String, week: String) {
        let instant = Instant(milliseconds: milliseconds)
        #expect(BudgetWindow.day.key(at: instant) == "day:" + day)
        #expect(BudgetWindow.week.key(at: instant) == "week:" + week)
        #expect(BudgetWindow.month.key(at: instant) == "month:" + day.prefix(7))
        #expect(BudgetWindow.none.key(at: instant) == "none")
    }

    @Test("every day from 1600 to 2400 comes back from its date")
    func roundTrip() {
        var previous = ""
        for day in -135_140...157_054 {
            let date = CivilDate(daysSince1970: day)
            #expect(CivilDate.daysSince1970(year: date.year, month: date.month, day: date.day) == day)
            #expect(date.text > previous)
            previous = date.text
        }
    }
}
