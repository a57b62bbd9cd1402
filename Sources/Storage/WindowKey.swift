package import Domain

extension BudgetWindow {
    /// The window that a moment falls in, in UTC: "none", "day:2026-11-21", "week:2026-W47" (ISO 8601), "month:2026-11".
    package func key(at instant: Instant) -> String {
        let day = instant.daysSince1970
        switch self {
        case .none: return "none"
        case .day: return "day:" + CivilDate(daysSince1970: day).text
        case .month: return "month:" + String(CivilDate(daysSince1970: day).text.prefix(7))
        case .week:
            // The week's Thursday lies in the year that the week belongs to. 1970-01-01 was a Thursday.
            let thursday = day + 3 - (day + 3).remainder(of: 7)
            let year = CivilDate(daysSince1970: thursday).year
            let week = (thursday - CivilDate.daysSince1970(year: year, month: 1, day: 1)) / 7 + 1
            return "week:\(padded(year, 4))-W\(padded(week, 2))"
        }
    }
}

extension Instant {
    /// Whole days, rounded down.
    var daysSince1970: Int {
        let day: Int64 = 86_400_000
        return Int((milliseconds - milliseconds.remainder(of: day)) / day)
    }
}

extension BinaryInteger {
    /// Never negative, unlike `%`.
    fileprivate func remainder(of divisor: Self) -> Self {
        let rest = self % divisor
        return rest < 0 ? rest + divisor : rest
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// A date of the Gregorian calendar.
package struct CivilDate: Sendable, Hashable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// By Howard Hinnant's "chrono-compatible low-level date algorithms" (public domain), days_from_civil's inverse.
    package init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// "2026-11-21".
    package var text: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
}
