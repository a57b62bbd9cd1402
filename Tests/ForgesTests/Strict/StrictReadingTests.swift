import Domain
import Forges
import GitHubServer
import TestKit
import Testing

@Suite("Reading from the strict GitHub")
struct StrictReadingTests {
    @Test("gives a pull request, its merge base, its diff and its files", arguments: [true, false])
    func change(asApp: Bool) async throws {
        try await onForgeStage { stage in
            let draft = try stage.change()
            let forge = try stage.forge(as: asApp ? .app : .person("reader")).forge
            let pull = try await forge.pullRequest(draft.address)
            #expect(pull.address == draft.address)
            #expect(pull.head.id == draft.head && pull.head.branch == "feature" && !pull.isFork)
            #expect(pull.changedFiles == 2 && pull.author.login == "octocat")
            #expect(try await forge.mergeBase(of: pull) == stage.world.tip("main", of: "acme/shop"))
            let diff = String(decoding: try await forge.diff(of: pull), as: UTF8.self)
            #expect(diff.hasPrefix("diff --git ") && diff.contains("+changed 17"))
            let repository = draft.address.repository
            #expect(
                try await forge.file("src/new.py", at: draft.head, in: repository) == Array("one\ntwo\nfeature\n".utf8))
            #expect(try await forge.file("src/none.py", at: draft.head, in: repository) == nil)
            #expect(try await forge.file("src", at: draft.head, in: repository) == nil)
            #expect(try await forge.openPullRequests(in: repository, withHead: draft.head) == [draft.address.number])
            #expect(try await forge.openPullRequests(in: repository, withHead: "main").isEmpty)
            let access = try await forge.gitAccess(to: draft.address)
            #expect(access.url == "\(stage.server.url)/acme/shop.git" && access.headRef == "refs/pull/1/head")
            #expect(
                access.password.reveal { String(decoding: $0.prefix(4), as: UTF8.self) } == (asApp ? "ghs_" : "ghp_"))
        }
    }

    @Test("knows what people may do")
    func permissions() async throws {
        try await onForgeStage { stage in
            let draft = try stage.change()
            let forge = try stage.forge().forge
            let repository = draft.address.repository
            #expect(try await forge.permission(of: "maintainer", in: repository) == .write)
            #expect(try await forge.permission(of: "reader", in: repository) == .read)
            #expect(try await forge.permission(of: "nobody-there", in: repository) == .none)
            #expect(try await forge.permission(of: "../../user", in: repository) == .none)
            #expect(try await forge.permission(of: "", in: repository) == .none)
        }
    }

    @Test(
        "never asks for what is not a file of a commit",
        arguments: ["", "/etc/passwd", "a/../b", "./a", "a//b", "a/"])
    func paths(_ path: String) async throws {
        try await onForgeStage { stage in
            let draft = try stage.change()
            let forge = try stage.forge().forge
            await #expect(throws: ForgeError.self) {
                try await forge.file(path, at: draft.head, in: draft.address.repository)
            }
            #expect(stage.server.traffic.requests.isEmpty)
        }
    }

    @Test("asks for hostile names as they are")
    func hostileNames() async throws {
        try await onForgeStage { stage in
            let name = "src/a b?c#d%2e&+=;@.py"
            let head = try stage.world.commit([name: "x\n"], on: "odd", from: "main", in: "acme/shop")
            let repository = try #require(RepositoryName("acme/shop"))
            #expect(try await stage.forge().forge.file(name, at: head, in: repository) == Array("x\n".utf8))
        }
    }

    @Test("says what is wrong and what to do when the App is not there")
    func notInstalled() async throws {
        try await onForgeStage { stage in
            try stage.world.makeRepository("other/place")
            let repository = try #require(RepositoryName("other/place"))
            let forge = try stage.forge().forge
            let error = await #expect(throws: ForgeError.self) {
                try await forge.permission(of: "reader", in: repository)
            }
            #expect(error?.kind == .forbidden)
            #expect(error?.message.contains("not installed on other/place") == true)
        }
    }
}

@Suite("Looking a forge entry over")
struct StrictDoctorTests {
    @Test("finds nothing wrong with an App that is set up as it should be")
    func app() async throws {
        try await onForgeStage { stage in
            let checks = await GitHubDoctor(try stage.forge().forge).verify(RepositoryName("acme/shop"))
            #expect(Set(checks.map(\.name)).isSuperset(of: ["credential", "clock", "installation", "repository"]))
            #expect(checks.filter { $0.result == .failed }.isEmpty)
            #expect(checks.allSatisfy { ($0.result == .ok) == $0.advice.isEmpty })
        }
    }

    @Test("says of a repository without the App what is wrong, and nothing of the credential")
    func notInstalled() async throws {
        try await onForgeStage { stage in
            let checks = await GitHubDoctor(try stage.forge().forge).verify(RepositoryName("acme/elsewhere"))
            let failed = checks.filter { $0.result == .failed }
            #expect(failed.map(\.name) == ["installation"])
            #expect(failed.first?.advice.contains("owner's repositories alone") == true)
        }
    }

    @Test("names the permissions that are missing and those that nothing needs")
    func permissions() async throws {
        let granted = [
            "metadata": "read", "contents": "write", "pull_requests": "write", "issues": "write", "actions": "read",
        ]
        try await onForgeStage(permissions: granted) { stage in
            let checks = await GitHubDoctor(try stage.forge().forge).verify(RepositoryName("acme/shop"))
            let own = checks.filter { $0.name == "granted permissions" }
            #expect(own.first { $0.result == .failed }?.detail.contains("checks: write") == true)
            #expect(own.first { $0.result == .warning }?.detail == "not needed: actions, contents")
        }
    }

    @Test("tells a person's token, its end and its scopes")
    func person() async throws {
        try await onForgeStage { stage in
            let checks = await GitHubDoctor(try stage.forge(as: .person("maintainer")).forge).verify(
                RepositoryName("acme/shop"))
            #expect(checks.first?.detail == "the token is maintainer's")
            #expect(checks.contains { $0.name == "expiry" })
            #expect(checks.first { $0.name == "scopes" }?.result == .ok)
        }
    }

    @Test("says what to do about a key of another App")
    func wrongApp() async throws {
        try await onForgeStage { stage in
            let settings = try GitHubSettings(
                address: stage.address,
                credential: .app(id: Int64(stage.server.app.id), privateKey: try MemoryWorld.pem()),
                markerKey: MemoryWorld.markerKey)
            let timing = ForgeTiming(clock: ManualClock(Instant(milliseconds: 1_790_000_000_000)), sleep: { _ in })
            let forge = try GitHubForge(settings: settings, transport: HTTPForgeTransport(stage.client), timing: timing)
            let checks = await GitHubDoctor(forge).verify(nil)
            #expect(checks.map(\.result) == [.failed])
            #expect(checks.first?.advice.contains("private key") == true)
        }
    }
}
