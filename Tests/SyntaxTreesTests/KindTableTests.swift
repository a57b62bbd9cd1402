import Testing

@testable import SyntaxTrees

@Suite("Node kinds")
struct KindTableTests {
    @Test("Every kind the table names is one of the grammar's", arguments: Language.allCases)
    func kindsExist(language: Language) throws {
        let grammar = try parsed("", language).grammar
        // Shared tables name kinds that only one of the languages has.
        let shared: Set<String> = ["function_signature"]
        let unknown = KindTable(language).kinds.filter { !grammar.kindNames.contains($0) && !shared.contains($0) }
        #expect(unknown.isEmpty)
    }
}
