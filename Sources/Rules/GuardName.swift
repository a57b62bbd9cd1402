/// Names of functions, annotations and middleware that decide who may do something, or whether input is acceptable.
enum GuardName {
    private static let strong: Set<String> = [
        "authenticate", "authenticated", "authorize", "authorized", "authorization", "authentication", "permission",
        "permissions", "csrf", "rbac", "acl", "preauthorize", "postauthorize", "secured", "rolesallowed", "ratelimit",
        "throttle", "unauthorized", "antiforgery", "forgery",
    ]
    private static let verbs: Set<String> = [
        "require", "requires", "required", "check", "checks", "ensure", "verify", "validate", "assert", "enforce",
        "must",
        "restrict", "protect", "deny",
    ]
    private static let questions: Set<String> = ["is", "has", "can", "only", "with", "allow", "guard"]
    private static let nouns: Set<String> = [
        "auth", "login", "logged", "admin", "owner", "ownership", "access", "role", "roles", "privilege", "privileges",
        "staff", "superuser", "permission", "permissions", "authentication", "authorization",
    ]
    /// Words that mean access only beside a verb that demands.
    private static let looseNouns: Set<String> = [
        "token", "session", "user", "scope", "scopes", "signature", "hmac", "jwt", "credentials", "hostname",
        "certificate", "origin", "policy", "membership", "tenant",
    ]
    /// What looks like a guard's name and only carries, makes or reports things.
    private static let harmless: Set<String> = [
        "get", "set", "new", "create", "make", "build", "add", "remove", "delete", "update", "list", "load", "store",
        "save", "print", "log", "test", "tests", "mock", "error", "exception", "config", "header", "headers", "parse",
        "format", "render", "show", "to", "from", "init", "with", "url", "uri", "proxy", "describe", "it", "expect",
        "fetch",
        "find", "read", "write", "generate", "clear", "reset", "encode", "decode", "equal", "equals", "contains", "nil",
        "null",
        "empty", "type", "instance", "status", "response", "request", "basic", "bearer", "digest", "default", "chmod",
    ]

    /// What takes a guard away.
    private static let lifting: Set<String> = [
        "ignore", "ignores", "skip", "skips", "disable", "disables", "disabled", "exempt", "bypass", "anonymous",
        "without",
    ]

    /// Whether a name, dotted or not, is a guard's.
    static func isGuard(_ name: [UInt8]) -> Bool {
        let last = name.split(separator: UInt8(ascii: ".")).last.map { Array($0) } ?? []
        let words = words(of: last)
        guard let first = words.first, words.count <= 8 else { return false }
        if harmless.contains(first), first != "with" { return false }
        if words.contains(where: lifting.contains) { return false }
        if words.contains(where: {
            ["error", "exception", "test", "header", "config", "normalize", "normalise", "setting", "settings"]
                .contains($0)
        }) {
            return false
        }
        if words.contains(where: strong.contains) { return true }
        if words.contains(where: nouns.contains) {
            return words.contains(where: verbs.contains) || words.contains(where: questions.contains)
        }
        return words.contains(where: verbs.contains) && words.contains(where: looseNouns.contains)
    }

    /// What a guard is about: "antiforgery" of `AutoValidateAntiforgeryToken`.
    static func subjects(of name: [UInt8]) -> Set<String> {
        Set(words(of: name)).intersection(strong.union(nouns))
    }

    /// Whether a name takes a guard away, as `skip_before_action` and `AllowAnonymous` do.
    static func lifts(_ name: [UInt8]) -> Bool {
        ["skip_before_action", "skip_before_filter", "AllowAnonymous", "IgnoreAntiforgeryToken", "csrf_exempt"]
            .contains { name.elementsEqual($0.utf8) }
    }

    /// `requireOwner`, `require_owner` and `RequireOwner` as words.
    static func words(of name: [UInt8]) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var before: UInt8 = 0
        for byte in name.prefix(80) {
            let isUpper = byte >= 0x41 && byte <= 0x5A
            let isLetter = isUpper || byte >= 0x61 && byte <= 0x7A
            let afterLower = before >= 0x61 && before <= 0x7A
            if !isLetter || isUpper && afterLower {
                if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
                word = []
            }
            if isLetter { word.append(lowercase(byte)) }
            before = byte
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}
