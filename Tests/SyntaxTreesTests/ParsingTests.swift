import Testing

@testable import SyntaxTrees

@Suite("Parsing")
struct ParsingTests {
    @Test("There is a snippet for every language")
    func coverage() {
        #expect(Set(Snippet.all.map(\.language)) == Set(Language.allCases))
    }

    @Test("A right source has no problem and a broken one has", arguments: Snippet.all)
    func goodAndBroken(snippet: Snippet) throws {
        let good = try parsed(snippet.good, snippet.language)
        #expect(!good.hasError, "\(good.errors())")
        #expect(good.errors().isEmpty)
        #expect(good.root.byteRange.upperBound == snippet.good.utf8.count)
        let broken = try parsed(snippet.broken, snippet.language)
        #expect(broken.hasError)
        #expect(!broken.errors().isEmpty)
    }
}
