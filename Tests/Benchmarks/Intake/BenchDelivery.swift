import Crypto
import NIOCore

/// Signed deliveries of 20 kB, as GitHub's are for an ordinary pull request.
enum BenchDelivery {
    static let secret = "a secret of the bench"
    static let bytes = 20_000

    /// Requests about pull requests, ready to be sent but for the delivery's id.
    struct Requests: Sendable {
        fileprivate static let repositories = 50

        /// By repository: what all its requests have in common.
        private let bodies: [Body]
        private let first: Int
        /// The signature of each, 64 hexadecimal digits.
        private let signatures: [[UInt8]]

        /// - Parameters:
        ///   - count: Of pull requests; one more of them begins anew.
        ///   - first: The number of the first.
        init(_ count: Int, from first: Int) {
            let key = SymmetricKey(data: Array(secret.utf8))
            let bodies = (0..<Self.repositories).map(Body.init(repository:))
            self.bodies = bodies
            self.first = first
            signatures = (0..<count).map { index in
                let number = first + index
                let body = bodies[number % Self.repositories].text(number)
                return HMAC<SHA256>.authenticationCode(for: body, using: key).flatMap { byte in
                    Array(((byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8)
                }
            }
        }

        func write(_ turn: Int, id: String, to buffer: inout ByteBuffer) {
            let index = turn % signatures.count
            let number = first + index
            buffer.writeStaticString(
                """
                POST /webhooks/github HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
                User-Agent: GitHub-Hookshot/bench\r\nX-GitHub-Event: pull_request\r\nContent-Length: 20000\r\n\
                X-GitHub-Delivery:\u{20}
                """)
            buffer.writeString(id)
            buffer.writeStaticString("\r\nX-Hub-Signature-256: sha256=")
            buffer.writeBytes(signatures[index])
            buffer.writeStaticString("\r\n\r\n")
            for part in bodies[number % Self.repositories].parts(number) { buffer.writeBytes(part) }
        }
    }

    /// The fields that decide something among very many that do not, as in GitHub's: accounts and repositories with
    /// dozens of addresses each, and a pull request's words of about a page.
    private struct Body: Sendable {
        private let beforeNumber: [UInt8]
        private let afterNumber: [UInt8]

        init(repository index: Int) {
            func addresses(_ count: Int) -> String {
                (0..<count).map { "\"kind_\($0)_url\":\"https://api.github.com/repos/acme/shop/kind_\($0){/sha}\"" }
                    .joined(separator: ",")
            }
            let user = "{\"login\":\"ann\",\"id\":501,\"site_admin\":false,\(addresses(12)),\"type\":\"User\"}"
            let repository = """
                {"id":\(index + 1),"full_name":"acme/shop-\(index)","private":true,"owner":\(user),\
                "description":null,"fork":false,\(addresses(46)),"size":108,"topics":["a","b"],"default_branch":"main"}
                """
            let words = String(repeating: "What this change does, and why.\\r\\n", count: 20)
            let before = "{\"action\":\"opened\",\"pull_request\":{\(addresses(20)),\"id\":7,\"number\":"
            let after = """
                ,"html_url":"https://github.com/acme/shop/pull/7","state":"open","locked":false,"title":"Add a cart",\
                "user":\(user),"body":"\(words)","created_at":"2026-11-21T10:00:00Z","assignees":[],"labels":[],"draft":false,\
                "head":{"label":"acme:topic","ref":"topic","sha":"\(String(repeating: "b", count: 40))","repo":\(repository)},\
                "base":{"label":"acme:main","ref":"main","sha":"\(String(repeating: "a", count: 40))","repo":\(repository)},\
                "_links":{\(addresses(8))},"merged":false,"commits":2,"additions":120,"deletions":14,"changed_files":3},\
                "repository":\(repository),"sender":\(user)
                """
            beforeNumber = Array(before.utf8)
            // Blanks before the last bracket bring it to the size.
            let missing = bytes - before.utf8.count - 7 - after.utf8.count - 1
            afterNumber = Array(after.utf8) + [UInt8](repeating: 0x20, count: max(0, missing)) + Array("}".utf8)
        }

        func parts(_ number: Int) -> [[UInt8]] { [beforeNumber, Array(String(1_000_000 + number).utf8), afterNumber] }

        func text(_ number: Int) -> [UInt8] { Array(parts(number).joined()) }
    }

    /// The code in a header "sha256=…".
    static func code(_ header: String) -> [UInt8]? {
        let digits = Array(header.utf8.dropFirst(7))
        guard digits.count == 64 else { return nil }
        func value(_ byte: UInt8) -> UInt8 { byte < 0x3A ? byte &- 0x30 : byte &- 0x57 }
        return stride(from: 0, to: 64, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) & 15 }
    }
}
