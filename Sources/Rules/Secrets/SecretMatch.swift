package import Domain

/// A place that holds a credential, as far as can be told.
package struct SecretMatch: Sendable, Equatable {
    /// Something about the place that makes the match matter less.
    package enum Remark: String, Sendable {
        /// A comment such as `gitleaks:allow` on the line; written by the author of the change, so never the last word.
        case allowComment
        /// The path is that of a test, a fixture or an example.
        case testPath
        /// The file is locked, generated or minified.
        case machineWritten
    }

    package let ruleID: String
    /// A noun phrase, e.g. "GitHub personal access token".
    package let description: String
    /// Offsets of all that matched.
    package let range: Range<Int>
    /// Offsets of the secret itself.
    package let secretRange: Range<Int>
    /// Shannon entropy of the secret, bits a byte.
    package let entropy: Double
    package let severity: Severity
    package let confidence: Double
    /// True when the format alone proves a credential.
    package let isProviderFormat: Bool
    package let cwe: String
    package let remark: Remark?

    /// Which of two matches of the same bytes tells more.
    func tellsMore(than other: SecretMatch) -> Bool {
        if isProviderFormat != other.isProviderFormat { return isProviderFormat }
        if confidence != other.confidence { return confidence > other.confidence }
        return secretRange.count > other.secretRange.count
    }
}
