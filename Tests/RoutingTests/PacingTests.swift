import Diffs
import Domain
import Testing

@testable import Routing

private let day = 86_400.0

private func dollars(_ text: String) -> Money { Money(usd: text) ?? .zero }

private func window(
    limit: String = "20", spent: String = "0", held: String = "0", days: Double, record: PacedWindow.Record? = nil
) -> PacedWindow {
    PacedWindow(
        name: "repository month", limit: dollars(limit), spent: dollars(spent), held: dollars(held),
        secondsLeft: days * day, record: record)
}

@Suite struct PacingTests {
    @Test func `A change draws its share of what is still to come`() {
        // 28 days brought 280 dollars of merit: 10 a day, 150 in the 15 days left. A change of 50 draws a quarter.
        let half = window(spent: "8", held: "2", days: 15, record: .init(days: 28, value: dollars("280")))
        #expect(half.draw(for: Merit(value: dollars("50"), highRiskShare: 0)) == dollars("2.5"))
        #expect(half.draw(for: Merit(value: .zero, highRiskShare: 0)) == .zero)
    }

    @Test func `High risk draws ahead by a quarter, in proportion`() {
        let half = window(days: 15, record: .init(days: 28, value: dollars("280")))
        #expect(half.draw(for: Merit(value: dollars("50"), highRiskShare: 0)) == dollars("5"))
        #expect(half.draw(for: Merit(value: dollars("50"), highRiskShare: 1)) == dollars("6.25"))
        #expect(half.draw(for: Merit(value: dollars("50"), highRiskShare: 0.5)) == dollars("5.625"))
    }

    @Test func `At first the time left decides, then more and more what was seen`() {
        let merit = Merit(value: dollars("10"), highRiskShare: 0)
        #expect(window(days: 20).draw(for: merit) == dollars("1"))
        let quiet = { (days: Double) in PacedWindow.Record(days: days, value: dollars("0.0001")) }
        let first = window(days: 20, record: quiet(1)).draw(for: merit)
        let fourth = window(days: 20, record: quiet(4)).draw(for: merit)
        let seventh = window(days: 20, record: quiet(7)).draw(for: merit)
        #expect(dollars("1") < first && first < fourth && fourth < seventh)
        #expect(seventh > dollars("19.9"), "nothing more is to be expected")
    }

    @Test func `The end of a window, and numbers beyond reason, never draw more than is left`() {
        for days in [0.0, 0.2, -3, .nan, .infinity] {
            for record in [nil, PacedWindow.Record(days: 0, value: .zero), .init(days: 28, value: dollars("1"))] {
                for share in [0.0, 1, -4, 9, .nan] {
                    let merit = Merit(value: dollars("1"), highRiskShare: share)
                    let draw = window(spent: "15", held: "1", days: days, record: record).draw(for: merit)
                    #expect((Money.zero...dollars("4")).contains(draw))
                }
            }
        }
        #expect(window(days: 0.2).draw(for: Merit(value: dollars("1"), highRiskShare: 0)) == dollars("20"))
        #expect(window(spent: "21", days: 3).draw(for: Merit(value: dollars("1"), highRiskShare: 1)) == .zero)
    }

    @Test func `A pace bounds what is expected to be spent, not what one call holds`() {
        let hunks = (0..<20).map { hunk("f\($0).py", [segment(.review, risk: 0.6)]) }
        var paced = request(hunks, [cheapModel, strongModel])
        let free = Allocator().plan(paced)
        paced.paces = [
            window(
                limit: Money(picodollars: free.totals.expectedCost.picodollars * 18).usd, days: 10,
                record: .init(days: 28, value: Money(picodollars: free.meritedValue.picodollars * 100)))
        ]
        let plan = Allocator().plan(paced)
        let draw = plan.budgets.first { $0.name == "repository month (paced)" }?.limit ?? .zero
        #expect(draw > .zero && draw < free.totals.expectedCost)
        #expect(plan.totals.expectedCost <= draw)
        #expect(plan.totals.heldCost > draw, "one call may hold more than the share")
        #expect(plan.totals.expectedCost.picodollars > draw.picodollars / 2)
        #expect(plan.meritedValue == free.meritedValue, "a pace does not change what a change merits")
        #expect(!plan.unaffordable)
    }

    /// Forty changes of very uneven size in four weeks, the money counted as expected.
    private func month(paced: Bool, record: PacedWindow.Record?) -> (spent: Money, lastWeek: (strong: Int, all: Int)) {
        var random = Seeded(40)
        var spent = Money.zero
        var seen = record ?? PacedWindow.Record(days: 0, value: .zero)
        var lastWeek = (strong: 0, all: 0)
        for number in 0..<40 {
            let now = 30 * Double(number) / 40
            // Most changes are small; every seventh is a flood.
            let size =
                number % 7 == 3 ? Int.random(in: 150...300, using: &random) : Int.random(in: 8...60, using: &random)
            let hunks = (0..<size).map { index in
                let risk =
                    Int.random(in: 0..<6, using: &random) == 0 ? 0.7 : Double.random(in: 0.01...0.3, using: &random)
                return hunk("f\(index).py", [segment(risk > 0.5 ? .review : .debugging, risk: risk, lines: 200)])
            }
            var own = request(hunks, [cheapModel, strongModel], tweak: { $0.policy = .thorough })
            own.bounds = [BudgetBound(name: "repository month", limit: dollars("20"), spent: spent, held: .zero)]
            if paced {
                own.paces = [
                    PacedWindow(
                        name: "repository month", limit: dollars("20"), spent: spent, held: .zero,
                        secondsLeft: (30 - now) * day, record: seen.days > 0 ? seen : nil)
                ]
            }
            let plan = Allocator().plan(own)
            spent += plan.totals.expectedCost
            seen.days = min(28, (record?.days ?? 0) + now + 30.0 / 40)
            seen.value += plan.meritedValue
            if let record { seen.value = Money(picodollars: max(record.value.picodollars, seen.value.picodollars / 2)) }
            guard now >= 23 else { continue }
            for segment in plan.hunks.flatMap(\.segments) where segment.segment.risk >= 0.5 {
                lastWeek.all += 1
                if segment.tier == .strong { lastWeek.strong += 1 }
            }
        }
        return (spent, lastWeek)
    }

    @Test func `Paced, the dangerous hunks of the last week still reach the strong model; unpaced they do not`() {
        let smooth = month(paced: true, record: nil)
        let none = month(paced: false, record: nil)
        #expect(none.lastWeek.all > 20)
        #expect(smooth.lastWeek.all == none.lastWeek.all)
        #expect(Double(none.lastWeek.strong) < 0.2 * Double(none.lastWeek.all), "\(none)")
        #expect(Double(smooth.lastWeek.strong) > 0.9 * Double(smooth.lastWeek.all), "\(smooth)")
        #expect(smooth.spent <= dollars("20"))
        #expect(smooth.spent > dollars("15"), "money is there to be used: \(smooth.spent.usd)")
    }
}
