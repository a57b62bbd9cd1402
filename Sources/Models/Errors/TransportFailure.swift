import Domain
import HTTPClient

/// What a transfer that brought no whole answer means for the call.
struct TransportFailure: Sendable {
    /// The provider entry's name.
    let name: String
    let isLocal: Bool

    /// - Parameter hasBegun: Whether the head of an answer was there.
    func failure(of error: HTTPError, hasBegun: Bool) -> CallFailure {
        switch error.kind {
        case .invalidURL, .invalidRequest:
            return CallFailure(.badRequest, "\(name) cannot be called: \(error.message)")
        case .forbiddenAddress where !isLocal:
            return CallFailure(
                .forbiddenAddress,
                "\(name) would get its key unencrypted over a public network: use https, or attest the address")
        case .forbiddenAddress:
            return CallFailure(
                .forbiddenAddress,
                "\(name) is local but its address is not: \(error.message); correct base_url or attest the address")
        case .forbiddenHost:
            return CallFailure(.forbiddenAddress, "\(name) is at a host that is not configured: \(error.message)")
        case .nameLookup, .connect, .tls:
            return CallFailure(.transport, "\(name) cannot be reached: \(error.message)")
        case .timeout:
            return CallFailure(.timeout, "\(name) did not answer in the time allowed: \(error.message)")
        case .bodyTooLarge, .headersTooLarge:
            return CallFailure(.tooLarge, "\(name) sent more than any answer needs: \(error.message)")
        case .protocolError, .connectionLost:
            return CallFailure(
                hasBegun ? .cut : .transport, "the connection to \(name) broke: \(error.message)")
        case .cancelled, .closed:
            return CallFailure(.cancelled, "the call to \(name) was cancelled")
        }
    }
}
