import Domain
import HTTPClient
import Testing

@testable import Models

@Suite struct RetryDelayTests {
    private func asked(_ fields: [(name: String, value: String)]) -> Double? {
        RetryDelay.asked(
            by: HTTPHead(status: 429, headers: fields, httpVersion: "1.1"), now: StoppedClock().instant)
    }

    @Test(arguments: [
        ("0", 0), ("1.5", 1.5), ("-3", 0), ("119", 119), ("100000", 120), (" 4 ", 4),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30), ("Sun, 22 Nov 2026 09:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 10:00:00 GMT", 120),
    ])
    func `A time to wait is seconds or a date, and bounded`(text: String, seconds: Double) {
        #expect(asked([("Retry-After", text)]) == seconds)
    }

    @Test func `A date is read against the server's own clock`() {
        #expect(
            asked([
                ("date", "Sun, 22 Nov 2026 12:00:00 GMT"), ("retry-after", "Sun, 22 Nov 2026 12:00:11 GMT"),
            ]) == 11)
    }

    @Test(arguments: [
        "soon", "", "nan", "inf", "1e99", "Sun, 22 Nov 2026 25:00:00 GMT", "Sun, 99 Nov 2026 10:00:00 GMT",
        "Sun, 22 Nov 99999999999999999999 10:00:00 GMT", "22 Nov 2026",
    ])
    func `What is no time is none`(text: String) {
        #expect(asked([("retry-after", text)]) == nil)
    }

    @Test(
        arguments: [
            ("6m0s", 360), ("120ms", 0.12), ("2m59.56s", 179.56), ("1h", 3600), ("7", 7), ("x", nil), ("5", 5),
            ("s", nil),
            ("1d", nil), ("", nil), ("1..2s", nil),
        ] as [(String, Double?)])
    func `Spans of time are read as they are written`(text: String, seconds: Double?) throws {
        let read = RetryDelay.duration(text)
        #expect((read == nil) == (seconds == nil))
        if let read, let seconds { #expect(abs(read - seconds) < 1e-9) }
    }

    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600), ("Sun, 22 Nov 2026 10:00:00 GMT", 1_795_341_600),
    ])
    func `Dates count their seconds since 1970`(text: String, seconds: Int) {
        #expect(HTTPDate.seconds(text) == seconds)
    }
}
