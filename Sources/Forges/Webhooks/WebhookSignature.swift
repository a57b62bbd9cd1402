import Crypto
package import Domain

/// Whether a delivery comes from somebody who knows the secret.
package enum WebhookSignature {
    /// Checks GitHub's `X-Hub-Signature-256` ("sha256=" and the HMAC-SHA256 of the raw body in hexadecimal) against each
    /// secret, in constant time. False without a header, for a malformed one, and where there is no secret.
    package static func verify(header: String?, body: [UInt8], secrets: [Secret]) -> Bool {
        guard let header, let code = code(from: header) else { return false }
        var matches = false
        for secret in secrets where !secret.isEmpty {
            let isValid = secret.reveal { bytes in
                HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: SymmetricKey(data: bytes))
            }
            if isValid { matches = true }
        }
        return matches
    }

    private static func code(from header: String) -> [UInt8]? {
        let bytes = Array(header.utf8)
        let name = Array("sha256=".utf8)
        guard bytes.count == name.count + 64, bytes.starts(with: name) else { return nil }
        var code: [UInt8] = []
        for index in stride(from: name.count, to: bytes.count, by: 2) {
            guard let high = Hexadecimal.value(bytes[index]), let low = Hexadecimal.value(bytes[index + 1]) else {
                return nil
            }
            code.append(high << 4 | low)
        }
        return code
    }
}
