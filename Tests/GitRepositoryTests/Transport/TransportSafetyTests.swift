import Domain
import Foundation
import GitServer
import TestKit
import Testing

@testable import GitRepository

@Suite("What a fetch obeys and what it shows")
struct TransportSafetyTests {
    @Test(
        "addresses that are not a plain one over HTTP are refused",
        arguments: [
            "", "--upload-pack=touch /tmp/x", "-u", "ext::sh -c 'touch /tmp/x'", "file:///etc", "/srv/repository",
            "../repository", "git@github.com:acme/app.git", "ssh://git@github.com/acme/app", "git://github.com/a/b",
            "https://", "https://github.com", "https:///acme/app", "https://user:pw@github.com/acme/app",
            "https://github.com/acme/app?x=1", "https://github.com/acme/app#x", "https://github.com/acme/app\n",
            "https://github.com/acme/app\nhttps://evil", "https://github.com/acme/ap p", "https://-host/acme/app",
            "https://github.com/../app", "https://github.com//app", "https://github.com/acme/app\u{0}",
            "https://git\u{202E}hub.com/a/b", "https://github.com:99999999/a/b", "https://github.com:/a/b",
            "https://[::1/a/b", "https://[zz]/a/b", "HTTPS://github.com/a/b", "https://gіthub.com/a/b",
            "http::https://github.com/a/b", "https://github.com/" + String(repeating: "a", count: 3000),
        ])
    func hostileAddresses(url: String) {
        let error = #expect(throws: TransportError.self) { try RemoteAddress(url, allowsPlainHTTP: true) }
        #expect(error?.kind == .refused)
        #expect(error?.description.utf8.allSatisfy { (32..<127).contains($0) } == true)
    }

    @Test(
        "plain addresses are taken as they are",
        arguments: [
            "https://github.com/acme/app.git", "https://git.example.com:8443/a/b_c~d+e%20f.git",
            "https://[2001:db8::1]:8443/a/b", "https://10.0.0.1/scm/a/b",
        ])
    func plainAddresses(url: String) throws {
        #expect(try RemoteAddress(url).url == url)
    }

    @Test("an unencrypted address is taken only where the forge's own is one")
    func plainHTTP() throws {
        #expect(throws: TransportError.self) { try RemoteAddress("http://github.com/acme/app") }
        #expect(try RemoteAddress("http://github.com/acme/app", allowsPlainHTTP: true).origin == "http://github.com")
    }

    @Test(
        "names that are no reference are refused",
        arguments: [
            "", "main", "--upload-pack=x", "-refs/heads/x", "+refs/heads/x", "^refs/heads/x",
            "refs/heads/a:refs/heads/b",
            "refs/heads/*", "refs/heads/a b", "refs/heads/a\nb", "refs/heads/a\u{0}", "refs/heads/..",
            "refs/heads/a..b",
            "refs/heads/a.lock", "refs/heads//a", "refs/heads/", "refs/heads/a@{1}", "refs/heads/a~1", "refs/heads/a^",
            "refs/heads/a?b", "refs/heads/[a]", "refs/heads/a\\b", "refs/heads/.a", "refs/heads/a.",
            "refs/heads/\u{202E}x", "refs/heads/\u{7F}", "refs/" + String(repeating: "a", count: 2000),
        ])
    func hostileReferences(name: String) {
        let error = #expect(throws: TransportError.self) { try ReferenceName(name) }
        #expect(error?.kind == .refused)
        #expect(error?.description.utf8.allSatisfy { (32..<127).contains($0) } == true)
    }

    @Test("a branch named like an option is only a name")
    func optionLikeBranch() async throws {
        let more = "git push -q .git/served/acme/app.git change:refs/heads/--upload-pack=touch-me"
        try await TestForge.play(more) { forge in
            var request = try forge.request()
            request.headReference = try .branch("--upload-pack=touch-me")
            try forge.expectWhole(try await forge.mirror.fetch(request))
        }
    }

    @Test(
        "the secret is in no argument and no environment of any process, and the environment holds only what we put there"
    )
    func secretsOfProcesses() async throws {
        try await TestForge.play { forge in
            let gate = GitGate()
            forge.server.setFault { request, _ in request.method == "POST" ? .hold(gate) : .none }
            let mirror = forge.mirror
            let request = try forge.request()
            async let fetched = mirror.fetch(request)
            await gate.arrival()
            let workers = try #require(Workers(of: mirror))
            #expect(workers.members.count >= 2)
            let arguments = try workers.told("cmdline")
            let environments = try workers.told("environ")
            let encoded = Data("x-access-token:\(TestForge.secret)".utf8).base64EncodedString()
            for words in arguments + environments {
                #expect(!words.contains { $0.contains(TestForge.secret) || $0.contains(encoded) })
            }
            let ours: Set = ["PATH", "HOME", "LC_ALL", "no_proxy", "_", "PWD"]
            for variable in environments.joined() {
                let name = String(variable.prefix { $0 != "=" })
                #expect(ours.contains(name) || name.hasPrefix("GIT_"), "\(name)")
            }
            #expect(environments.allSatisfy { $0.contains("HOME=/dev/null") })
            gate.open()
            try forge.expectWhole(try await fetched)
            let files = try forge.made.run(["grep", "-rlF", TestForge.secret, forge.place.path, "/dev/null"].withTrue)
            #expect(files.isEmpty)
        }
    }

    @Test("what somebody planted in the mirror's directory is neither run nor believed")
    func plantedFiles() async throws {
        try await TestForge.play { forge in
            let mirror = forge.mirror
            _ = try await mirror.fetch(try forge.request())
            let mark = forge.place.file("mark")
            let elsewhere = try await GitServer.start(root: forge.made.root + "/.git/served")
            let script = """
                cd '\(mirror.directory)'
                printf '#!/bin/sh\\ntouch \(mark)\\n' > '\(forge.place.path)/run'; chmod +x '\(forge.place.path)/run'
                mkdir -p hooks info objects/info worktrees/x
                for hook in reference-transaction post-fetch pre-auto-gc post-update fsmonitor-watchman; do
                    cp '\(forge.place.path)/run' hooks/$hook; done
                git config -f config core.hooksPath '\(mirror.directory)/hooks'
                git config -f config core.fsmonitor '\(forge.place.path)/run'
                git config -f config core.sshCommand '\(forge.place.path)/run'
                git config -f config core.askPass '\(forge.place.path)/run'
                git config -f config core.alternateRefsCommand '\(forge.place.path)/run'
                git config -f config credential.helper '\(forge.place.path)/run'
                git config -f config credential.'\(forge.server.origin)'.helper '!touch \(mark)'
                git config -f config url.'\(elsewhere.origin)/'.insteadOf '\(forge.server.origin)/'
                git config -f config http.'\(forge.server.origin)'.proxy '\(elsewhere.origin)'
                git config -f config include.path '\(forge.place.path)/more'
                git config -f config extensions.worktreeConfig true
                echo '[url "\(elsewhere.origin)/"] insteadOf = \(forge.server.origin)/' | tee config.worktree > '\(forge.place.path)/more'
                echo '\(forge.made.root)/.git/objects' > objects/info/alternates
                echo "$(git --git-dir '\(forge.made.root)/.git' rev-parse change)" > info/grafts
                echo '\(forge.made.root)/.git' > commondir
                """
            try forge.made.run(["bash", "-ec", script])
            try forge.made.run(
                [
                    "bash", "-ec",
                    "echo x >> f; git add f; git commit -qm x; git tag next; git push -q .git/served/acme/app.git next:refs/pull/8/head",
                ])
            let change = try await mirror.fetch(try forge.request(number: 8, head: "next"))
            let seen = elsewhere.requests
            await elsewhere.stop()
            #expect(seen.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: mark))
            #expect(change.usedNetwork)
            let repository = try Repository(at: mirror.directory)
            #expect(repository.commonDirectory == repository.gitDirectory)
            try forge.expectWhole(change)
            _ = try await mirror.collect(keeping: [], unusedSince: Instant(milliseconds: .max))
            #expect(!FileManager.default.fileExists(atPath: mark))
        }
    }

    @Test("the credential goes to the forge's own origin, not to a proxy on the way")
    func proxy() async throws {
        try await TestForge.play { forge in
            let proxy = try await GitServer.start(root: forge.place.path)
            proxy.setFault { _, _ in .status(407) }
            var request = try forge.request()
            request.network.proxy = proxy.origin
            let error = try await forge.failure(request)
            #expect(error.kind == .authentication)
            #expect(!proxy.requests.isEmpty)
            #expect(proxy.requests.allSatisfy { $0.authorization == nil })
            request.network.noProxy = ["127.0.0.1"]
            let asked = proxy.requests.count
            try forge.expectWhole(try await forge.mirror.fetch(request))
            #expect(proxy.requests.count == asked)
            await proxy.stop()
        }
    }

    @Test("a git that is missing, mute, or too old is told before anything is fetched")
    func gitCommand() async throws {
        let place = try TemporaryDirectory()
        for (name, text) in [
            ("old", "echo git version 2.17.1"), ("mute", "exit 0"), ("odd", "echo hello"), ("angry", "kill -9 $$"),
        ] {
            try makeProgram(place.file(name + "/git"), "#!/bin/sh\n\(text)\n")
        }
        for path in [
            "", "relative:.", place.file("none"), place.file("old"), place.file("mute"), place.file("odd"),
            place.file("angry"),
        ] {
            let error = await #expect(throws: TransportError.self) { try await GitCommand.find(in: path) }
            #expect(error?.kind == .gitMissing)
        }
        let found = try await GitCommand.find(
            in: ".:" + place.file("none") + ":" + (ScriptedRepository.environment["PATH"] ?? ""))
        #expect(found.path.hasPrefix("/"))
        #expect(!found.version.lexicographicallyPrecedes(GitCommand.oldest))
    }

    @Test(
        "git's version is read as it tells it",
        arguments: [
            ("git version 2.39.5\n", [2, 39, 5]), ("git version 2.50.1 (Apple Git-155)\n", [2, 50, 1]),
            ("git version 2.40.0.windows.1\n", [2, 40, 0]), ("git version 2.49.0-rc1\n", [2, 49, 0]),
        ])
    func versions(text: String, version: [Int]) {
        #expect(GitCommand.version(in: Array(text.utf8)) == version)
    }
}

extension [String] {
    /// The command, with success whatever it says.
    fileprivate var withTrue: [String] { ["sh", "-c", "\"$@\" || true", "sh"] + self }
}
