import SyntaxTrees
import Synchronization

/// The index of each language's rules, made when first needed.
final class LanguageIndexes: Sendable {
    private let known = Mutex<[Language: RuleIndex]>([:])

    func index(for language: Language) -> RuleIndex {
        known.withLock { known in
            if let index = known[language] { return index }
            let index = RuleIndex(RuleCatalogue.shared.rules, for: language)
            known[language] = index
            return index
        }
    }
}
