import Crypto
package import Domain

/// Whether a delivery comes from somebody who knows the secret.
package enum WebhookSignature {
    /// Checks GitHub's `X-Hub-Signature-256` ("sha256=" and the HMAC-SHA256 of the raw body in hexadecimal) against each
    /// secret, in constant time. False without a header, for a malformed one, and where there is no secret.
    package static func verify(header: String?, body: UnsafeRawBufferPointer, secrets: [Secret]) -> Bool {
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
        guard header.utf8.count == 71, header.utf8.starts(with: "sha256=".utf8) else { return nil }
        var code: [UInt8] = []
        code.reserveCapacity(32)
        var high: UInt8?
        for digit in header.utf8.dropFirst(7) {
            guard let value = Hexadecimal.value(digit) else { return nil }
            if let former = high {
                code.append(former << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return code
    }
}
