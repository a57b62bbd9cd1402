package import Diffs

/// Finds credentials in text.
///
/// One pass over the bytes looks for the keywords of all rules; only where one occurs are that rule's pattern compiled
/// and the line read, so ordinary text costs little more than being looked at once.
package struct SecretScanner: Sendable {
    package let rules: SecretRules
    private let automaton: KeywordAutomaton
    /// Rules that a keyword wakes, by keyword index.
    private let rulesOfKeyword: [[Int]]
    /// Rules that run on every text.
    private let unconditional: [Int]
    /// Rules that a pair of dots wakes.
    private let dotted: [Int]

    /// Most matches reported of one text.
    package static let maxMatches = 1000
    /// Longer lines are read in pieces around the keywords.
    private static let maxLineLength = 16 << 10

    /// A scanner with the built-in rules, made once.
    package static let builtin = SecretScanner(rules: .builtin)

    package init(rules: SecretRules = .builtin) {
        self.rules = rules
        var indexes: [String: Int] = [:]
        var words: [String] = []
        var wakes: [[Int]] = []
        var unconditional: [Int] = []
        var dotted: [Int] = []
        for (index, rule) in rules.rules.enumerated() {
            if case .path = rule.form { continue }
            if rule.dotted > 0 {
                dotted.append(index)
                continue
            }
            let keywords =
                if case .generic = rule.form { rule.keywords + GenericSecret.keywords } else { rule.keywords }
            if keywords.contains("") || keywords.isEmpty { unconditional.append(index) }
            for word in Set(keywords) where !word.isEmpty {
                if let known = indexes[word] {
                    wakes[known].append(index)
                } else {
                    indexes[word] = words.count
                    words.append(word)
                    wakes.append([index])
                }
            }
        }
        automaton = KeywordAutomaton(words: words)
        rulesOfKeyword = wakes
        self.unconditional = unconditional
        self.dotted = dotted
    }

    /// Every credential in the text, in order; of several rules that see the same bytes the one that tells most.
    package func scan(_ bytes: [UInt8], path: Path? = nil) -> [SecretMatch] {
        bytes.withUnsafeBufferPointer { buffer in
            var pass = SecretPass(scanner: self, bytes: bytes, buffer: buffer, path: path)
            automaton.scan(buffer) { keyword, end in
                pass.meet(rules: rulesOfKeyword[keyword], keywordEnd: end)
            }
            pass.finishLine()
            pass.meetDotted(dotted)
            pass.finish(unconditional: unconditional)
            return pass.distinctMatches()
        }
    }

    /// Rules about paths alone that the path meets: files that should not be in a repository whatever they hold.
    package func rulesAbout(path: Path) -> [SecretRule] {
        rules.rules.filter { rule in
            guard case .path = rule.form, rule.path?.isMatch(in: path.bytes) == true else { return false }
            return !(rule.allowlists + rules.allowlists).contains {
                $0.allows(secret: [], match: [], line: [], path: path.bytes)
            }
        }
    }

    static var longestLine: Int { maxLineLength }
}
