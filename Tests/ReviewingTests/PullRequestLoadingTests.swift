import Diffs
import Domain
import Foundation
import GitRepository
import TestKit
import Testing

@testable import Reviewing

/// A repository with a base branch that went on after a change left it.
///
///     root ── moved on (main)
///        └── changed (topic)
private struct Scene {
    private let folder: TemporaryDirectory
    let root: ObjectID
    let main: ObjectID
    let topic: ObjectID

    init(topic script: String) throws {
        folder = try TemporaryDirectory()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [
            "-c",
            """
            set -euo pipefail
            save() { git add -A; git commit -q -m "$1"; }
            git init -q -b main .
            printf 'severity_floor: low\\n' > .hunkwise.yaml; printf 'a\\nb\\nc\\n' > f.py; save root
            git rev-parse HEAD
            git checkout -q -b topic; \(script); save changed
            git checkout -q main
            printf 'severity_floor: high\\n' > .hunkwise.yaml; echo other > other.py; save moved
            git rev-parse main topic
            """,
        ]
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com", "LC_ALL": "C",
        ]
        process.currentDirectoryURL = URL(filePath: folder.path)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let ids = text.split(separator: "\n").map { ObjectID(hex: String($0)) }
        try #require(ids.count == 3)
        root = try #require(ids[0])
        main = try #require(ids[1])
        topic = try #require(ids[2])
    }

    var path: String { folder.path }

    func load(notes: [String] = [], limits: PullRequestLimits = PullRequestLimits()) throws -> ChangeInput {
        try ChangeLoader.pullRequest(
            in: path, base: main, mergeBase: root, head: topic, title: "Add d", repository: "acme/app",
            repositoryPath: "github.example.com/7", notes: notes, limits: limits)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Reading a pull request")
struct PullRequestLoadingTests {
    @Test("the head is compared with the merge base, and the base branch's present configuration counts")
    func comparison() throws {
        let scene = try Scene(topic: "printf 'a\\nB\\nc\\n' > f.py")
        defer { scene.remove() }
        let input = try scene.load(notes: ["Something was said."])
        #expect(input.diff.files.map(\.path) == [Path("f.py")])
        #expect(input.base == scene.root.hex)
        #expect(input.head == scene.topic.hex)
        #expect(input.repository == "acme/app")
        #expect(input.repositoryPath == "github.example.com/7")
        #expect(input.baseConfiguration == Array("severity_floor: high\n".utf8))
        #expect(input.proposedConfiguration == nil)
        #expect(input.notes == [Note(kind: "fetch", text: "Something was said.")])
        let file = try #require(input.diff.files.first)
        #expect(input.contents.content(of: file, side: .old) == .bytes(Array("a\nb\nc\n".utf8)))
        #expect(input.contents.content(of: file, side: .new) == .bytes(Array("a\nB\nc\n".utf8)))
    }

    @Test("a configuration that the change proposes is at hand beside the one that counts")
    func proposedConfiguration() throws {
        let scene = try Scene(topic: "printf 'severity_floor: critical\\n' > .hunkwise.yaml")
        defer { scene.remove() }
        let input = try scene.load()
        #expect(input.proposedConfiguration == .bytes(Array("severity_floor: critical\n".utf8)))
        #expect(input.baseConfiguration == Array("severity_floor: high\n".utf8))
    }

    @Test("of too many files those of the highest risk are read, and the own configuration; the others are named")
    func tooManyFiles() throws {
        let scene = try Scene(
            topic: """
                for n in 1 2 3 4 5; do seq $((n * 10)) > n$n.txt; done; seq 1000 > .hunkwise.yaml
                { seq -f 'x%g = 1' 400; echo 'def run(request): os.system("rm " + request.args["name"])'; } > zz.py
                """)
        defer { scene.remove() }
        let input = try scene.load(limits: PullRequestLimits(files: 4))
        let read = input.diff.files.map(\.path.text)
        #expect(read.count == 4 && read.first == ".hunkwise.yaml" && read.last == "zz.py")
        #expect(Set(read + input.notReviewed.map(\.path.text)).count == 7)
        #expect(input.notReviewed.allSatisfy { $0.reason.contains("7 files") && $0.reason.contains("highest risk") })
    }

    @Test("of too many bytes files are read by their risk as far as they fit")
    func tooManyBytes() throws {
        let scene = try Scene(
            topic: """
                seq 10 > small.txt; seq 600 > middle.txt; seq 1500 > large.txt
                { seq -f 'x%g = 1' 200; echo 'def run(request): os.system("rm " + request.args["name"])'; } > zz.py
                """)
        defer { scene.remove() }
        let input = try scene.load(limits: PullRequestLimits(bytes: 4000))
        #expect(input.diff.files.map(\.path.text) == ["small.txt", "zz.py"])
        #expect(input.notReviewed.map(\.path.text) == ["large.txt", "middle.txt"])
        #expect(input.notReviewed.first?.reason.contains("4000 bytes") == true)
    }

    @Test("a commit that is not here is an error in words")
    func missingCommit() throws {
        let scene = try Scene(topic: "echo d > d")
        defer { scene.remove() }
        let unknown = try #require(ObjectID(hex: String(repeating: "ab", count: 20)))
        let error = #expect(throws: ChangeLoadingError.self) {
            try ChangeLoader.pullRequest(
                in: scene.path, base: scene.main, mergeBase: scene.root, head: unknown, title: "", repository: "a/b",
                repositoryPath: "x")
        }
        #expect(error?.message.contains(unknown.hex) == true)
    }

    @Test("the forge's diff alone is reviewed without whole files, and that is said")
    func diffOnly() throws {
        let scene = try Scene(topic: "printf 'a\\nB\\nc\\n' > f.py; echo new > g.py")
        defer { scene.remove() }
        let whole = try scene.load()
        let input = try ChangeLoader.diffOnly(
            whole.diff.bytes, base: scene.main, head: scene.topic, title: "Add d", repository: "acme/app",
            repositoryPath: "github.example.com/7", baseConfiguration: Array("x: 1\n".utf8))
        #expect(input.diff.files.map(\.path.text) == ["f.py", "g.py"])
        #expect(input.base == scene.main.hex)
        #expect(input.head == scene.topic.hex)
        #expect(input.contents.content(of: input.diff.files[0], side: .new) == .unknown(reason: "no repository"))
        #expect(input.contents.content(of: input.diff.files[1], side: .new) == .bytes(Array("new\n".utf8)))
        #expect(input.baseConfiguration == Array("x: 1\n".utf8))
        #expect(input.notes.contains { $0.text.contains("without the repository") })
    }

    @Test("a diff that is none is an error that says where it came from")
    func brokenDiff() throws {
        let zero = ObjectID.zero
        let error = #expect(throws: ChangeLoadingError.self) {
            try ChangeLoader.diffOnly(
                Array("<html>rate limited</html>".utf8), base: zero, head: zero, title: "", repository: "a/b",
                repositoryPath: "x", baseConfiguration: nil)
        }
        #expect(error?.message.hasPrefix("the diff from the forge cannot be read") == true)
    }
}
