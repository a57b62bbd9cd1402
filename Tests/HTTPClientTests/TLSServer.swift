import Foundation
import TestKit
import Testing

@testable import HTTPClient

/// A TLS server from Python's standard library, with a certificate of an authority of its own; it ends with this value.
final class TLSServer: Sendable {
    let port: Int
    private let certificates: Certificates
    private let program: Program

    /// Whether this machine has the two programs.
    static let isPossible = ["python3", "openssl"].allSatisfy { Program.find($0) != nil }

    init(http1Only: Bool = false) throws {
        certificates = try Certificates.shared.get()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Servers/tls_server.py").path
        let versions = http1Only ? ["http/1.1"] : []
        program = try Program("python3", [script, certificates.certificate, certificates.key] + versions)
        port = try #require(Int(program.readLine()))
    }

    /// The name in its certificate.
    var origin: String { "https://localhost:\(port)" }
    /// The authority's certificate.
    var caFile: String { certificates.authority }
}

/// An authority and a certificate of it for `localhost`, made by the openssl program once for all tests.
private final class Certificates: Sendable {
    static let shared = Result { try Certificates() }

    private let folder: TemporaryDirectory
    var authority: String { folder.file("ca.pem") }
    var certificate: String { folder.file("server.pem") }
    var key: String { folder.file("server.key") }

    private init() throws {
        folder = try TemporaryDirectory()
        let names = folder.file("names")
        try Data("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n".utf8).write(to: URL(filePath: names))
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        let (authorityKey, request) = (folder.file("ca.key"), folder.file("server.csr"))
        try Program.run(
            "openssl",
            ["req", "-x509", "-keyout", authorityKey, "-out", authority, "-days", "2", "-subj", "/CN=authority"] + curve
        )
        try Program.run("openssl", ["req", "-keyout", key, "-out", request, "-subj", "/CN=localhost"] + curve)
        try Program.run(
            "openssl",
            [
                "x509", "-req", "-in", request, "-CA", authority, "-CAkey", authorityKey, "-CAcreateserial", "-out",
                certificate, "-days", "2", "-extfile", names,
            ])
        try #require(FileManager.default.fileExists(atPath: certificate))
    }
}
