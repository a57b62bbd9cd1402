/// What speaks against a match: a part of a rule, or of a whole rule file. The fields are those of gitleaks.
package struct SecretAllowlist: Sendable {
    /// What `regexes` look at.
    package enum Target: String, Sendable {
        case secret, match, line
    }

    /// With `all`, every kind of test that is given has to agree.
    package enum Condition: Sendable {
        case any, all
    }

    package var condition: Condition
    package var paths: [SecretPattern]
    package var regexes: [SecretPattern]
    package var target: Target
    /// Lowercase; found anywhere in the secret.
    package var stopwords: [String]
    /// The rules a file-wide list is for; empty for all.
    package var ruleIDs: [String]

    package init(
        condition: Condition = .any, paths: [SecretPattern] = [], regexes: [SecretPattern] = [],
        target: Target = .secret,
        stopwords: [String] = [], ruleIDs: [String] = []
    ) {
        self.condition = condition
        self.paths = paths
        self.regexes = regexes
        self.target = target
        self.stopwords = stopwords
        self.ruleIDs = ruleIDs
    }

    var isEmpty: Bool { paths.isEmpty && regexes.isEmpty && stopwords.isEmpty }

    func allows(secret: ArraySlice<UInt8>, match: ArraySlice<UInt8>, line: ArraySlice<UInt8>, path: [UInt8]) -> Bool {
        var verdicts: [Bool] = []
        if !paths.isEmpty { verdicts.append(paths.contains { $0.isMatch(in: path) }) }
        if !regexes.isEmpty {
            let text =
                switch target {
                case .secret: secret
                case .match: match
                case .line: line
                }
            verdicts.append(regexes.contains { $0.isMatch(in: text) })
        }
        if !stopwords.isEmpty {
            let lowered = secret.map(\.asciiLowercased)
            verdicts.append(stopwords.contains { lowered.containsBytes(of: $0) })
        }
        guard !verdicts.isEmpty else { return false }
        return condition == .any ? verdicts.contains(true) : verdicts.allSatisfy { $0 }
    }
}
