import Testing

@testable import Domain

@Suite("Money")
struct MoneyTests {
    @Test(
        "a decimal number of dollars is read exactly and printed without trailing zeros",
        arguments: [
            ("0", 0, "0"), ("5", 5_000_000_000_000, "5"), ("5.00", 5_000_000_000_000, "5"),
            ("0.00000025", 250_000, "0.00000025"), ("2.5e-07", 250_000, "0.00000025"),
            ("-0.5", -500_000_000_000, "-0.5"), (".5", 500_000_000_000, "0.5"), ("0.0132", 13_200_000_000, "0.0132"),
            ("1e-12", 1, "0.000000000001"),
        ])
    func exact(text: String, picodollars: Int64, printed: String) {
        let money = Money(usd: text)
        #expect(money?.picodollars == picodollars)
        #expect(money?.usd == printed)
    }

    @Test(
        "what is not a number, too fine or too large is refused",
        arguments: [
            "", ".", "-", "1e", "e5", "1.2.3", "1 ", "0x10", "nan", "inf", "1e-13", "9300000", "1e99",
            "99999999999999999999",
        ])
    func refused(text: String) {
        #expect(Money(usd: text) == nil)
    }

    @Test("sums beyond the range saturate instead of trapping")
    func saturation() {
        let most = Money(picodollars: .max)
        #expect(most + Money(picodollars: 1) == most)
        #expect(Money(picodollars: .min) - Money(picodollars: 1) == Money(picodollars: .min))
    }
}
