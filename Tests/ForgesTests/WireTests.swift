import Domain
@testable import Forges
import Testing

@Suite("What forges write")
struct WireTests {
    @Test(
        "about moments is read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600), ("2026-11-21T09:48:53Z", 1_795_254_533),
            ("2026-11-21T09:48:53.123Z", 1_795_254_533), ("2026-11-21T09:48:53+00:00", 1_795_254_533),
        ])
    func internet(_ text: String, _ seconds: Int) {
        #expect(CalendarTime.internet(text)?.unixSeconds == seconds)
    }

    @Test("about moments is read in the form of HTTP, too")
    func http() {
        #expect(CalendarTime.http("Sun, 06 Nov 1994 08:49:37 GMT")?.unixSeconds == 784_111_777)
        for seconds in stride(from: 0, to: 4_000_000_000, by: 86_399 * 37) {
            let moment = Instant(milliseconds: Int64(seconds) * 1000)
            #expect(CalendarTime.http(MemoryGitHub.http(moment)) == moment)
            #expect(CalendarTime.internet(MemoryGitHub.internet(moment)) == moment)
        }
    }

    @Test(
        "about moments is not guessed at",
        arguments: [
            "", "now", "2026-11-21", "2026-13-21T09:48:53Z", "2026-11-21T25:48:53Z", "2026-11-21T09:48:53+02:00",
            "1969-11-21T09:48:53Z", "99999-11-21T09:48:53Z", "2026-11-21T0x:48:53Z",
        ])
    func nonsense(_ text: String) {
        #expect(CalendarTime.internet(text) == nil)
        #expect(CalendarTime.http(text) == nil)
    }

    @Test(
        "about the next page is found",
        arguments: [
            (#"<https://a.b/x?page=2>; rel="next", <https://a.b/x?page=9>; rel="last""#, "https://a.b/x?page=2"),
            (#"<https://a.b/x?page=1>; rel="prev", <https://a.b/x?page=3>; rel="next""#, "https://a.b/x?page=3"),
            (#"<https://a.b/x?page=1>; rel="last""#, nil), ("", nil), ("<>", nil), ("nonsense, ;", nil),
        ])
    func links(_ field: String, _ next: String?) {
        #expect(APIBase.next(in: field) == next)
    }

    @Test("is bounded in depth, in number and in size before it is read")
    func bounds() {
        var bounds = JSONBounds(bytes: 100)
        bounds.depth = 3
        bounds.values = 5
        func holds(_ text: String) -> Bool { bounds.hold(Array(text.utf8)) }
        #expect(holds("[[[1]]]") && !holds("[[[[1]]]]"))
        #expect(holds("[1,2,3,4,5]") && !holds("[1,2,3,4,5,6]"))
        #expect(holds(#"["[[[[[[,,,,,,,,\"[[[["]"#))
        #expect(!holds(String(repeating: " ", count: 101)))
        #expect(holds(#""\"#) && holds("\""))
    }

    @Test(
        "is cut between characters",
        arguments: [("abc", 2, "ab"), ("é", 1, ""), ("aé", 2, "a"), ("aé", 3, "aé"), ("", 0, "")])
    func cut(_ text: String, _ bytes: Int, _ expected: String) {
        #expect(text.bounded(to: bytes) == expected)
    }

    @Test(
        "goes into addresses encoded",
        arguments: [("a b", "a%20b"), ("a/../b", "a%2f..%2fb"), ("é", "%c3%a9"), ("a?b#c&d=e", "a%3fb%23c%26d%3de")])
    func encoded(_ text: String, _ expected: String) {
        #expect(PercentCoding.encode(text) == expected)
    }
}
