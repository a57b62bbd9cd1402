import Crypto
import CryptoExtras
import Domain

/// An App's private key, and the tokens it signs to prove that the App asks.
struct AppKey: Sendable {
    struct Problem: Error, Sendable, CustomStringConvertible {
        var description: String {
            "the App's private key is not an RSA key in PEM of 2,048 bits or more: download a new one from the App's settings"
        }
    }

    private let id: Int64
    private let key: _RSA.Signing.PrivateKey

    /// - Parameter privateKey: PEM, PKCS#1 ("BEGIN RSA PRIVATE KEY", as GitHub hands it out) or PKCS#8.
    init(id: Int64, privateKey: Secret) throws(Problem) {
        self.id = id
        let key = privateKey.reveal { bytes in
            try? _RSA.Signing.PrivateKey(pemRepresentation: String(decoding: bytes, as: UTF8.self))
        }
        guard let key else { throw Problem() }
        self.key = key
    }

    private struct Header: Encodable {
        var alg = "RS256"
        var typ = "JWT"
    }

    private struct Claims: Encodable {
        var iat: Int
        var exp: Int
        var iss: String
    }

    /// A JSON Web Token (RFC 7519) signed with RS256. GitHub takes none that lasts longer than ten minutes from now or
    /// begins in the future, both by its own clock: the ends leave a minute and more for the two clocks to differ.
    func token(at now: Instant) throws(Problem) -> Secret {
        let claims = Claims(iat: now.unixSeconds - 60, exp: now.unixSeconds + 480, iss: String(id))
        let signed = Self.base64URL(JSONCoding.encode(Header())) + "." + Self.base64URL(JSONCoding.encode(claims))
        guard
            let signature = try? key.signature(
                for: SHA256.hash(data: Array(signed.utf8)), padding: .insecurePKCS1v1_5)
        else { throw Problem() }
        let bytes = signature.withUnsafeBytes { Array($0) }
        return Secret(signed + "." + Self.base64URL(bytes))
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// RFC 4648, section 5, without padding.
    static func base64URL(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for index in 0...group.count {
                text.append(alphabet[Int(bits >> UInt32(18 - 6 * index) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
