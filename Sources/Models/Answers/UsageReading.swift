import JSON
import Domain

/// A provider's figures for one call, checked and in one form; or why they were not taken.
///
/// What it was billed and what it says it cost are two statements: either may hold without the other.
struct UsageReading: Equatable, Sendable {
    var usage: Usage?
    /// Within `usage.output`.
    var reasoning: Int?
    var cost: Money?
    /// In words, for people.
    var problem: String?

    static func unusable(_ problem: String) -> UsageReading { UsageReading(problem: problem) }

    /// More tokens than any call can use: such a figure says nothing.
    static let mostTokens = 1_000_000_000

    /// A count that is missing or null is nil; one that is no whole number from 0 to `mostTokens` is a problem.
    static func count(_ parent: JSONValue?, _ key: String) throws(UsageProblem) -> Int? {
        guard let value = parent?[key] else { return nil }
        guard let count = value.integer else { throw UsageProblem(text: "\(key) is not a whole number") }
        guard count >= 0 else { throw UsageProblem(text: "\(key) is negative") }
        guard count <= mostTokens else { throw UsageProblem(text: "\(key) is above \(mostTokens)") }
        return count
    }

    /// A sum of money in dollars, rounded up to a picodollar; the tail that binary floating point adds ("1.45e-05" as
    /// 0.000014500000000000001) is what rounding is for. Nil when missing or null.
    static func dollars(_ parent: JSONValue?, _ key: String) throws(UsageProblem) -> Money? {
        guard let value = parent?[key] else { return nil }
        guard case .number(let text) = value else { throw UsageProblem(text: "\(key) is not a number") }
        if text.hasPrefix("-") { throw UsageProblem(text: "\(key) is negative") }
        guard let amount = Money(roundingUpDollars: text), amount <= mostCost else {
            throw UsageProblem(text: "\(key) is above $\(mostCost.usd)")
        }
        return amount
    }

    /// No single call costs this much: such a figure is in another unit.
    static let mostCost = Money(picodollars: 10_000_000_000_000_000)
}

struct UsageProblem: Error, Equatable {
    let text: String
}

extension Money {
    /// A JSON number of dollars, rounded up to a picodollar; nil when it is negative, no number or does not fit.
    init?(roundingUpDollars number: String) {
        var kept = ""
        var lost = false
        var significant = 0
        var seenPoint = false
        let mantissa = number.prefix { $0 != "e" && $0 != "E" }
        for character in mantissa {
            if character == "." { seenPoint = true }
            if character != "0" || significant > 0, character.isNumber { significant += 1 }
            // Eighteen digits fit in 64 bits; the digits of a fraction behind them only decide the rounding.
            if significant > 18, seenPoint, character != "." {
                lost = lost || character != "0"
            } else {
                kept.append(character)
            }
        }
        guard let decimal = ExactDecimal(kept + number.dropFirst(mantissa.count)), decimal.mantissa >= 0 else {
            return nil
        }
        var value = decimal.mantissa
        var shift = decimal.exponent + 12
        while shift < 0, value > 0 {
            lost = lost || value % 10 != 0
            value /= 10
            shift += 1
        }
        while shift > 0, value > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            shift -= 1
        }
        self.init(picodollars: lost ? value + 1 : value)
    }
}
