import TestKit
import Testing

@testable import HTTPClient

@Suite("Server-sent events")
struct ServerSentEventsTests {
    typealias Event = ServerSentEvents.Event

    private static func event(_ data: String, _ name: String = "message", id: String? = nil, retry: Int? = nil) -> Event
    {
        Event(event: name, data: Array(data.utf8), id: id, retry: retry)
    }

    /// Streams with their events; the first ones are the examples of the WHATWG text.
    static let streams: [(String, [Event])] = [
        ("data: YHOO\ndata: +2\ndata: 10\n\n", [event("YHOO\n+2\n10")]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            [event("first event", id: "1"), event("second event", id: ""), event(" third event", id: "")]
        ),
        ("data\n\ndata\ndata\n\ndata:", [event(""), event("\n")]),
        ("data:test\n\ndata: test\n\n", [event("test"), event("test")]),
        ("\u{FEFF}data: with a mark\n\n", [event("with a mark")]),
        ("\u{FEFF}\u{FEFF}data: the second mark is part of a name\n\n", []),
        ("data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\n\n", [event("a"), event("b"), event("c"), event("d")]),
        ("data: a\r\ndata: b\rdata: c\n\r\n", [event("a\nb\nc")]),
        (
            "event: delta\ndata: {\"x\":1}\n\nevent: nothing\n\ndata: plain\n\n",
            [event("{\"x\":1}", "delta"), event("plain")]
        ),
        ("event: a\nevent: b\ndata: x\n\n", [event("x", "b")]),
        ("id: 7\n\ndata: x\n\nid: a\u{0}b\ndata: y\n\n", [event("x", id: "7"), event("y", id: "7")]),
        (
            "retry: 1500\ndata: x\n\nretry: 1.5\ndata: y\n\nretry: \ndata: z\n\n",
            [event("x", retry: 1500), event("y"), event("z")]
        ),
        ("retry: 99999999999999999999999\ndata: x\n\n", [event("x")]),
        (" data: no field\nDATA: neither\ndatax: nor\nunknown\n:comment\n\n", []),
        ("data: a: b:c\n\n", [event("a: b:c")]),
        ("data: déjà 🧵\n\n", [event("déjà 🧵")]),
        ("\n\n\n\r\r\n", []), ("", []), ("data: never ended", []),
    ]

    @Test("streams are read the same however they are cut", arguments: streams)
    func everySplit(stream: String, expected: [Event]) throws {
        let bytes = Array(stream.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var decoder = ServerSentEvents()
                var events = try decoder.feed(Array(bytes[..<first]))
                events += try decoder.feed(Array(bytes[first..<second]))
                events += try decoder.feed(Array(bytes[second...]))
                guard events == expected else {
                    Issue.record("cut at \(first) and \(second): \(events)")
                    return
                }
            }
        }
        var single = ServerSentEvents()
        #expect(try bytes.flatMap { try single.feed([$0]) } == expected)
    }

    @Test("an event that lacks only its blank line comes at the end; a line cut short does not")
    func finishing() throws {
        var decoder = ServerSentEvents()
        #expect(try decoder.feed(Array("data: [DONE]\n".utf8)) == [])
        #expect(try decoder.finish() == Self.event("[DONE]"))
        #expect(try decoder.finish() == nil)
        #expect(try decoder.feed(Array("data: a\ndata: b".utf8)) == [])
        #expect(try decoder.finish() == Self.event("a"))
    }

    @Test("an event over the limit ends the reading, wherever it is cut")
    func bounded() throws {
        let fits = "data: 1234567890\n\n"
        let stream = Array((fits + fits + "data: 12345\ndata: 6789012345\n\n" + fits).utf8)
        for cut in 0...stream.count {
            var decoder = ServerSentEvents(maxEventBytes: 16)
            var events: [Event] = []
            #expect(throws: HTTPError.self) {
                events += try decoder.feed(Array(stream[..<cut]))
                events += try decoder.feed(Array(stream[cut...]))
                events += [try decoder.finish()].compactMap(\.self)
            }
            #expect(events.count == 2)
            #expect(throws: HTTPError.self) { try decoder.feed([]) }
        }
    }

    @Test("comments that keep a connection alive do not add up")
    func comments() throws {
        var decoder = ServerSentEvents(maxEventBytes: 100)
        for _ in 0..<100 { #expect(try decoder.feed(Array(": still thinking\n".utf8)) == []) }
        #expect(try decoder.feed(Array("data: x\n\n".utf8)) == [Self.event("x")])
    }

    @Test("random bytes never trap, and cuts change nothing")
    func random() throws {
        var numbers = SeededGenerator(seed: 11)
        let alphabet = Array("data: id\nevent\r\n\r:retry 12".utf8) + [0, 0xEF, 0xBB, 0xBF, 0xFF]
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<80, using: &numbers)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &numbers)]
            }
            var whole = ServerSentEvents()
            var parts = ServerSentEvents()
            let expected = try whole.feed(bytes)
            let cut = Int.random(in: 0...bytes.count, using: &numbers)
            #expect(try parts.feed(Array(bytes[..<cut])) + parts.feed(Array(bytes[cut...])) == expected)
            #expect(try parts.finish() == whole.finish())
        }
    }
}

@Suite("Lines")
struct LineDecoderTests {
    @Test(
        "lines are read the same however they are cut",
        arguments: [
            ("{\"a\":1}\n{\"b\":2}\n", ["{\"a\":1}", "{\"b\":2}"], nil), ("a\r\nb\n\n\r\nc", ["a", "b"], "c"),
            ("", [], nil), ("\n\n", [], nil), ("a\rb\n", ["a\rb"], nil), ("last\r", [], "last"), ("é\n🧵", ["é"], "🧵"),
        ] as [(String, [String], String?)])
    func everySplit(stream: String, lines: [String], last: String?) throws {
        let bytes = Array(stream.utf8)
        for cut in 0...bytes.count {
            var decoder = LineDecoder()
            let read = try decoder.feed(Array(bytes[..<cut])) + decoder.feed(Array(bytes[cut...]))
            #expect(read.map(text) == lines)
            #expect(try decoder.finish().map(text) == last)
        }
    }

    @Test("a line of exactly the limit fits, one byte more does not, wherever it is cut", arguments: ["\n", "\r\n"])
    func bounded(end: String) throws {
        let fits = Array("12345678\(end)".utf8)
        for cut in 0...fits.count {
            var decoder = LineDecoder(maxLineBytes: 8)
            #expect(
                try decoder.feed(Array(fits[..<cut])) + decoder.feed(Array(fits[cut...])) == [Array("12345678".utf8)])
        }
        let stream = Array("1\(end)123456789\(end)2\(end)".utf8)
        for cut in 0...stream.count {
            var decoder = LineDecoder(maxLineBytes: 8)
            var lines: [[UInt8]] = []
            #expect(throws: HTTPError.self) {
                lines += try decoder.feed(Array(stream[..<cut]))
                lines += try decoder.feed(Array(stream[cut...]))
                lines += [try decoder.finish()].compactMap(\.self)
            }
            #expect(lines.map(text) == ["1"])
        }
    }
}
