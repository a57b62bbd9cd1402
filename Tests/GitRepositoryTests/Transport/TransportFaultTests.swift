import Domain
import Foundation
import GitServer
import TestKit
import Testing

@testable import GitRepository

@Suite("Faults of a git server")
struct TransportFaultTests {
    @Test("a wrong credential, and none, are told apart from everything else and seen by nobody")
    func credentials() async throws {
        try await TestForge.play { forge in
            for secret in ["wrong", nil] {
                let error = try await forge.failure(try forge.request(secret: secret))
                #expect(error.kind == .authentication)
            }
            _ = try await forge.mirror.fetch(try forge.request())
        }
    }

    @Test(
        "a credential that could break out of its line is not sent", arguments: ["", "a\nhost=evil", "a\u{0}b", "\r"])
    func hostileCredential(secret: String) async throws {
        try await TestForge.play { forge in
            try await forge.expectFailure(.authentication, try forge.request(secret: secret))
            #expect(forge.server.requests.isEmpty)
        }
    }

    @Test("a public repository is read without a credential")
    func publicRepository() async throws {
        try await TestForge.play(isPrivate: false) { forge in
            try forge.expectWhole(try await forge.mirror.fetch(try forge.request(secret: nil)))
            #expect(forge.server.requests.allSatisfy { $0.authorization == nil })
        }
    }

    @Test(
        "each answer of a server is understood",
        arguments: [
            (401, TransportError.Kind.authentication), (403, .authentication), (404, .notFound), (410, .notFound),
            (429, .network), (500, .network), (502, .network), (503, .network),
        ])
    func statuses(status: Int, kind: TransportError.Kind) async throws {
        try await TestForge.play { forge in
            forge.server.setFault { _, _ in .status(status) }
            let error = try await forge.failure(try forge.request())
            #expect(error.kind == kind)
            forge.server.setFault { _, _ in .none }
            try forge.expectWhole(try await forge.mirror.fetch(try forge.request()))
        }
    }

    @Test("an address without a repository, and one without a server")
    func wrongAddress() async throws {
        try await TestForge.play { forge in
            let other = forge.server.origin + "/acme/nothing.git"
            try await forge.expectFailure(.notFound, try forge.request(url: other))
            let request = try forge.request()
            await forge.server.stop()
            try await forge.expectFailure(.network, request)
        }
    }

    @Test("a connection cut in the middle is a broken network, whatever had come", arguments: [1, 40, 200, 400])
    func cut(bytes: Int) async throws {
        try await TestForge.play { forge in
            forge.server.setFault { request, _ in request.method == "POST" ? .cut(after: bytes) : .none }
            let error = try await forge.failure(try forge.request())
            #expect(error.kind == .network, "\(error)")
            forge.server.setFault { _, _ in .none }
            try forge.expectWhole(try await forge.mirror.fetch(try forge.request()))
        }
    }

    @Test("a redirection to another host is not followed, and the other host sees nothing", arguments: ["GET", "POST"])
    func redirection(method: String) async throws {
        try await TestForge.play { forge in
            let other = try await GitServer.start(root: forge.made.root + "/.git/served")
            let origin = other.origin
            forge.server.setFault { request, _ in request.method == method ? .redirect(origin: origin) : .none }
            let error = try await forge.failure(try forge.request())
            let seen = other.requests
            await other.stop()
            #expect(error.kind == .redirected)
            #expect(seen.isEmpty)
        }
    }

    @Test("a server that sends next to nothing, for ever, is left")
    func drip() async throws {
        try await TestForge.play { forge in
            forge.server.setFault { request, _ in request.method == "POST" ? .drip : .none }
            let limits = FetchLimits(slowBytesPerSecond: 10_000, slowTime: 1)
            try await forge.expectFailure(.network, try forge.request(limits: limits))
            let short = FetchLimits(time: .milliseconds(700))
            try await forge.expectFailure(.deadline, try forge.request(limits: short))
        }
    }

    @Test("a disk that takes no more is told as such")
    func diskFull() async throws {
        // No file may grow beyond 64 kB: what a full disk does to the pack.
        let real = try #require(ScriptedRepository.environment["PATH"])
        let program = "#!/bin/sh\ntrap '' XFSZ\nulimit -f 128\nPATH='\(real)' exec git \"$@\"\n"
        let more = "head -c 900000 /dev/urandom > big; save big; publish big refs/pull/7/head"
        try await TestForge.play(more, program: program) { forge in
            let error = try await forge.failure(try forge.request(head: "big"))
            #expect(error.kind == .diskFull)
            let git = try await GitCommand.find(in: real)
            let mirror = Mirror(at: forge.mirror.directory, git: git)
            try forge.expectWhole(try await mirror.fetch(try forge.request(head: "big")))
        }
    }

    @Test("a place that cannot be written is told as such")
    func noPlace() async throws {
        try await TestForge.play { forge in
            let mirror = Mirror(at: forge.place.file("no/such/place.git"), git: forge.git)
            try await forge.expectFailure(.diskFull, try forge.request(), mirror: mirror)
        }
    }

    @Test(
        "git's words are understood, and the server's own are not believed",
        arguments: [
            ("fatal: sha1 file '/m/tmp' write error: No space left on device", TransportError.Kind.diskFull),
            ("error: file write error: Disk quota exceeded\nfatal: index-pack failed", .diskFull),
            ("fatal: unable to access 'https://h/r/': Could not resolve host: h", .network),
            ("fatal: unable to access 'https://h/r/': server certificate verification failed. CAfile: none", .refused),
            ("error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly\nfatal: early EOF", .network),
            (
                "fatal: unable to access 'https://h/r/': Received HTTP code 407 from proxy after CONNECT",
                .authentication
            ),
            ("remote: No space left on device\nfatal: repository 'x' returned error: 404", .notFound),
            ("remote: Authentication failed for you\nfatal: couldn't find remote ref refs/pull/1/head", .missingObject),
            ("git: 'remote-https' is not a git command. See 'git --help'.", .gitMissing),
            ("error: index-pack died of signal 9\nfatal: fetch-pack: invalid index-pack output", .interrupted),
            ("fatal: remote error: not a git repository", .refused),
            ("fatal: remote error: upload-pack: not our ref 1234", .missingObject),
            ("fatal: 'https://h/r/info/refs' not valid: is this a git repository?", .refused),
            ("something nobody has ever seen", .refused), ("", .refused),
        ])
    func words(text: String, kind: TransportError.Kind) throws {
        let error = TransportFailure(errors: Array(text.utf8), address: nil).error
        #expect(error.kind == kind)
    }

    @Test(
        "unknown words are shown short, printable, and without addresses, the secret or the server's own",
        arguments: [
            "fatal: odd \u{1B}[31mred\u{202E} https://user:pw@host/x thing ",
            "fatal: remote error: your header was Basic dG9rZW4=", "fatal: token Tok3n is odd", "error: a\rb\u{7}c",
        ])
    func unknownWords(text: String) throws {
        let credential = RemoteCredential(secret: Secret("Tok3n"))
        let long = text + String(repeating: "x", count: 5000)
        let error = TransportFailure(errors: Array(long.utf8), address: nil, credential: credential).error
        #expect(error.kind == .refused)
        #expect(error.problem.utf8.allSatisfy { (32..<127).contains($0) })
        #expect(error.problem.utf8.count < 250)
        for word in ["Tok3n", "pw@", "dG9rZW4", "Basic"] { #expect(!error.problem.contains(word)) }
    }
}
