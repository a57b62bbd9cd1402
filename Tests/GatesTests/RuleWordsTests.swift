import Domain
import Rules
import Testing

@testable import Gates

@Suite("The static reviewer's own words pass the sanitiser")
struct RuleWordsTests {
    @Test("a rule's title and explanation lose nothing", arguments: StaticReviewer.catalogue)
    func words(rule: RuleInfo) {
        let explanation = rule.why + " " + rule.fix
        #expect(letters(Sanitiser.title(rule.title)) == letters(rule.title))
        #expect(
            letters(Sanitiser.explanation(explanation)) == letters(explanation), "\(Sanitiser.explanation(explanation))"
        )
    }

    /// Code spans may be added; words may not go.
    private func letters(_ text: String) -> String {
        text.filter { $0.isLetter || $0.isNumber }
    }
}
