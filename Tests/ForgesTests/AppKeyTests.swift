import Crypto
import CryptoExtras
import Domain
@testable import Forges
import Foundation
import TestKit
import Testing

@Suite("The App's key")
struct AppKeyTests {
    private let now = Instant(milliseconds: 1_790_000_000_500)

    private func parts(of token: Secret) throws -> (
        signed: String, header: [String: Any], claims: [String: Any], signature: Data
    ) {
        let text = token.reveal { String(decoding: $0, as: UTF8.self) }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 3)
        let decoded = try parts.map { part in
            let base64 = part.replacing("-", with: "+").replacing("_", with: "/")
            return try #require(Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)))
        }
        let header = try #require(try JSONSerialization.jsonObject(with: decoded[0]) as? [String: Any])
        let claims = try #require(try JSONSerialization.jsonObject(with: decoded[1]) as? [String: Any])
        return (parts[0] + "." + parts[1], header, claims, decoded[2])
    }

    @Test("signs tokens that the public key proves, from both forms of PEM", arguments: [true, false])
    func signs(pkcs1: Bool) throws {
        let key = try MemoryWorld.key.get()
        let pem = pkcs1 ? key.pemRepresentation : key.pkcs8PEMRepresentation
        #expect(pem.contains(pkcs1 ? "BEGIN RSA PRIVATE KEY" : "BEGIN PRIVATE KEY"))
        let token = try parts(of: AppKey(id: 99, privateKey: Secret(pem)).token(at: now))
        #expect(token.header["alg"] as? String == "RS256")
        #expect(
            key.publicKey.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: token.signature),
                for: SHA256.hash(data: Data(token.signed.utf8)), padding: .insecurePKCS1v1_5))
        #expect(token.claims["iss"] as? String == "99")
        let issued = try #require(token.claims["iat"] as? Int)
        let expires = try #require(token.claims["exp"] as? Int)
        // GitHub takes at most ten minutes from its own now; ours may be a minute ahead or behind.
        #expect(issued == now.unixSeconds - 60)
        #expect(expires > now.unixSeconds && expires - now.unixSeconds <= 540)
    }

    @Test(
        "is refused when it is none",
        arguments: ["", "x", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"])
    func none(_ pem: String) {
        #expect(throws: AppKey.Problem.self) { try AppKey(id: 1, privateKey: Secret(pem)) }
    }

    @Test("is refused when it is too short or of another kind")
    func others() throws {
        let short = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024)).pemRepresentation
        #expect(throws: AppKey.Problem.self) { try AppKey(id: 1, privateKey: Secret(short)) }
        let curve = P256.Signing.PrivateKey().pemRepresentation
        #expect(throws: AppKey.Problem.self) { try AppKey(id: 1, privateKey: Secret(curve)) }
    }

    @Test(
        "writes base64 as RFC 4648 does in its examples",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FF}", "z7_Pvw"),
        ])
    func base64(_ text: String, _ expected: String) {
        #expect(AppKey.base64URL(Array(text.utf8)) == expected)
    }
}

@Suite("A GitHub's address")
struct GitHubWebAddressTests {
    @Test(
        "tells where the API is",
        arguments: [
            ("https://github.com", "github.com", "https://api.github.com"),
            ("https://github.com/", "github.com", "https://api.github.com"),
            ("https://GitHub.com", "github.com", "https://api.github.com"),
            ("https://acme.ghe.com", "acme.ghe.com", "https://api.acme.ghe.com"),
            ("https://git.acme.org", "git.acme.org", "https://git.acme.org/api/v3"),
            ("https://git.acme.org:8443", "git.acme.org:8443", "https://git.acme.org:8443/api/v3"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080/api/v3"),
        ])
    func api(_ url: String, _ host: String, _ api: String) throws {
        let address = try GitHubWebAddress(url)
        #expect(address.host == host && address.apiURL == api)
        #expect(address.apiOrigin != nil)
    }

    @Test(
        "is refused where it is none",
        arguments: [
            "", "github.com", "ftp://github.com", "https://user@github.com", "https://github.com/acme",
            "https://github.com?x=1", "https://git hub.com", "https://",
        ])
    func none(_ url: String) {
        #expect(throws: GitHubWebAddress.Problem.notAnAddress(url)) { try GitHubWebAddress(url) }
    }

    @Test("is refused where the token would go in the clear")
    func clear() {
        #expect(throws: GitHubWebAddress.Problem.unencrypted("git.acme.org")) {
            try GitHubWebAddress("http://git.acme.org")
        }
    }

    @Test("needs a marker key that cannot be guessed")
    func markerKey() throws {
        let address = try GitHubWebAddress("https://github.com")
        #expect(throws: GitHubSettings.MarkerKeyTooShort.self) {
            try GitHubSettings(address: address, credential: .token(Secret("x")), markerKey: Secret("short"))
        }
    }
}
