import Foundation
import Testing

@testable import HTTPClient

/// A TLS server from Python's standard library with a certificate of its own authority, made for the occasion by the
/// openssl program; it ends with this value.
final class TLSServer: Sendable {
    let port: Int
    /// The authority's certificate.
    let caFile: String
    private let folder: URL
    private let process: Process
    private let input = Pipe()

    /// Whether this machine has the two programs.
    static let isPossible = ["python3", "openssl"].allSatisfy { program($0) != nil }

    init(http1Only: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "hunkwise-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        caFile = folder.appending(path: "ca.pem").path
        try Self.makeCertificates(in: folder)
        process = Process()
        process.executableURL = Self.program("python3")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Servers/tls_server.py")
        let output = Pipe()
        process.arguments = [
            script.path, folder.appending(path: "server.pem").path, folder.appending(path: "server.key").path,
        ]
        if http1Only { process.arguments?.append("http/1.1") }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n"), let byte = try output.fileHandleForReading.read(upToCount: 1)?.first {
            line.append(byte)
        }
        port = try #require(Int(String(decoding: line.dropLast(), as: UTF8.self)))
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The name in its certificate.
    var origin: String { "https://localhost:\(port)" }

    private static func makeCertificates(in folder: URL) throws {
        let names = "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n"
        try Data(names.utf8).write(to: folder.appending(path: "names"))
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try run(
            "openssl",
            ["req", "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test authority"] + key,
            in: folder)
        try run(
            "openssl", ["req", "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost"] + key,
            in: folder)
        try run(
            "openssl",
            [
                "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                "server.pem", "-days", "2", "-extfile", "names",
            ], in: folder)
    }

    private static func run(_ name: String, _ arguments: [String], in folder: URL) throws {
        let process = Process()
        process.executableURL = program(name)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private static func program(_ name: String) -> URL? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { URL(filePath: String($0)).appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}
