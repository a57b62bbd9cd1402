package import Domain

/// One kind of credential: how to find it, and what speaks against a match.
///
/// The fields follow the gitleaks rule format, so that users' rule files load as they are.
package struct SecretRule: Sendable {
    /// How the credential is recognised.
    package enum Form: Sendable {
        /// A pattern over the text, as in gitleaks files. One that is not `multiline` sees one line at a time.
        case pattern(SecretPattern, multiline: Bool)
        /// A value that the pattern matches whole, assigned to a name that contains one of the rule's keywords.
        case named(SecretPattern)
        /// Any random-looking value assigned to a secret-like name; see `GenericSecret`.
        case generic
        /// The file's very path.
        case path
    }

    /// What must hold beyond the pattern: tests that a pattern cannot make.
    package enum Check: String, Sendable {
        /// The first part decodes to a JSON object.
        case jwt
        /// Base64 of a JSON web token.
        case wrappedJWT = "wrapped-jwt"
        /// A URL whose password looks real.
        case url
        /// `user:password` with a password that looks real.
        case userPassword = "user-password"
        /// A password that looks real.
        case password
        /// Not filled in later and no usual default: for places where only a password can stand.
        case set
        /// Holds digits and does not read like words.
        case random
        /// Does not read like words.
        case unwordy
        /// As `random`; base64 of `user:password` counts when the password looks real.
        case authorization
        /// Not a placeholder or a template.
        case literal
        /// Holds a percent-encoded byte or reads like no words: a bearer token, not padding of a binary.
        case bearer
    }

    package var id: String
    /// A noun phrase, e.g. "GitHub personal access token".
    package var description: String
    package var form: Form
    /// Lowercase; the form is tried only where one occurs. Empty: everywhere.
    package var keywords: [String]
    /// Only files whose path matches; nil for all.
    package var path: SecretPattern?
    /// Shannon entropy in bits a byte that the secret must exceed; 0 for no threshold.
    package var entropy: Double
    /// Capture group that holds the secret; 0 for the first group that is not empty, else the whole match.
    package var secretGroup: Int
    package var allowlists: [SecretAllowlist]
    package var check: Check?
    package var severity: Severity
    /// Probability that a match is a real credential, 0 to 1.
    package var confidence: Double
    /// True when the format alone proves a credential, so that no remark in the change can hide it.
    package var isProviderFormat: Bool
    package var cwe: String
    /// The keyword counts only where at least this many letters, digits, `_` or `-` follow it at once.
    package var tail: Int = 0
    /// The pattern is tried on lines that hold a dot, this many token bytes, and a dot; 0 for no such test.
    package var dotted: Int = 0
    /// A value counts whatever the rest of its name says.
    package var anyName = false
    /// Secrets that are plainly made up ("…EXAMPLE", "xxxxxxxx") do not count. Users' patterns are taken at their word.
    package var ignoresMadeUp = false
    /// Other names of the rule, by which a file may override or disable it.
    package var aliases: [String]

    package init(
        id: String, description: String, form: Form, keywords: [String], path: SecretPattern? = nil,
        entropy: Double = 0, secretGroup: Int = 0, allowlists: [SecretAllowlist] = [], check: Check? = nil,
        severity: Severity = .high, confidence: Double = 0.9, isProviderFormat: Bool = true, cwe: String = "CWE-798",
        aliases: [String] = []
    ) {
        self.id = id
        self.description = description
        self.form = form
        self.keywords = keywords
        self.path = path
        self.entropy = entropy
        self.secretGroup = secretGroup
        self.allowlists = allowlists
        self.check = check
        self.severity = severity
        self.confidence = confidence
        self.isProviderFormat = isProviderFormat
        self.cwe = cwe
        self.aliases = aliases
    }
}
