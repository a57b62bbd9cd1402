import Domain
import Foundation
import GitServer
import TestKit
import Testing

@testable import GitRepository

@Suite("The life of a mirror")
struct TransportLifeTests {
    /// A fetch that hangs on the server; nil if it ended before it got that far.
    private func hanging(
        _ forge: TestForge, _ request: FetchRequest
    ) async throws -> (task: Task<FetchedChange, any Error>, gate: GitGate, workers: Workers)? {
        let gate = GitGate()
        forge.server.setFault { request, _ in request.method == "POST" ? .hold(gate) : .none }
        let mirror = forge.mirror
        let task = Task { try await mirror.fetch(request) }
        let (firsts, tell) = AsyncStream<Bool>.makeStream()
        Task {
            await gate.arrival()
            tell.yield(true)
        }
        Task {
            _ = await task.result
            tell.yield(false)
        }
        let hangs = await firsts.first { _ in true } ?? false
        forge.server.setFault { _, _ in .none }
        // The lock names nobody any more if the fetch ended just now.
        guard hangs, let workers = Workers(of: mirror) else { return nil }
        return (task, gate, workers)
    }

    private func held(
        _ forge: TestForge, _ request: FetchRequest
    ) async throws -> (task: Task<FetchedChange, any Error>, gate: GitGate, workers: Workers) {
        try #require(try await hanging(forge, request))
    }

    private func failure(of task: Task<FetchedChange, any Error>) async throws -> TransportError {
        let error = await #expect(throws: TransportError.self) { try await task.value }
        return try #require(error)
    }

    @Test("cancelling the task ends git and all it started")
    func cancellation() async throws {
        try await TestForge.play { forge in
            let (task, _, workers) = try await held(forge, try forge.request())
            task.cancel()
            #expect(try await failure(of: task).kind == .cancelled)
            #expect(workers.areGoneSoon)
            try forge.expectWhole(try await forge.mirror.fetch(try forge.request()))
        }
    }

    @Test("at the deadline git and all it started are ended")
    func deadline() async throws {
        try await TestForge.play { forge in
            // On a busy machine a short time is over before git has asked the server for anything.
            for seconds in [1, 4, 16, 64] {
                let limits = FetchLimits(time: .seconds(seconds))
                guard let (task, _, workers) = try await hanging(forge, try forge.request(limits: limits)) else {
                    continue
                }
                #expect(try await failure(of: task).kind == .deadline)
                #expect(workers.areGoneSoon)
                try forge.expectWhole(try await forge.mirror.fetch(try forge.request()))
                return
            }
            Issue.record("no fetch reached the server")
        }
    }

    @Test("a git that does not listen to the polite signal is killed")
    func deaf() async throws {
        let program = """
            #!/bin/sh
            [ "$1" = version ] && { echo git version 2.39.5; exit; }
            trap '' TERM
            sh -c 'trap "" TERM; while :; do sleep 1; done' &
            while :; do sleep 1; done
            """
        try await TestForge.play(program: program) { forge in
            let error = try await forge.failure(try forge.request(limits: FetchLimits(time: .milliseconds(300))))
            #expect(error.kind == .deadline)
        }
    }

    @Test("a git that is killed by somebody else leaves a usable mirror")
    func killedGit() async throws {
        try await TestForge.play { forge in
            let (task, _, workers) = try await held(forge, try forge.request())
            kill(workers.leader, SIGKILL)
            #expect(try await failure(of: task).kind == .interrupted)
            #expect(workers.areGoneSoon)
            try forge.expectWhole(try await forge.mirror.fetch(try forge.request()))
        }
    }

    /// Where a fetch stands when it is struck.
    enum Moment: CaseIterable {
        case asking, wanting, receiving
    }

    @Test(
        "after the service is killed in the middle of a fetch, the next one ends the child left behind and goes on",
        arguments: Moment.allCases, [true, false])
    func killedService(moment: Moment, childToo: Bool) async throws {
        let more = "head -c 3000000 /dev/urandom > big; save big; publish big refs/pull/7/head"
        try await TestForge.play(more) { forge in
            let gate = GitGate()
            forge.server.setFault { request, _ in
                switch moment {
                case .asking: request.method == "GET" ? .hold(gate) : .none
                case .wanting: request.method == "POST" ? .hold(gate) : .none
                case .receiving: request.method == "POST" ? .holdBody(gate) : .none
                }
            }
            let child = try ChildProcess(
                "hunkwise-fetch-child",
                [
                    forge.mirror.directory, forge.git.searchPath, forge.url, TestForge.secret, "7",
                    try forge.made.id("big"), try forge.made.id("base"), try forge.made.id("root"),
                ])
            await gate.arrival()
            forge.server.setFault { _, _ in .none }
            let workers = try #require(Workers(of: forge.mirror))
            child.kill()
            if childToo { kill(workers.leader, SIGKILL) }
            _ = await child.end()
            let change = try await forge.mirror.fetch(try forge.request(head: "big"))
            #expect(change.usedNetwork)
            try forge.expectWhole(change)
            #expect(workers.areGoneSoon)
        }
    }

    @Test("what a killed git leaves behind is cleared away")
    func leftovers() async throws {
        try await TestForge.play { forge in
            let mirror = forge.mirror
            _ = try await mirror.fetch(try forge.request())
            let left = [
                "shallow.lock", "HEAD.lock", "objects/pack/tmp_pack_x", "objects/pack/tmp_idx_x",
                "objects/pack/pack-1.keep",
                "refs/hunkwise/7/\(try forge.made.id("base")).lock", "objects/tmp_objdir-incoming-x", "gc.pid",
            ]
            for name in left {
                try "x".write(toFile: mirror.directory + "/" + name, atomically: false, encoding: .utf8)
            }
            // Git writes a lock file whole and then gives it its name.
            let whole = "refs/hunkwise/8/\(try forge.made.id("change")).merge-base.lock"
            try forge.made.run(
                [
                    "bash", "-ec",
                    "cd '\(mirror.directory)'; mkdir -p refs/hunkwise/8; cat refs/hunkwise/7/*.base > \(whole)",
                ])
            try forge.made.run(
                ["bash", "-ec", "git tag next change; git push -q .git/served/acme/app.git next:refs/pull/8/head"])
            let change = try await mirror.fetch(try forge.request(number: 8, head: "next"))
            try forge.expectWhole(change)
            for name in left + [whole] {
                #expect(!FileManager.default.fileExists(atPath: mirror.directory + "/" + name), "\(name)")
            }
        }
    }

    @Test("a mirror that lost objects fetches them again")
    func lostObjects() async throws {
        try await TestForge.play { forge in
            _ = try await forge.mirror.fetch(try forge.request())
            try forge.made.run(["sh", "-c", "rm -f \(forge.mirror.directory)/objects/pack/*"])
            let change = try await forge.mirror.fetch(try forge.request())
            #expect(change.usedNetwork)
            try forge.expectWhole(change)
        }
    }

    @Test("a mirror whose objects are damaged is made anew, and that is said")
    func damaged() async throws {
        try await TestForge.play { forge in
            _ = try await forge.mirror.fetch(try forge.request())
            // Fetched again, the same pack has the same name, and git keeps the file it has.
            let script =
                "for p in \(forge.mirror.directory)/objects/pack/*.pack; do chmod u+w $p; truncate -s 60 $p; done"
            try forge.made.run(["sh", "-c", script])
            let change = try await forge.mirror.fetch(try forge.request())
            #expect(change.usedNetwork)
            #expect(change.notes == ["The local copy of the repository was damaged and has been fetched anew."])
            try forge.expectWhole(change)
        }
    }

    @Test("changes fetched into one mirror at the same time all arrive")
    func parallel() async throws {
        let more = "for n in $(numbers 11 18); do echo $n > n$n; save n$n; publish n$n refs/pull/$n/head; done"
        try await TestForge.play(more) { forge in
            try await withThrowingTaskGroup(of: FetchedChange.self) { group in
                for number in Array(11...18) + Array(11...14) {
                    let request = try forge.request(number: number, head: "n\(number)")
                    let mirror = forge.mirror
                    group.addTask { try await mirror.fetch(request) }
                }
                for try await change in group { try forge.expectWhole(change) }
            }
            #expect(try forge.lines("git", "--git-dir", forge.mirror.directory, "for-each-ref").count == 24)
        }
    }

    @Test("who cannot wait for a mirror in use is told so")
    func busy() async throws {
        try await TestForge.play { forge in
            let (task, gate, _) = try await held(forge, try forge.request())
            let hurried = FetchLimits(wait: .milliseconds(50))
            try await forge.expectFailure(.busy, try forge.request(limits: hurried))
            #expect(try forge.mirror.remove(unusedSince: Instant(milliseconds: .max)) == false)
            gate.open()
            try forge.expectWhole(try await task.value)
        }
    }

    @Test("collecting lets go of heads that nobody needs, frees their room, and keeps the others")
    func collecting() async throws {
        let more = """
            for n in 1 2; do git checkout -q -B x$n change; head -c 2000000 /dev/urandom > big; save big$n
            publish big$n refs/pull/$n/head; done
            """
        try await TestForge.play(more) { forge in
            let mirror = forge.mirror
            let kept = try await mirror.fetch(try forge.request(number: 1, head: "big1"))
            _ = try await mirror.fetch(try forge.request(number: 2, head: "big2"))
            let all = try await mirror.collect(keeping: [], unusedSince: Instant(milliseconds: 0))
            #expect(all.dropped == 0)
            #expect(all.isComplete)
            let some = try await mirror.collect(keeping: [kept.head], unusedSince: Instant(milliseconds: .max))
            #expect(some.dropped == 1)
            #expect(some.bytesBefore - some.bytesAfter > 1_900_000)
            try forge.expectWhole(kept)
            #expect(try await mirror.fetch(try forge.request(number: 1, head: "big1")).usedNetwork == false)
            let again = try await mirror.fetch(try forge.request(number: 2, head: "big2"))
            #expect(again.usedNetwork)
            try forge.expectWhole(again)
        }
    }

    @Test("mirrors lie by forge and number, and idle ones go")
    func mirrors() async throws {
        try await TestForge.play { forge in
            let mirrors = Mirrors(in: forge.place.file("mirrors"), git: forge.git)
            let mirror = try mirrors.mirror(host: "Forge.Example.com:8443", repository: 42)
            #expect(mirror.directory == forge.place.file("mirrors/forge.example.com_8443/42.git"))
            #expect(mirror.lastUse == nil)
            _ = try await mirror.fetch(try forge.request())
            #expect(mirrors.all == [mirror])
            #expect(mirrors.size == mirror.size)
            let used = try #require(mirror.lastUse)
            #expect(await mirrors.collectIdle(now: used.advanced(bySeconds: 6.9 * 86_400)) == 0)
            #expect(await mirrors.collectIdle(now: used.advanced(bySeconds: 7.1 * 86_400)) == 1)
            #expect(await mirrors.collectIdle(now: used.advanced(bySeconds: 7.1 * 86_400)) == 0)
            #expect(mirrors.removeIdle(now: used.advanced(bySeconds: 6.9 * 86_400)) == 0)
            #expect(mirrors.removeIdle(now: used.advanced(bySeconds: 7.1 * 86_400)) == 1)
            #expect(mirrors.all.isEmpty)
            try forge.expectWhole(try await mirror.fetch(try forge.request()))
        }
    }

    @Test(
        "a forge's name cannot lead out of the mirrors' directory",
        arguments: ["", "..", ".", "a/b", "/etc", "a\nb", "ä"])
    func hostileHosts(host: String) async throws {
        let place = try TemporaryDirectory()
        let git = try await GitCommand.find(in: ScriptedRepository.environment["PATH"] ?? "")
        #expect(throws: TransportError.self) { try Mirrors(in: place.path, git: git).mirror(host: host, repository: 1) }
        #expect(throws: TransportError.self) { try Mirrors(in: place.path, git: git).mirror(host: "h", repository: -1) }
    }
}
