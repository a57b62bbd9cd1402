package import Domain

/// The price of one token, exact: an integer number of 10⁻²⁴ dollars, so that prices far below a picodollar keep every
/// digit until a whole call is summed.
package struct TokenPrice: Sendable, Hashable, Comparable {
    /// 10⁻²⁴ USD; at most 10²² (a cent a token).
    package let units: UInt128

    package static let zero = TokenPrice(units: 0)
    /// One cent a token, $10,000 a million: about ten times the dearest price ever listed. A price above it is one a
    /// million tokens written as one a token.
    package static let highest = TokenPrice(units: 10_000_000_000_000_000_000_000)
    static let unitsPerPicodollar: UInt128 = 1_000_000_000_000

    private init(units: UInt128) {
        self.units = units
    }

    /// Dollars a token; nil when negative, above `highest` or finer than 10⁻²⁴.
    package init?(perToken price: ExactDecimal) {
        self.init(price, power: 24)
    }

    /// Dollars a million tokens.
    package init?(perMillion price: ExactDecimal) {
        self.init(price, power: 18)
    }

    /// Dollars a token, finer parts than 10⁻²⁴ rounded up; nil when negative or above `highest`.
    init?(perTokenRoundedUp price: ExactDecimal) {
        guard price.mantissa >= 0 else { return nil }
        var price = price
        while price.exponent < -24, price.mantissa > 0 {
            let (whole, rest) = price.mantissa.quotientAndRemainder(dividingBy: 10)
            price = ExactDecimal(mantissa: whole + (rest > 0 ? 1 : 0), exponent: price.exponent + 1)
        }
        self.init(perToken: price)
    }

    private init?(_ price: ExactDecimal, power: Int) {
        guard price.mantissa >= 0 else { return nil }
        var units = UInt128(price.mantissa)
        var shift = price.exponent + power
        while shift > 0, units > 0 {
            units *= 10
            if units > TokenPrice.highest.units { return nil }
            shift -= 1
        }
        while shift < 0, units > 0 {
            guard units % 10 == 0 else { return nil }
            units /= 10
            shift += 1
        }
        guard units <= TokenPrice.highest.units else { return nil }
        self.units = units
    }

    package static func < (left: TokenPrice, right: TokenPrice) -> Bool {
        left.units < right.units
    }

    /// Dollars a million tokens as text without trailing zeros: "0.25", "15".
    package var perMillion: String {
        // 10⁻²⁴ a token is 10⁻¹⁸ a million.
        let one: UInt128 = 1_000_000_000_000_000_000
        let (whole, fraction) = units.quotientAndRemainder(dividingBy: one)
        guard fraction > 0 else { return String(whole) }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 18 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// For steering only; never for a charge.
    package var picodollars: Double { Double(units) / 1e12 }
}
