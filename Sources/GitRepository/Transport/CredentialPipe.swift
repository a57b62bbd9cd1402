import CGit2
import Domain
import Glibc

/// A credential on its way to git: written into a pipe whose one reader is git's credential helper.
///
/// It is never in an argument, an address, an environment variable or a file. The pipe gives it out once, holds it in
/// kernel memory only, and is gone with the fetch. The helper is configured for the address's origin alone, so git asks it
/// for no other host, redirected to or proxied through. (An askpass program would be asked for every host, proxies too.)
struct CredentialPipe: Sendable {
    /// What the child inherits; closed by `end`.
    let reader: Int32

    init(_ credential: RemoteCredential) throws(TransportError) {
        let unusable = TransportError(
            .authentication, "the credential is empty, too long or has a control character",
            advice: "Check the token that is configured for this forge")
        func isPlain(_ bytes: some Collection<UInt8>) -> Bool {
            (1...4096).contains(bytes.count) && bytes.allSatisfy { $0 > 31 && $0 != 127 }
        }
        guard isPlain(credential.user.utf8), credential.secret.reveal({ isPlain($0) }) else { throw unusable }
        var ends: [Int32] = [-1, -1]
        guard cgit2_pipe(&ends) == 0 else {
            throw TransportError(.damaged, "no pipe could be made: \(String(cString: strerror(errno)))")
        }
        let writer = ends[1]
        // The form of git-credential(1). A pipe holds 64 KB, so this never waits for a reader.
        let isWritten = credential.secret.reveal { secret in
            var text = Array("username=\(credential.user)\npassword=".utf8) + secret + [UInt8(ascii: "\n")]
            defer { for index in text.indices { text[index] = 0 } }
            return write(writer, text, text.count) == text.count
        }
        close(writer)
        guard isWritten else {
            close(ends[0])
            throw unusable
        }
        reader = ends[0]
    }

    /// To be called once, when the child has ended.
    func end() { close(reader) }
}
