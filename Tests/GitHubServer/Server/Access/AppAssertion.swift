import Crypto
import CryptoExtras
import Foundation
import ModelServer

/// An App's signed assertion: RS256 only, at most ten minutes ahead, issued not in the future.
extension WorldState {
    /// Seconds that a client's clock may be ahead at `iat`; none at `exp`.
    private static let skew = 60
    private static let longestLife = 600

    func appAssertion(_ text: String, now: Int) throws(Refusal) -> App {
        let unreadable = Refusal.unauthorised("A JSON web token could not be decoded")
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64.decodeURL(parts[0]), let payload = Base64.decodeURL(parts[1]),
            let signature = Base64.decodeURL(parts[2]), let header = try? JSON(parsing: head),
            let claims = try? JSON(parsing: payload), header["alg"]?.text == "RS256"
        else { throw unreadable }
        guard let app = app(issuing: claims["iss"]) else {
            throw claims["iss"] == nil
                ? Refusal.unauthorised("Missing 'issuer' claim ('iss') in assertion")
                : Refusal(status: 404, message: "Integration not found")
        }
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: app.privateKey).publicKey,
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: Data(signature)),
                for: Data((parts[0] + "." + parts[1]).utf8), padding: .insecurePKCS1v1_5)
        else { throw unreadable }
        guard let expires = claims["exp"]?.whole, expires > now else {
            throw Refusal.unauthorised(
                "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
            )
        }
        if expires > now + WorldState.longestLife {
            throw Refusal.unauthorised("'Expiration time' claim ('exp') is too far in the future")
        }
        guard let issued = claims["iat"]?.whole, issued <= now + WorldState.skew else {
            throw Refusal.unauthorised(
                "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
        }
        return app
    }

    /// The issuer is the App's id, as a number or text, or its client id.
    private func app(issuing issuer: JSON?) -> App? {
        if let id = issuer?.whole ?? issuer?.text.flatMap({ Int($0) }) { return app(id) }
        return apps.first { $0.clientID == issuer?.text }
    }
}
