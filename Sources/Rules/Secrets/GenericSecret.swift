/// Judges a value assigned to a name by both: does the name speak of a secret, and does the value look like one?
enum GenericSecret {
    /// Words that make a line worth reading; a superset of what names are judged by.
    static let keywords = [
        "key", "token", "secret", "passw", "pwd", "passphrase", "credential", "auth", "_pass", "pass_",
    ]

    enum NameKind {
        /// Passwords are short and chosen by people.
        case password
        /// Tokens, secrets, API keys: long and random.
        case token
        /// "key" and "auth" alone, which mean many other things.
        case weak
    }

    /// Last words of names whose values are about a secret, not the secret.
    private static let harmlessEndings: Set<String> = [
        "name", "names", "path", "file", "filename", "dir", "url", "uri", "endpoint", "id", "ids", "type", "types",
        "len",
        "length", "size", "count", "arn", "ref", "refs", "env", "var", "variable", "field", "header", "prefix",
        "suffix",
        "label", "title", "column", "format", "regex", "pattern", "text", "message", "msg", "error", "description",
        "hint",
        "help", "placeholder", "class", "selector", "expiry", "expires", "expiration", "ttl", "version", "kind",
        "algorithm",
        "alg", "provider", "manager", "store", "service", "handler", "policy", "rule", "rules", "scope", "scopes",
        "index",
        "limit", "limits", "hash", "digest", "checksum", "fingerprint", "thumbprint", "sha", "sha256", "md5", "salted",
        "parameter", "param", "attribute", "tag", "annotation", "mode", "method", "schema", "property", "option",
        "flag",
        "enabled", "disabled", "required", "valid", "strength", "confirm", "confirmation", "reset", "input", "page",
        "link", "screen", "view", "form", "event", "action", "state", "status", "code", "codes", "map", "list", "set",
        "word", "words", "board", "bits", "alias", "identifier", "uuid", "cursor", "marker", "range", "pair", "values",
    ]

    /// Words anywhere in a name that speak against it.
    private static let harmlessWords: Set<String> = [
        "public", "pub", "hash", "hashed", "digest", "checksum", "sha", "sha1", "sha256", "sha512", "md5",
        "fingerprint",
        "thumbprint", "integrity", "cursor", "page", "next", "continuation", "csrf", "xsrf", "nonce", "primary",
        "foreign",
        "sort", "partition", "cache", "index", "keyboard", "keyframe", "keyword", "keywords", "tokenizer", "tokens",
        "example", "sample", "dummy", "fake", "mock", "test", "placeholder", "i18n", "locale", "translation", "commit",
        "revision", "blob", "tree", "etag", "object", "author", "authority", "authors", "pubkey", "publickey", "monkey",
        "site", "sitekey", "publishable", "idempotency", "unique", "dedupe", "selection", "lookup", "map", "row",
        "column", "bpe",
    ]

    private static let passwordWords: Set<String> = ["password", "passwd", "pwd", "passphrase", "passwort", "pass"]
    private static let tokenWords: Set<String> = ["token", "secret", "apikey", "secrets", "credential", "credentials"]
    private static let keyQualifiers: Set<String> = [
        "api", "access", "secret", "private", "auth", "authorization", "encryption", "signing", "master", "client",
        "account", "storage", "service", "shared", "app", "application", "admin", "license", "integration", "write",
        "ingest", "deploy", "webhook", "session", "jwt", "hmac", "crypto", "cipher", "decrypt", "encrypt", "sign",
    ]

    /// Lowercase words of a name: cut at `_`, `-`, `.` and where upper case begins.
    static func words(of name: some Collection<UInt8>) -> [String] {
        var words: [[UInt8]] = [[]]
        var previous: UInt8 = 0
        let bytes = Array(name)
        for (index, byte) in bytes.enumerated() {
            if byte.isASCIILetter || byte.isASCIIDigit {
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                let startsWord =
                    byte.isASCIIUppercase
                    && (previous.isASCIILowercase || previous.isASCIIDigit
                        || (previous.isASCIIUppercase && next.isASCIILowercase))
                if startsWord { words.append([]) }
                words[words.count - 1].append(byte.asciiLowercased)
            } else {
                words.append([])
            }
            previous = byte
        }
        return words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }

    static func kind(ofName name: some Collection<UInt8>) -> NameKind? {
        let words = words(of: name)
        guard let last = words.last else { return nil }
        if harmlessEndings.contains(last) || words.contains(where: harmlessWords.contains) { return nil }
        // Fused lowercase names: "secretkey", "authtoken", "dbpassword".
        func fused(_ endings: [String]) -> Bool { endings.contains { last.hasSuffix($0) } }
        if passwordWords.contains(last) || fused(["password", "passwd", "passphrase", "pwd"]) { return .password }
        if words.contains(where: passwordWords.contains), words.count <= 4 { return .password }
        if tokenWords.contains(last) || fused(["token", "secret", "apikey", "accesskey", "secretkey", "authkey"]) {
            return .token
        }
        if last == "key", words.dropLast().contains(where: keyQualifiers.contains) { return .token }
        if words.contains(where: tokenWords.contains) { return .token }
        if last == "key" || last == "auth" || last == "authorization" { return .weak }
        return nil
    }

    /// Probability that the value is a real secret, nil when nothing speaks for it.
    static func confidence(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>, isQuoted: Bool) -> Double? {
        guard value.count >= SecretAssignment.minValueLength, value.count <= 512 else { return nil }
        // Cheapest first: every secret has a byte that is no letter, and none has blanks.
        guard value.contains(where: { !$0.isASCIILetter }), value.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let kind = kind(ofName: name)
        else { return nil }
        // Text of another script, escaped: a message about the password.
        if value.containsBytes(of: "\\u") { return nil }
        if Placeholder.isTemplate(value) || Placeholder.isPlaceholder(value) || isReference(value) { return nil }
        switch kind {
        case .password: return passwordConfidence(value, isQuoted: isQuoted)
        case .token: return randomConfidence(value, minimumLength: isQuoted ? 14 : 16)
        case .weak: return randomConfidence(value, minimumLength: 20).map { $0 - 0.1 }
        }
    }

    private static func passwordConfidence(_ value: ArraySlice<UInt8>, isQuoted: Bool) -> Double? {
        let digits = value.contains(where: \.isASCIIDigit)
        let symbols = value.contains { !$0.isASCIIDigit && !$0.isASCIILetter && !"_-./:".utf8.contains($0) }
        let lower = value.contains(where: \.isASCIILowercase)
        let upper = value.contains(where: \.isASCIIUppercase)
        guard digits || symbols, lower || upper else { return nil }
        let classes = [digits, symbols, lower, upper].count { $0 }
        guard shannonEntropy(value) >= 2.8 else { return nil }
        if !isQuoted, symbols, value.contains(where: { "()[]{}<>&|+*=,;".utf8.contains($0) }) { return nil }
        let wordy = RandomText.isWordy(value)
        if wordy && classes < 3 || isWordWithNumber(value) { return nil }
        return wordy ? 0.6 : classes >= 3 ? 0.75 : 0.65
    }

    /// "Admin123", "Welcome1!": what documentation and first installations use.
    private static func isWordWithNumber(_ value: ArraySlice<UInt8>) -> Bool {
        let word = value.prefix(while: \.isASCIILetter)
        let rest = value[word.endIndex...]
        let number = rest.prefix(while: \.isASCIIDigit)
        return word.count >= 4 && word.dropFirst().allSatisfy(\.isASCIILowercase) && number.count <= 4
            && rest.count - number.count <= 1
    }

    private static func randomConfidence(_ value: ArraySlice<UInt8>, minimumLength: Int) -> Double? {
        guard value.count >= minimumLength, value.contains(where: \.isASCIIDigit) else { return nil }
        guard value.contains(where: \.isASCIILetter) else { return nil }
        // Secrets are written in the alphabets of base64, hex and the like.
        guard value.allSatisfy({ $0.isNameByte || "+/=~:$%!@#^*".utf8.contains($0) }) else { return nil }
        let entropy = shannonEntropy(value)
        let isHex = value.allSatisfy { $0.isASCIIHexDigit || $0 == UInt8(ascii: "-") }
        guard entropy >= (isHex ? 3.0 : value.count < 20 ? 3.2 : 3.5) else { return nil }
        if RandomText.isWordy(value) { return nil }
        if isUUID(value) { return nil }
        return entropy >= 4 || isHex && value.count >= 32 ? 0.75 : 0.65
    }

    /// Paths, addresses, identifiers with dots, versions, dates: text that refers to something.
    private static func isReference(_ value: ArraySlice<UInt8>) -> Bool {
        if value.containsBytes(of: "://") || value.first == UInt8(ascii: "/") || value.first == UInt8(ascii: ".") {
            return true
        }
        if value.first == UInt8(ascii: "@") || value.containsBytes(of: "::") { return true }
        let parts = value.split { "/.:-_#@".utf8.contains($0) }
        guard parts.count >= 3 else { return false }
        let plain = parts.count { part in
            part.allSatisfy(\.isASCIILetter) && part.count >= 2 && part.count <= 14
                && RandomText.wordiness(part).share > 0.6
        }
        return plain * 2 >= parts.count
    }

    static func isUUID(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.count == 36 else { return false }
        return value.enumerated().allSatisfy { offset, byte in
            [8, 13, 18, 23].contains(offset) ? byte == UInt8(ascii: "-") : byte.isASCIIHexDigit
        }
    }
}

extension GenericSecret {
    private static let roles: Set<String> = [
        "key", "keys", "token", "tokens", "secret", "auth", "password", "passwd", "pass", "pwd", "pw", "credential",
        "credentials", "access", "api", "pat", "bearer", "apikey", "license", "webhook", "jwt",
    ]

    /// Whether a name that mentions a provider is about its credentials, and not, say, its colour.
    static func mayHold(name: some Collection<UInt8>) -> Bool {
        let words = words(of: name)
        return words.contains { word in
            roles.contains(word) || ["key", "token", "secret", "password"].contains { word.hasSuffix($0) }
        }
    }
}
