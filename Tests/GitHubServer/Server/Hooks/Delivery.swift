import Crypto
import Foundation

/// A webhook's request, as it is sent and sent again.
package struct Delivery: Sendable {
    /// How one sending ended.
    package struct Attempt: Sendable {
        /// 0 when there was no answer.
        package var status: Int
        package var answer: String
        package var at: Int
        package var isRedelivery: Bool
    }

    /// The same for all attempts, X-GitHub-Delivery.
    package var guid: String
    /// Its number on the deliveries' page.
    package var number: Int
    package var app: Int
    package var event: String
    package var action: String?
    package var repository: Int?
    package var installation: Int?
    package var headers: [Header]
    package var body: [UInt8]
    package var attempts: [Attempt] = []

    package var contentType: String { headers.first { $0.name == "Content-Type" }?.value ?? "" }
}

extension Delivery {
    /// Signs with the secret, as it stands; form bodies are signed as they are sent.
    static func headers(
        event: String, guid: String, app: App, body: [UInt8], secret: String, isForm: Bool
    ) -> [Header] {
        let key = SymmetricKey(data: Data(secret.utf8))
        let strong = HMAC<SHA256>.authenticationCode(for: body, using: key).hexadecimal
        let weak = HMAC<Insecure.SHA1>.authenticationCode(for: body, using: key).hexadecimal
        return [
            Header("Accept", "*/*"),
            Header("Content-Type", isForm ? "application/x-www-form-urlencoded" : "application/json"),
            Header("User-Agent", "GitHub-Hookshot/0a1b2c3"), Header("X-GitHub-Delivery", guid),
            Header("X-GitHub-Event", event), Header("X-GitHub-Hook-ID", String(app.id)),
            Header("X-GitHub-Hook-Installation-Target-ID", String(app.id)),
            Header("X-GitHub-Hook-Installation-Target-Type", "integration"),
            Header("X-Hub-Signature", "sha1=" + weak), Header("X-Hub-Signature-256", "sha256=" + strong),
        ]
    }
}

extension HashedAuthenticationCode {
    fileprivate var hexadecimal: String {
        map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
