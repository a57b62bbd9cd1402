import Domain
import Foundation
import GitServer
import TestKit
import Testing

@testable import GitRepository

/// A forge with one repository, `acme/app`, and a place for mirrors.
///
///     root ── base (main)
///        └── change (refs/pull/7/head, from a fork: no branch has it)
final class TestForge: Sendable {
    static let secret = "ghs_S3cretOfTheTest"

    let made: ScriptedRepository
    let server: GitServer
    let git: GitCommand
    let place: TemporaryDirectory

    /// - Parameters:
    ///   - more: Goes on in the working repository after `change`; `publish COMMIT REFERENCE` puts a commit on the forge.
    ///   - program: Stands for git; the machine's own when nil.
    init(
        _ more: String = "", isPrivate: Bool = true, allowsAnyID: Bool = true, program: String? = nil
    ) async throws {
        made = try ScriptedRepository(
            """
            publish() { git push -q --force .git/served/acme/app.git "$1:$2"; }
            git init -q --bare .git/served/acme/app.git
            at 1700000000; printf '1\\n2\\n3\\n' > f; save root
            at 1700000200; echo more >> f; save base
            git checkout -q -b topic root
            at 1700000100; printf '1\\nTWO\\n3\\n' > f; mkdir d; echo deep > d/e; save change
            publish base refs/heads/main; publish change refs/pull/7/head
            \(more)
            """)
        server = try await GitServer.start(
            root: made.root + "/.git/served",
            credentials: isPrivate ? GitServer.Credentials(password: TestForge.secret) : nil, allowsAnyID: allowsAnyID)
        place = try TemporaryDirectory()
        var path = ScriptedRepository.environment["PATH"] ?? ""
        if let program {
            try makeProgram(place.file("bin/git"), program)
            path = place.file("bin") + ":" + path
        }
        git = try await GitCommand.find(in: path)
    }

    /// Runs a test on a forge and stops its server.
    static func play(
        _ more: String = "", isPrivate: Bool = true, allowsAnyID: Bool = true, program: String? = nil,
        _ body: (TestForge) async throws -> Void
    ) async throws {
        let forge = try await TestForge(more, isPrivate: isPrivate, allowsAnyID: allowsAnyID, program: program)
        do {
            try await body(forge)
        } catch {
            await forge.server.stop()
            throw error
        }
        await forge.server.stop()
    }

    var mirror: Mirror { Mirror(at: place.file("app.git"), git: git) }
    var url: String { server.origin + "/acme/app.git" }

    func id(_ revision: String) throws -> ObjectID {
        try #require(ObjectID(hex: try made.id(revision)))
    }

    func request(
        url: String? = nil, secret: String? = TestForge.secret, number: Int = 7, head: String = "change",
        base: String = "base", mergeBase: String? = "root", limits: FetchLimits = FetchLimits()
    ) throws -> FetchRequest {
        try FetchRequest(
            address: try RemoteAddress(url ?? self.url, allowsPlainHTTP: true),
            credential: secret.map { RemoteCredential(secret: Secret($0)) }, number: number, head: try id(head),
            base: try id(base), baseBranch: try .branch("main"), mergeBase: try mergeBase.map { try id($0) },
            limits: limits)
    }

    /// Fetches and gives back why it failed.
    func failure(_ request: FetchRequest, mirror: Mirror? = nil) async throws -> TransportError {
        let mirror = mirror ?? self.mirror
        let error = await #expect(throws: TransportError.self) { try await mirror.fetch(request) }
        let failure = try #require(error)
        for text in ["\(failure)", failure.problem, failure.advice] {
            #expect(!text.contains(TestForge.secret))
            #expect(text.utf8.allSatisfy { (32..<127).contains($0) } && text.utf8.count < 600)
        }
        return failure
    }

    func expectFailure(
        _ kind: TransportError.Kind, _ request: FetchRequest, mirror: Mirror? = nil,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let error = try await failure(request, mirror: mirror)
        #expect(error.kind == kind, "\(error)", sourceLocation: location)
    }

    /// That everything of the change can be read from the mirror.
    func expectWhole(_ change: FetchedChange) throws {
        let repository = try Repository(at: change.gitDirectory)
        let commits = [change.head, change.base] + (change.mergeBase.map { [$0] } ?? [])
        for commit in commits {
            for file in try repository.files(in: try repository.commit(commit).tree) where !file.version.isSubmodule {
                _ = try repository.blob(file.version.id, limit: 100 << 20)
            }
        }
    }

    /// The lines of a command's answer.
    func lines(_ arguments: String...) throws -> [String] {
        shown(try made.run(arguments)).split(separator: "\n").map(String.init)
    }
}

/// The processes of the group that works on a mirror, which its lock file names.
struct Workers {
    let leader: pid_t
    let members: [pid_t]

    init(leader: pid_t, members: [pid_t]) {
        self.leader = leader
        self.members = members
    }

    /// Nil when nobody works on it.
    init?(of mirror: Mirror) {
        guard let text = try? String(contentsOfFile: mirror.directory + ".lock", encoding: .utf8),
            let word = text.split(separator: "\n").last?.split(separator: " ").first, let leader = pid_t(word),
            let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc")
        else { return nil }
        self.init(leader: leader, members: names.compactMap { pid_t($0) }.filter { getpgid($0) == leader })
    }

    /// Whether all have ended, or do within the moment that the kernel takes to end what was killed.
    var areGoneSoon: Bool {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            // A process that has ended and that nobody has waited for has no mark either.
            if members.allSatisfy({ ProcessMark($0).birth == 0 }) { return true }
            sched_yield()
        }
        return false
    }

    /// What the kernel tells of each: `cmdline` or `environ`, its parts apart.
    func told(_ file: String) throws -> [[String]] {
        try members.map { member in
            let data = try Data(contentsOf: URL(filePath: "/proc/\(member)/\(file)"))
            return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
