/// A decimal number as written: mantissa × 10^exponent, with no binary floating point in between.
package struct ExactDecimal: Sendable, Hashable {
    package let mantissa: Int64
    package let exponent: Int

    package init(mantissa: Int64, exponent: Int) {
        var mantissa = mantissa
        var exponent = exponent
        while mantissa != 0, mantissa % 10 == 0 {
            mantissa /= 10
            exponent += 1
        }
        self.mantissa = mantissa
        self.exponent = mantissa == 0 ? 0 : exponent
    }

    /// Parses "12", "-0.5", ".5", "2.5e-07", "1E3"; nil for anything else, for more digits than 64 bits hold and for
    /// exponents beyond ±64.
    package init?(_ text: some StringProtocol) {
        var mantissa: Int64 = 0
        var exponent = 0
        var digits = 0
        var negative = false
        var seenPoint = false
        var bytes = text.utf8.makeIterator()
        var next = bytes.next()
        if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") {
            negative = next == UInt8(ascii: "-")
            next = bytes.next()
        }
        scan: while let byte = next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let (product, overflow) = mantissa.multipliedReportingOverflow(by: 10)
                let (sum, overflowToo) = product.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
                if overflow || overflowToo { return nil }
                mantissa = sum
                digits += 1
                if seenPoint { exponent -= 1 }
            case UInt8(ascii: ".") where !seenPoint:
                seenPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                break scan
            default:
                return nil
            }
            next = bytes.next()
        }
        guard digits > 0 else { return nil }
        if next != nil {
            var rest: [UInt8] = []
            while let byte = bytes.next() { rest.append(byte) }
            guard let power = Int(String(decoding: rest, as: UTF8.self)), abs(power) <= 64 else { return nil }
            exponent += power
        }
        guard abs(exponent) <= 64 else { return nil }
        self.init(mantissa: negative ? -mantissa : mantissa, exponent: exponent)
    }

    /// The value × 10^power as an integer; nil when it is not one or does not fit in 64 bits.
    package func scaled(byPowerOfTen power: Int) -> Int64? {
        var value = mantissa
        var shift = exponent + power
        while shift > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            shift -= 1
        }
        while shift < 0 {
            guard value % 10 == 0 else { return nil }
            value /= 10
            shift += 1
        }
        return value
    }
}

extension ExactDecimal {
    /// The nearest floating-point number, for steering and comparing; nil when it is out of range.
    package var value: Double? {
        var result = Double(mantissa)
        var shift = exponent
        while shift > 0 {
            result *= 10
            shift -= 1
        }
        // Dividing by one exact power keeps 0.87 equal to the literal 0.87.
        if shift < 0 {
            var power = 1.0
            while shift < 0 {
                power *= 10
                shift += 1
            }
            result /= power
        }
        return result.isFinite ? result : nil
    }

    /// As plain digits without exponent or needless zeros: "0.00000025", "12".
    package var text: String {
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: mantissa == 0 ? 0 : exponent) }
        let places = -exponent
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }
}
