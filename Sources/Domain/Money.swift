/// An amount of money: an integer number of picodollars (10⁻¹² USD).
///
/// Sixty-four bits hold about ±9.2 million dollars, so no review comes near the limit; arithmetic that would pass it
/// saturates, which for a cost errs on the dear side.
package struct Money: Hashable, Sendable, Comparable {
    package var picodollars: Int64

    package static let zero = Money(picodollars: 0)

    package init(picodollars: Int64) {
        self.picodollars = picodollars
    }

    /// Parses a decimal number of dollars exactly ("0.00000025", "1e-6", "5"); nil if it is not a number, is finer
    /// than a picodollar or does not fit.
    package init?(usd text: some StringProtocol) {
        guard let decimal = ExactDecimal(text), let value = decimal.scaled(byPowerOfTen: 12) else { return nil }
        self.picodollars = value
    }

    package static func < (left: Money, right: Money) -> Bool {
        left.picodollars < right.picodollars
    }

    package static func + (left: Money, right: Money) -> Money {
        let (sum, overflow) = left.picodollars.addingReportingOverflow(right.picodollars)
        return Money(picodollars: overflow ? (right.picodollars > 0 ? .max : .min) : sum)
    }

    package static func - (left: Money, right: Money) -> Money {
        let (difference, overflow) = left.picodollars.subtractingReportingOverflow(right.picodollars)
        return Money(picodollars: overflow ? (right.picodollars > 0 ? .min : .max) : difference)
    }

    package static func += (left: inout Money, right: Money) {
        left = left + right
    }

    /// The amount as an exact decimal string of dollars, without trailing zeros: "0.0132", "5", "-0.5".
    package var usd: String {
        let magnitude = picodollars.magnitude
        let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: 1_000_000_000_000)
        var text = (picodollars < 0 ? "-" : "") + String(whole)
        if fraction > 0 {
            var digits = String(fraction)
            digits = String(repeating: "0", count: 12 - digits.count) + digits
            while digits.last == "0" { digits.removeLast() }
            text += "." + digits
        }
        return text
    }
}
