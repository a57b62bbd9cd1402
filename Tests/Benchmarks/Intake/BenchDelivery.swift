import Crypto

/// Signed deliveries of 20 kB, as GitHub's are for an ordinary pull request.
enum BenchDelivery {
    static let secret = "a secret of the bench"
    static let bytes = 20_000

    /// Everything of a request but the delivery's id: `head`, id, `tail`.
    struct Template: Sendable {
        let head: [UInt8]
        let tail: [UInt8]
    }

    static func templates(_ count: Int) -> [Template] {
        let key = SymmetricKey(data: Array(secret.utf8))
        return (1...count).map { number in
            let body = body(number)
            let signature = HMAC<SHA256>.authenticationCode(for: body, using: key).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
            let head =
                "POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + "User-Agent: GitHub-Hookshot/bench\r\nX-GitHub-Event: pull_request\r\n"
                + "X-Hub-Signature-256: sha256=\(signature)\r\nContent-Length: \(body.count)\r\nX-GitHub-Delivery: "
            return Template(head: Array(head.utf8), tail: Array("\r\n\r\n".utf8) + body)
        }
    }

    /// The fields that decide something among very many that do not, as in GitHub's: accounts and repositories with
    /// dozens of addresses each, and a pull request's words of about a page.
    private static func body(_ number: Int) -> [UInt8] {
        func addresses(_ count: Int) -> String {
            (0..<count).map { "\"kind_\($0)_url\":\"https://api.github.com/repos/acme/shop/kind_\($0){/sha}\"" }
                .joined(separator: ",")
        }
        let user = "{\"login\":\"ann\",\"id\":501,\"site_admin\":false,\(addresses(12)),\"type\":\"User\"}"
        let repository = """
            {"id":\(number % 50 + 1),"full_name":"acme/shop-\(number % 50)","private":true,"owner":\(user),\
            "description":null,"fork":false,\(addresses(46)),"size":108,"topics":["a","b"],"default_branch":"main"}
            """
        let words = String(repeating: "What this change does, and why.\\r\\n", count: 20)
        let text = """
            {"action":"opened","number":\(number),"pull_request":{\(addresses(20)),"id":\(number),"number":\(number),\
            "html_url":"https://github.com/acme/shop/pull/\(number)","state":"open","locked":false,"title":"Add a cart",\
            "user":\(user),"body":"\(words)","created_at":"2026-11-21T10:00:00Z","assignees":[],"labels":[],"draft":false,\
            "head":{"label":"acme:topic","ref":"topic","sha":"\(String(repeating: "b", count: 40))","repo":\(repository)},\
            "base":{"label":"acme:main","ref":"main","sha":"\(String(repeating: "a", count: 40))","repo":\(repository)},\
            "_links":{\(addresses(8))},"merged":false,"commits":2,"additions":120,"deletions":14,"changed_files":3},\
            "repository":\(repository),"sender":\(user)}
            """
        // Blanks before the last bracket bring it to the size.
        let missing = max(0, bytes - text.utf8.count)
        return Array(text.utf8.dropLast()) + [UInt8](repeating: 0x20, count: missing) + Array("}".utf8)
    }

    /// The code in a header "sha256=…".
    static func code(_ header: String) -> [UInt8]? {
        let digits = Array(header.utf8.dropFirst(7))
        guard digits.count == 64 else { return nil }
        func value(_ byte: UInt8) -> UInt8 { byte < 0x3A ? byte &- 0x30 : byte &- 0x57 }
        return stride(from: 0, to: 64, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) & 15 }
    }
}
