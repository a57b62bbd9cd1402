import Domain
@testable import Forges
import TestKit
import Testing

@Suite("A text for the forge")
struct BodyTextTests {
    private let mark = "<!-- mark -->"

    @Test("is left as it is where it fits")
    func fits() {
        #expect(BodyText.fit("Text", mark: mark) == "Text\n\n<!-- mark -->")
        #expect(BodyText.fit("Text", tail: "\n- more", mark: "") == "Text\n- more")
    }

    @Test("is cut on a line where it does not, and says so; tail and mark stay")
    func cut() {
        let text = (0..<20_000).map { "line \($0)" }.joined(separator: "\n")
        let body = BodyText.fit(text, tail: "\n- high · a.py:1", mark: mark)
        #expect(body.utf16.count <= 65_536 && body.utf16.count > 65_000)
        #expect(body.hasSuffix("- high · a.py:1\n\n<!-- mark -->"))
        #expect(body.contains("Cut here"))
        let kept = body.split(separator: "\n").filter { $0.hasPrefix("line ") }
        #expect(kept.enumerated().allSatisfy { $0.element == "line \($0.offset)" })
    }

    @Test("closes what it leaves open, so that the rest is seen")
    func blocks() {
        let fold = "<details><summary>More</summary>\n" + String(repeating: "row\n", count: 20_000) + "</details>"
        #expect(BodyText.fit(fold, mark: mark).contains("</details>\n\n\n*Cut here"))
        let fence = "````python\n```\n" + String(repeating: "x = 1\n", count: 20_000) + "````"
        #expect(BodyText.fit(fence, mark: mark).contains("x = 1\n````\n\n\n*Cut here"))
    }

    @Test("is never longer than allowed, whatever it is", arguments: 0..<20)
    func bounds(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["é", "👩‍👩‍👧", "\n", "```\n", "<details>", "</details>\n", "word ", "\r\n", "\u{0}"]
        for limit in [150, 400, 1000] {
            var text = ""
            for _ in 0..<Int.random(in: 0..<600, using: &generator) {
                text += pieces.randomElement(using: &generator) ?? ""
            }
            let body = BodyText.fit(text, tail: text, mark: mark, within: limit)
            #expect(body.utf16.count <= limit)
            #expect(body.hasSuffix(mark))
            #expect(BodyText.fit(text, bytes: limit).utf8.count <= limit)
        }
    }

    @Test("of one line ends where the line or the room ends")
    func line() {
        #expect(BodyText.line("one\ntwo", atMost: 10) == "one")
        #expect(BodyText.line("one two three", atMost: 7) == "one tw…")
    }
}

@Suite("A mark")
struct MarkerTests {
    private let markers = Markers(key: MemoryWorld.markerKey)

    @Test("is found again in the text that holds it", arguments: Markers.Kind.allCases)
    func found(_ kind: Markers.Kind) {
        let mark = markers.mark(kind, "github.com/7#12")
        let reading = markers.read("**Text** <!-- other --> <\n\n" + markers.text(mark))
        #expect(reading.marks == [mark] && reading.forged == 0)
    }

    @Test("is another for another kind and another subject")
    func different() {
        let mark = markers.mark(.summary, "a")
        #expect(mark != markers.mark(.review, "a"))
        #expect(mark != markers.mark(.summary, "b"))
        #expect(mark.name != markers.mark(.review, "a").name)
    }

    @Test("is forged with another key, another kind, another name or another length")
    func forged() {
        let mark = markers.mark(.summary, "a")
        let text = markers.text(mark)
        let other = Markers(key: Secret("ffffffffffffffffffffffffffffffff")).text(mark)
        let code = text.dropLast(4).suffix(64)
        for forgery in [
            other, text.replacing("summary", with: "review"), text.replacing(code, with: code.dropLast()),
            text.replacing(code, with: String(repeating: "0", count: 64)), text.replacing("summary", with: "approve"),
            text.replacing(mark.name, with: markers.mark(.summary, "b").name),
        ] {
            let reading = markers.read(forgery)
            #expect(reading.marks.isEmpty && reading.forged == 1, "\(forgery)")
        }
    }

    @Test("is not looked for where there is none, however odd the text", arguments: 0..<10)
    func odd(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["<!-- hunkwise:", "summary", ":", " -->", "<", "é", "\n", "0000000000000000000000000000000"]
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<30 { text += pieces.randomElement(using: &generator) ?? "" }
            #expect(markers.read(text).marks.isEmpty)
        }
    }
}
