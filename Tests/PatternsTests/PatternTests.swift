import Patterns
import Testing

struct PatternTests {
    @Test func `finds the leftmost match with its groups`() throws {
        let pattern = try Pattern("(a+)(b)?(?P<tail>c)")
        let match = try #require(pattern.firstMatch(in: Array("xx aac".utf8)))
        #expect(match.range == 3..<6)
        #expect(match.groups == [3..<6, 3..<5, nil, 5..<6])
        #expect(pattern.groupIndex(named: "tail") == 3)
        #expect(pattern.groupIndex(named: "head") == nil)
        #expect(pattern.groupCount == 3)
        #expect(match[9] == nil)
    }

    @Test func `bytes outside the searched part are context`() throws {
        let pattern = try Pattern(#"\bkey"#)
        let text = Array("monkey key".utf8)
        #expect(pattern.firstMatch(in: text, from: 3)?.range == 7..<10)
        #expect(pattern.firstMatch(in: text, from: 3, to: 9) == nil)
        #expect(pattern.firstMatch(in: text, from: 11) == nil)
        #expect(pattern.firstMatch(in: text, from: -1) == nil)
    }

    @Test func `offsets of a slice count from its start`() throws {
        let text = Array("0123abc".utf8)
        #expect(try Pattern("b").firstMatch(in: text[4...])?.range == 1..<2)
    }

    @Test func `all matches come in order, empty ones included`() throws {
        #expect(try Pattern("a*").matches(in: Array("baa".utf8)).map(\.range) == [0..<0, 1..<3, 3..<3])
        #expect(try Pattern("a").matches(in: Array("aaaa".utf8), limit: 2).count == 2)
        #expect(try Pattern("x*").matches(in: []).map(\.range) == [0..<0])
    }

    @Test func `bytes that are no UTF-8 are searched all the same`() throws {
        let text: [UInt8] = [0xFF, 0x41, 0xFE, 0x42]
        #expect(try Pattern("A.B").isMatch(in: text))
        #expect(try Pattern("A.B", options: .init(encoding: .utf8)).isMatch(in: text) == false)
        #expect(try Pattern("^é$", options: .init(encoding: .utf8)).isMatch(in: "é"))
        #expect(try Pattern("é").isMatch(in: "café"))
    }

    @Test(arguments: [
        (Pattern.Options(), "ABC", false), (.init(ignoresCase: true), "ABC", true),
        (.init(isMultiLine: true), "x\nabc", true), (.init(), "x\nabc", false),
    ])
    func `options change what matches`(options: Pattern.Options, text: String, expected: Bool) throws {
        #expect(try Pattern("^abc", options: options).isMatch(in: text) == expected)
    }

    @Test func `a dot matches a line end only when told`() throws {
        #expect(try Pattern("a.b").isMatch(in: "a\nb") == false)
        #expect(try Pattern("a.b", options: .init(dotMatchesNewline: true)).isMatch(in: "a\nb"))
    }

    @Test func `literal text needs no escaping`() throws {
        let pattern = try Pattern("a.(b", options: .init(isMultiLine: true, isLiteral: true))
        #expect(pattern.isMatch(in: "xa.(by"))
        #expect(pattern.isMatch(in: "axb") == false)
        #expect(try PatternSet([pattern]).matches(in: Array("a.(b".utf8)) == [0])
    }

    @Test(arguments: [("a(b", "missing )"), ("[z-a]", "z-a"), ("(?<=a)b", "(?<"), (#"(a)\1"#, #"\1"#), ("a**", "**")])
    func `a bad pattern says what is wrong`(source: String, part: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(source) }
        #expect(error?.reason.contains(part) == true)
        #expect(error?.source == source)
    }

    @Test func `a pattern longer than the limit is refused`() {
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: Pattern.maxSourceLength + 1)) }
    }

    @Test func `patterns that ruin a backtracking engine stay fast`() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 200_000)
        let nested = try Pattern("(a*)*b")
        let crowded = try Pattern("(a|aa)+$", options: .init(maxMemory: 1 << 16))
        let elapsed = ContinuousClock().measure {
            #expect(nested.isMatch(in: text) == false)
            #expect(crowded.isMatch(in: text))
        }
        #expect(elapsed < .seconds(5))
    }

    @Test func `threads share one pattern`() async throws {
        let pattern = try Pattern("(\\d+)-(\\d+)")
        let counts = await withTaskGroup(of: Int.self, returning: [Int].self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<200).filter { pattern.firstMatch(in: "\(task)-\($0)")?[1] == 0..<1 }.count
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == [Int](repeating: 200, count: 8))
    }
}

struct PatternSetTests {
    @Test func `tells which patterns match`() throws {
        let set = try PatternSet([
            Pattern("^b"), Pattern("A", options: .init(ignoresCase: true)), Pattern("zz"), Pattern("c$"),
        ])
        #expect(set.matches(in: Array("bac".utf8)) == [0, 1, 3])
        #expect(set.matches(in: Array("".utf8)) == [])
    }

    @Test func `an empty set matches nothing`() throws {
        #expect(try PatternSet([]).matches(in: Array("a".utf8)) == [])
    }

    @Test func `a set too large for its memory still answers right`() throws {
        let patterns = try (0..<40).map { try Pattern("k\($0)[a-z]{30,60}[0-9]{5,30}x") }
        let set = try PatternSet(patterns, maxMemory: 1)
        let text = Array("k7\(String(repeating: "q", count: 40))1234567x".utf8)
        #expect(set.matches(in: text) == [7])
    }

    @Test func `encodings cannot be mixed`() throws {
        let mixed = [try Pattern("a"), try Pattern("b", options: .init(encoding: .utf8))]
        #expect(throws: PatternError.self) { try PatternSet(mixed) }
    }
}
