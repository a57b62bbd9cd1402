import Testing

@testable import SyntaxTrees

@Suite("Queries")
struct QueryTests {
    private static let text = "def f(a):\n    eval(a)\n    print(a)\n    eval(b, b)\n\nclass eval_: pass\n"

    private func texts(
        _ source: String, in range: Range<Int>? = nil, limit: Int = 100, fits: Query.PatternTest? = nil
    ) throws -> [[String]] {
        let tree = try parsed(Self.text, .python)
        let query = try Query(source, grammar: tree.grammar)
        return query.matches(in: tree.root, bytes: range, limit: limit, fits: fits).map { match in
            match.captures.map { "\($0.name)=\($0.node.string)" }
        }
    }

    @Test("Matches come with their captures, in order")
    func captures() throws {
        let found = try texts("(call function: (identifier) @name arguments: (argument_list (_) @argument))")
        #expect(
            found == [
                ["name=eval", "argument=a"], ["name=print", "argument=a"], ["name=eval", "argument=b"],
                ["name=eval", "argument=b"],
            ])
    }

    static let predicates: [(String, [String])] = [
        ("(#eq? @n \"eval\")", ["n=eval", "n=eval"]), ("(#not-eq? @n \"eval\")", ["n=print"]),
        ("(#any-of? @n \"print\" \"exec\")", ["n=print"]),
        ("(#not-any-of? @n \"print\" \"exec\")", ["n=eval", "n=eval"]),
        ("(#match? @n \"^ev\")", ["n=eval", "n=eval"]), ("(#not-match? @n \"^ev\")", ["n=print"]),
        ("(#eq? @n @n)", ["n=eval", "n=print", "n=eval"]), ("(#not-eq? @n @n)", []),
        ("(#set! kind \"x\")", ["n=eval", "n=print", "n=eval"]),
        ("(#not-eq? @n \"eval\") (#match? @n \"^p\")", ["n=print"]),
    ]

    @Test("Predicates choose among the matches", arguments: predicates)
    func choosing(predicate: String, expected: [String]) throws {
        let found = try texts("((call function: (identifier) @n) \(predicate))") { pattern, text in
            text.starts(with: Array(pattern.utf8.dropFirst()))
        }
        #expect(found.flatMap { $0 } == expected)
    }

    @Test("Patterns to match are listed, and without a test for them nothing fits")
    func patterns() throws {
        let source =
            "((identifier) @a (#match? @a \"^x\")) ((identifier) @a (#not-match? @a \"y\") (#match? @a \"^x\"))"
        let tree = try parsed(Self.text, .python)
        #expect(try Query(source, grammar: tree.grammar).patterns == ["^x", "y"])
        #expect(try texts(source).isEmpty)
    }

    @Test("Only what touches the bytes asked for is found, and no more than asked for")
    func bounds() throws {
        let source = "(call function: (identifier) @n)"
        let range = try #require(Self.text.utf8ByteRange(of: "print(a)"))
        #expect(try texts(source, in: range) == [["n=print"]])
        #expect(try texts(source, in: 0..<0).isEmpty)
        #expect(try texts(source, limit: 2).count == 2)
        #expect(try texts(source, limit: 0).isEmpty)
    }

    @Test("A capture is found by its name")
    func byName() throws {
        let tree = try parsed(Self.text, .python)
        let query = try Query("(class_definition name: (_) @n)", grammar: tree.grammar)
        let match = try #require(query.matches(in: tree.root).first)
        #expect(match["n"]?.string == "eval_")
        #expect(match["other"] == nil)
        #expect(query.captureNames == ["n"])
    }

    static let wrong: [(String, QueryError.Kind, Int)] = [
        ("(call", .syntax, 5), ("(no_such_kind)", .nodeKind, 1), ("(call nofield: (_))", .field, 6),
        ("((call) (#eq? @a \"b\"))", .capture, 15), ("(identifier (call))", .structure, 12),
        ("((call) @a (#eq? @a))", .predicate("eq?"), 0), ("((call) @a (#what? @a \"b\"))", .predicate("what?"), 0),
        ("((call) @a (#eq? \"b\" @a))", .predicate("eq?"), 0),
        ("((call) @a (#any-of? @a @a))", .predicate("any-of?"), 0),
        (String(repeating: ";", count: 1 << 21), .tooLong, 0),
    ]

    @Test("A wrong query says what is wrong and where", arguments: wrong)
    func errors(source: String, kind: QueryError.Kind, offset: Int) throws {
        let grammars = try installedGrammars()
        let error = #expect(throws: QueryError.self) { try grammars.query(source, for: .python) }
        #expect(error?.kind == kind)
        #expect(error?.offset == offset)
    }

    @Test("A query of one language finds nothing in another's tree")
    func otherLanguage() throws {
        let query = try installedGrammars().query("(identifier) @a", for: .go)
        #expect(query.matches(in: try parsed(Self.text, .python).root).isEmpty)
    }

    @Test("A query that a source makes slow ends in time")
    func slow() throws {
        let tree = try parsed("f(" + String(repeating: "1,", count: 30_000) + ")\n", .python)
        let query = try Query("(argument_list (_) @a (_) @b (#eq? @a @b) (#not-eq? @a @b))", grammar: tree.grammar)
        let clock = ContinuousClock()
        let duration = clock.measure {
            #expect(query.matches(in: tree.root, timeLimit: .milliseconds(50)).isEmpty)
        }
        #expect(duration < .seconds(20))
    }
}
