import Domain
import HTTPClient

/// How long a provider asks to wait.
enum RetryDelay {
    /// Seconds; nobody waits longer for one call.
    static let longest = 120.0

    /// In seconds, from 0 to `longest`; nil when the head does not say.
    ///
    /// `retry-after-ms` (OpenAI), `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), else the reset of a limit
    /// of which nothing is left.
    static func asked(by head: HTTPHead, now: Instant) -> Double? {
        if let text = head["retry-after-ms"], let milliseconds = decimal(text) { return capped(milliseconds / 1000) }
        if let text = head["retry-after"] {
            if let seconds = decimal(text) { return capped(seconds) }
            if let then = HTTPDate.seconds(text) {
                let reference = head["date"].flatMap(HTTPDate.seconds) ?? now.unixSeconds
                return capped(Double(then - reference))
            }
        }
        let used = ["requests", "tokens"].filter { head["x-ratelimit-remaining-\($0)"].flatMap(decimal) == 0 }
        let delays = used.compactMap { head["x-ratelimit-reset-\($0)"].flatMap(duration) }
        if let delay = delays.max() { return capped(delay) }
        guard let reset = head["x-ratelimit-reset"].flatMap(duration) else { return nil }
        // Seconds from now, or the moment in seconds or milliseconds.
        let seconds = reset > 1e11 ? reset / 1000 : reset
        return capped(seconds > 1e9 ? seconds - Double(now.unixSeconds) : seconds)
    }

    static func capped(_ seconds: Double) -> Double { min(max(0, seconds), longest) }

    private static func decimal(_ text: String) -> Double? {
        ExactDecimal(text.trimmed)?.value
    }

    /// "6m0s", "120ms", "2m59.56s", "1h", or plain seconds.
    static func duration(_ text: String) -> Double? {
        let text = text.trimmed
        if let seconds = ExactDecimal(text)?.value { return seconds }
        var total = 0.0
        var number = ""
        var unit = ""
        func add() -> Bool {
            guard let value = ExactDecimal(number)?.value,
                let scale = ["h": 3600, "m": 60, "s": 1, "ms": 0.001][unit]
            else { return false }
            total += value * scale
            number = ""
            unit = ""
            return true
        }
        guard text.utf8.count <= 32, !text.isEmpty else { return nil }
        for character in text {
            if character.isASCII, character.isNumber || character == "." {
                if !unit.isEmpty, !add() { return nil }
                number.append(character)
            } else {
                unit.append(character)
            }
        }
        return add() ? total : nil
    }
}

extension String {
    /// Without spaces and tabs around it.
    var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

/// Dates in headers (RFC 9110, 5.6.7), in the one form that is still written: "Sun, 06 Nov 1994 08:49:37 GMT".
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Since 1970.
    static func seconds(_ text: String) -> Int? {
        let parts = text.trimmed.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT", let day = Int(parts[1]),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
            (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        return days(year: year, month: month + 1, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March (Howard Hinnant,
    /// "chrono-compatible low-level date algorithms").
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
