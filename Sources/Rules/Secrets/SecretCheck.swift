import FoundationEssentials

extension SecretRule.Check {
    /// Whether the secret passes the test. `context` is the whole match.
    func holds(secret: ArraySlice<UInt8>, context: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .jwt: Self.startsWithJSONObject(secret)
        case .wrappedJWT: Self.decoded(secret).map { Self.startsWithJSONObject($0[...]) } ?? false
        case .url: URLPassword(in: context)?.looksReal ?? false
        case .userPassword: Self.isUserPassword(secret)
        case .password: Self.isPassword(secret)
        case .set: Self.isSet(secret)
        case .random: RandomText.looksRandom(secret)
        case .authorization: Self.isAuthorization(secret)
        case .unwordy: !RandomText.isWordy(secret)
        case .literal: !Placeholder.isTemplate(secret) && !Placeholder.isPlaceholder(secret)
        case .bearer:
            secret.contains(where: \.isASCIILowercase) && secret.contains(where: \.isASCIIDigit)
                && !secret.dropFirst(24).containsBytes(of: "AAAAAA")
        }
    }

    private static func isAuthorization(_ text: ArraySlice<UInt8>) -> Bool {
        guard !Placeholder.isTemplate(text), !Placeholder.isPlaceholder(text) else { return false }
        if let plain = decoded(text), plain.contains(UInt8(ascii: ":")), plain.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            return isUserPassword(plain[...])
        }
        return RandomText.looksRandom(text)
    }

    private static func isUserPassword(_ pair: ArraySlice<UInt8>) -> Bool {
        guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let password = pair[(colon + 1)...]
        let varied = password.contains { !$0.isASCIILetter } || password.dropFirst().contains(where: \.isASCIIUppercase)
        return varied && isSet(password) && !password.elementsEqual(pair[..<colon])
    }

    private static func isSet(_ text: ArraySlice<UInt8>) -> Bool {
        text.count >= 4 && !Placeholder.isTemplate(text) && !URLPassword.isUsual(text)
            && !Placeholder.isClearlyNoSecret(text)
    }

    /// Not a placeholder, a template or a usual default, and not a single plain word.
    static func isPassword(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count >= 4, !Placeholder.isTemplate(text), !Placeholder.isPlaceholder(text) else { return false }
        if URLPassword.isUsual(text) { return false }
        let varied = text.contains { !$0.isASCIILetter } || text.dropFirst().contains(where: \.isASCIIUppercase)
        return varied && !text.allSatisfy { $0 == text.first }
    }

    private static func startsWithJSONObject(_ token: ArraySlice<UInt8>) -> Bool {
        let head = token.prefix { $0 != UInt8(ascii: ".") }
        guard let json = decoded(head), json.count <= 4096 else { return false }
        return (try? JSONDecoder().decode([String: AnyValue].self, from: Data(json)))?.isEmpty == false
    }

    /// Decodes base64 of either alphabet, with or without padding.
    static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
        var standard: [UInt8] = text.compactMap { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
        standard.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (4 - standard.count % 4) % 4))
        return Data(base64Encoded: Data(standard)).map(Array.init)
    }

    /// Any JSON value; only that it is one matters.
    private struct AnyValue: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}

/// The credentials of a URL: `scheme://user:password@host`.
struct URLPassword {
    let user: ArraySlice<UInt8>
    let password: ArraySlice<UInt8>
    let host: ArraySlice<UInt8>

    init?(in url: ArraySlice<UInt8>) {
        guard let scheme = url.firstRange(ofBytes: Array("://".utf8)) else { return nil }
        let rest = url[scheme.upperBound...]
        guard let at = rest.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let credentials = rest[..<at]
        guard let colon = credentials.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        user = credentials[..<colon]
        password = credentials[(colon + 1)...]
        host = rest[(at + 1)...].prefix { $0.isNameByte }
    }

    private static let usual: Set<String> = [
        "password", "passwd", "pass", "pwd", "secret", "token", "user", "username", "admin", "root", "test", "guest",
        "postgres", "mysql", "redis", "mongo", "rabbitmq", "example", "changeme", "foo", "bar", "baz", "hunter2",
        "letmein", "x-oauth-basic", "x-access-token", "my-password", "mypassword", "dev", "ci", "local", "docker",
    ]

    static func isUsual(_ password: ArraySlice<UInt8>) -> Bool {
        usual.contains(String(decoding: password.map(\.asciiLowercased), as: UTF8.self))
    }

    /// Not a placeholder, a template, a usual default, or a service on this very machine.
    var looksReal: Bool {
        guard password.count >= 3, !Placeholder.isTemplate(password), !password.contains(UInt8(ascii: "$")) else {
            return false
        }
        if Self.isUsual(password) || password.elementsEqual(user) { return false }
        if password.allSatisfy(\.isASCIILetter), RandomText.isWordy(password) { return false }
        if password.count >= 6, password.count <= 20, Placeholder.isPlaceholder(password) { return false }
        if password.count > 20, Placeholder.isClearlyNoSecret(password) { return false }
        if password.count < 6, !password.contains(where: \.isASCIIDigit) { return false }
        if password.allSatisfy({ $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "x") }) { return false }
        let name = String(decoding: host, as: UTF8.self)
        return !["localhost", "127.0.0.1", "0.0.0.0", "db", "postgres", "redis", "mysql", "mongo"].contains(name)
    }
}
