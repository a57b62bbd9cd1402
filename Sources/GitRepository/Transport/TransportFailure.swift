import Domain

/// Reads out of what git wrote why it failed.
///
/// Lines that the server wrote (`remote: …`, `remote error: …`) say nothing here. Everything is matched against git's own English words, which
/// LC_ALL=C makes sure of.
struct TransportFailure {
    private let lines: [String]
    private let address: RemoteAddress?
    private let credential: RemoteCredential?

    init(errors: [UInt8], address: RemoteAddress?, credential: RemoteCredential? = nil) {
        lines = String(decoding: errors, as: UTF8.self).split(whereSeparator: { $0 == "\n" || $0 == "\r" })
            .map(String.init).filter(TransportFailure.isGitsOwn)
        self.address = address
        self.credential = credential
    }

    /// A server may write anything into its messages; only that it lacks an object is taken from them.
    private static func isGitsOwn(_ line: String) -> Bool {
        if line.hasPrefix("remote:") { return false }
        return !line.contains("remote error") || line.hasPrefix("fatal: remote error: upload-pack: not our ref ")
    }

    var error: TransportError {
        let host = address.map { String($0.origin) } ?? "the server"
        for (signs, kind, problem, advice) in TransportFailure.known where says(signs) {
            return TransportError(kind, problem.replacing("{host}", with: host), advice: advice)
        }
        return TransportError(.refused, "git could not fetch: \(firstWords)")
    }

    private func says(_ signs: [String]) -> Bool {
        lines.contains { line in signs.contains { line.contains($0) } }
    }

    /// The first matching row counts.
    private static let known: [(signs: [String], kind: TransportError.Kind, problem: String, advice: String)] = [
        (
            ["No space left on device", "Disk quota exceeded", "File too large", "Read-only file system"], .diskFull,
            "the disk with the mirrors is full or cannot be written", "Free space there"
        ),
        (
            ["Authentication failed for", "could not read Username", "could not read Password", "returned error: 401"],
            .authentication, "{host} does not accept the credential",
            "Check that the token is valid and may read the repository's contents"
        ),
        (
            ["returned error: 403"], .authentication, "{host} forbids reading this repository",
            "Check that the token may read the repository's contents"
        ),
        (
            ["returned error: 407", "HTTP code 407"], .authentication, "the proxy wants a user name and password",
            "Give them in network.proxy"
        ),
        (
            ["returned error: 404", "returned error: 410", "' not found"], .notFound,
            "{host} has no such repository, or hides it from this credential",
            "Check the repository's name and that the token may read it"
        ),
        (
            [
                "returned error: 301", "returned error: 302", "returned error: 303", "returned error: 307",
                "returned error: 308", "unable to update url base from redirection",
            ], .redirected, "{host} redirects to another address, which is not followed",
            "The repository was renamed or moved; ask the forge for its present name"
        ),
        (
            ["not our ref", "couldn't find remote ref", "Server does not allow request for unadvertised object"],
            .missingObject, "{host} does not have the commit any more, or does not give it out", ""
        ),
        (
            ["is not a git command", "unable to find remote helper", "Remote helper"], .gitMissing,
            "the git command lacks its part for HTTP", "Install git with git-remote-https"
        ),
        (
            ["certificate", "SSL peer", "gnutls_handshake", "SSL_connect", "CAfile"], .refused,
            "the encrypted connection to {host} failed: its certificate is not trusted",
            "Give the forge's own authority as network.ca_file"
        ),
        (
            [
                "Could not resolve", "Failed to connect", "Couldn't connect", "Connection refused",
                "Connection timed out", "Connection reset", "Operation too slow", "transfer closed", "early EOF",
                "RPC failed", "unexpected disconnect", "Empty reply", "Recv failure", "Send failure", "hung up",
                "returned error: 408", "returned error: 429", "returned error: 5", "unexpected end of",
                "premature end of pack", "expected flush", "bad line length", "protocol error",
                "unable to access", "the remote end",
            ], .network, "the connection to {host} failed or broke off", "Try again later"
        ),
        (
            ["fsck error", "fatal: bad tree", "inflate returned"], .refused,
            "the server sent objects that git's checks refuse", ""
        ),
        (
            [
                "not a git repository", "bad object", "is corrupt", "cannot be accessed", "object file",
                "unable to read tree", "did not send all necessary objects", "fatal: bad config",
                "cannot lock ref", "Unable to create",
            ], .damaged, "the mirror is damaged", ""
        ),
        (
            ["invalid index-pack output", "index-pack died", "died of signal"], .interrupted,
            "a part of the git command was ended before it was done",
            "If it was the system, for want of memory, give it more"
        ),
    ]

    /// Git's own first complaint, short, printable, without addresses, and without what the server wants to have said.
    private var firstWords: String {
        let complaint = lines.first {
            ($0.hasPrefix("fatal: ") || $0.hasPrefix("error: ")) && !isTelling($0)
        }
        guard let complaint else { return "it gave no reason that may be shown" }
        let words = complaint.drop { $0 != " " }.split(separator: " ").map { word in
            word.contains("://") || word.contains("@") ? "[address]" : word
        }
        let text = words.joined(separator: " ").unicodeScalars.filter { (32..<127).contains($0.value) }
        return String(String.UnicodeScalarView(text.prefix(160)))
    }

    private func isTelling(_ line: String) -> Bool {
        credential?.secret.reveal { !$0.isEmpty && line.contains(String(decoding: $0, as: UTF8.self)) } ?? false
    }
}
