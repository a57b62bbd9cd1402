import Foundation
import Testing

@testable import GitRepository

@Suite("Running a program")
struct ChildRunTests {
    private func shell(_ script: String, inherited: [Int32] = []) -> ChildProgram {
        ChildProgram(
            path: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"], inherited: inherited)
    }

    private var farAway: ContinuousClock.Instant { .now + .seconds(300) }

    @Test("its outputs and its status come back", arguments: [0, 1, 128, 255])
    func outputs(status: Int32) async throws {
        let end = try #require(await shell("echo one; echo two >&2; exit \(status)").run(until: farAway))
        #expect(end.status == status)
        #expect(shown(end.output) == "one\n")
        #expect(shown(end.errors) == "two\n")
        #expect(end.succeeded == (status == 0))
    }

    @Test("of endless output the end is kept, from the beginning of a line")
    func endlessOutput() async throws {
        let script = "yes remote: noise | head -c 3000000 >&2; echo >&2; echo fatal: the end >&2; exit 1"
        let end = try #require(await shell(script).run(until: farAway))
        #expect(end.errors.count <= 64 << 10)
        #expect(shown(end.errors).hasSuffix("\nfatal: the end\n"))
        #expect(shown(end.errors).hasPrefix("remote: noise\n"))
    }

    @Test("it sees nothing of this process but what it is given")
    func surroundings() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let script = "env | cut -d= -f1 | grep -v -e _ -e PWD; ls /proc/self/fd; cat <&3"
        _ = write(ends[1], "given", 5)
        close(ends[1])
        let end = try #require(await shell(script, inherited: [ends[0]]).run(until: farAway))
        // Besides the given one: the three of every program, and the one that ls itself opens to list them.
        #expect(shown(end.output) == "PATH\n0\n1\n2\n3\n4\ngiven")
    }

    @Test("what it leaves running is ended with it")
    func background() async throws {
        let end = try #require(await shell("sleep 1000 & echo $!").run(until: farAway))
        #expect(end.succeeded)
        let left = try #require(pid_t(shown(end.output).trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(Workers(leader: left, members: [left]).areGoneSoon)
    }

    @Test("a signal that ends it is told apart from a status")
    func signals() async throws {
        let end = try #require(await shell("kill -9 $$").run(until: farAway))
        #expect(end.status == nil)
        #expect(end.signal == SIGKILL)
        #expect(!end.succeeded)
    }

    @Test("it is ended when whoever watches says so, and when the task was cancelled before it began")
    func stops() async throws {
        let watched = try #require(await shell("sleep 1000").run(until: farAway, watch: { false }))
        #expect(watched.stop == .watch)
        let program = shell("sleep 1000")
        let deadline = farAway
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await program.run(until: deadline)
        }
        #expect(await task.value?.stop == .cancelled)
    }

    @Test("a program that is not there is not run")
    func missing() async {
        let end = await ChildProgram(path: "/no/such", arguments: [], environment: [:]).run(until: farAway)
        #expect(end == nil)
    }

    @Test("many run at once, and each end reaches its own")
    func many() async throws {
        let deadline = farAway
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                let program = shell("echo \(number); exit \(number)")
                group.addTask {
                    let end = try #require(await program.run(until: deadline))
                    #expect(end.status == Int32(number))
                    #expect(shown(end.output) == "\(number)\n")
                }
            }
            try await group.waitForAll()
        }
    }
}
