import Foundation
import GitServer
import TestKit
import Testing

@testable import GitRepository

@Suite("Fetching a change")
struct FetchTests {
    @Test("head, base and merge base come with their whole trees and without their history")
    func threeCommits() async throws {
        try await TestForge.play("git tag v1 root; publish v1 refs/tags/v1") { forge in
            let change = try await forge.mirror.fetch(try forge.request())
            #expect(change.head == (try forge.id("change")))
            #expect(change.base == (try forge.id("base")))
            #expect(change.mergeBase == (try forge.id("root")))
            #expect(change.usedNetwork)
            #expect(change.notes.isEmpty)
            try forge.expectWhole(change)
            let references = try forge.lines(
                "git", "--git-dir", change.gitDirectory, "for-each-ref", "--format=%(refname)")
            let head = "refs/hunkwise/7/\(change.head)"
            #expect(references == [head, head + ".base", head + ".merge-base"])
            #expect(forge.server.requests.allSatisfy { $0.gitProtocol == "version=2" })
        }
    }

    @Test("what is here already is not asked for again")
    func secondFetch() async throws {
        try await TestForge.play { forge in
            _ = try await forge.mirror.fetch(try forge.request())
            let asked = forge.server.requests.count
            let again = try await forge.mirror.fetch(try forge.request())
            #expect(!again.usedNetwork)
            #expect(forge.server.requests.count == asked)
            try forge.expectWhole(again)
        }
    }

    @Test("a later push brings only what is new")
    func incremental() async throws {
        let more = """
            head -c 3000000 /dev/urandom > big; save first; publish first refs/pull/7/head
            echo tail >> f; save second; publish second refs/pull/8/head
            """
        try await TestForge.play(more) { forge in
            _ = try await forge.mirror.fetch(try forge.request(head: "first"))
            let before = forge.mirror.size
            let change = try await forge.mirror.fetch(try forge.request(number: 8, head: "second"))
            try forge.expectWhole(change)
            #expect(forge.mirror.size - before < 100_000)
        }
    }

    @Test("a head whose branch is deleted is still there by the pull request's own reference")
    func deletedBranch() async throws {
        let more = """
            publish change refs/heads/topic
            git --git-dir .git/served/acme/app.git update-ref -d refs/heads/topic
            """
        try await TestForge.play(more) { forge in
            try forge.expectWhole(try await forge.mirror.fetch(try forge.request()))
        }
    }

    @Test("a push between the announcement and the fetch is told with the new head, which can then be fetched")
    func moved() async throws {
        try await TestForge.play("echo again >> f; save later; publish later refs/pull/7/head") { forge in
            let error = try await forge.failure(try forge.request())
            #expect(error.kind == .moved(actual: try forge.id("later")))
            let change = try await forge.mirror.fetch(try forge.request(head: "later"))
            try forge.expectWhole(change)
            let references = try forge.lines(
                "git", "--git-dir", change.gitDirectory, "for-each-ref", "--format=%(refname)")
            #expect(references.allSatisfy { $0.contains(change.head.hex) })
        }
    }

    @Test("a reference that is not on the server is a missing object")
    func noReference() async throws {
        try await TestForge.play { forge in
            let error = try await forge.failure(try forge.request(number: 9))
            #expect(error.kind == .missingObject)
        }
    }

    private static let longHistory = """
        at 1700000300
        git checkout -q main; for n in $(numbers 1 60); do echo $n > g; git add -A; git commit -q -m $n; done; git tag tip
        git checkout -q -b long root
        for n in $(numbers 1 70); do echo $n > h; git add -A; git commit -q -m $n; done; git tag long-head
        publish tip refs/heads/main; publish long-head refs/pull/7/head
        """

    @Test("from a server that gives out only tips, history is deepened until the merge base is there")
    func deepened() async throws {
        try await TestForge.play(Self.longHistory, allowsAnyID: false) { forge in
            let limits = FetchLimits(depths: [5, 40, 100])
            let change = try await forge.mirror.fetch(
                try forge.request(head: "long-head", base: "tip", limits: limits))
            #expect(change.mergeBase == (try forge.id("root")))
            #expect(change.notes.isEmpty)
            try forge.expectWhole(change)
        }
    }

    @Test("a merge base deeper than the last depth is missing, and that is said")
    func tooDeep() async throws {
        try await TestForge.play(Self.longHistory, allowsAnyID: false) { forge in
            let limits = FetchLimits(depths: [5, 10])
            let change = try await forge.mirror.fetch(
                try forge.request(head: "long-head", base: "tip", limits: limits))
            #expect(change.mergeBase == nil)
            #expect(
                change.notes == ["The commit where this change left its base is not among the last 10 commits of both."]
            )
        }
    }

    @Test("a merge base that the forge does not name is found in the history, and that is said")
    func unnamedMergeBase() async throws {
        try await TestForge.play(Self.longHistory) { forge in
            let change = try await forge.mirror.fetch(
                try forge.request(
                    head: "long-head", base: "tip", mergeBase: nil, limits: FetchLimits(depths: [5, 200])))
            #expect(change.mergeBase == (try forge.id("root")))
        }
    }

    @Test("a base that is gone from the server gives way to the branch's tip, and that is said")
    func baseIsGone() async throws {
        let more = """
            git checkout -q --orphan lost; save lost
            """
        try await TestForge.play(more) { forge in
            let change = try await forge.mirror.fetch(try forge.request(base: "lost"))
            #expect(change.base == (try forge.id("base")))
            #expect(change.mergeBase == (try forge.id("root")))
            #expect(change.notes.count == 1)
            #expect(change.notes.first?.contains("the branch's present tip \(change.base.short) is used") == true)
            try forge.expectWhole(change)
            var request = try forge.request(number: 7, base: "lost")
            request.baseBranch = nil
            try await forge.expectFailure(
                .missingObject, request, mirror: Mirror(at: forge.place.file("other.git"), git: forge.git))
        }
    }

    @Test("submodules are neither fetched nor looked for")
    func submodules() async throws {
        let more = """
            git update-index --add --cacheinfo 160000,$(git rev-parse root),lib
            printf '[submodule "lib"]\\n\\tpath = lib\\n\\turl = https://example.invalid/lib.git\\n' > .gitmodules
            git add .gitmodules; git commit -q -m sub; git tag sub; publish sub refs/pull/7/head
            """
        try await TestForge.play(more) { forge in
            let change = try await forge.mirror.fetch(try forge.request(head: "sub"))
            let repository = try Repository(at: change.gitDirectory)
            let files = try repository.files(in: try repository.commit(change.head).tree)
            #expect(files.contains { $0.version.isSubmodule })
        }
    }

    @Test("a fetch that would take more room than allowed is ended, and leaves no trace")
    func tooLarge() async throws {
        try await TestForge.play("head -c 9000000 /dev/urandom > big; save big; publish big refs/pull/7/head") {
            forge in
            let error = try await forge.failure(try forge.request(head: "big", limits: FetchLimits(growth: 1 << 20)))
            #expect(error.kind == .tooLarge)
            #expect(forge.mirror.size < 1 << 20)
            let total = try await forge.failure(try forge.request(head: "big", limits: FetchLimits(total: 1 << 20)))
            #expect(total.kind == .tooLarge)
            #expect(forge.mirror.size < 1 << 20)
            try forge.expectWhole(try await forge.mirror.fetch(try forge.request(head: "big")))
        }
    }

    /// A commit on `refs/pull/7/head` whose tree holds an entry that git itself would not make.
    private static func strange(_ mode: String, _ name: String) -> String {
        """
        blob=$(git rev-parse root:f | sed 's/../\\\\x&/g')
        tree=$(printf '\(mode) \(name)\\0'"$blob" | git hash-object -t tree --literally -w --stdin)
        git tag strange $(git commit-tree -p root -m strange $tree); publish strange refs/pull/7/head
        """
    }

    @Test("defects that old tools left in honest repositories are let through")
    func harmlessDefect() async throws {
        try await TestForge.play(Self.strange("0100644", "f")) { forge in
            let change = try await forge.mirror.fetch(try forge.request(head: "strange"))
            let repository = try Repository(at: change.gitDirectory)
            #expect(try repository.files(in: try repository.commit(change.head).tree).count == 1)
        }
    }

    @Test("trees that name files as no honest one does are refused", arguments: [".git", "..", ".GIT"])
    func dangerousTree(name: String) async throws {
        try await TestForge.play(Self.strange("100644", name)) { forge in
            let error = try await forge.failure(try forge.request(head: "strange"))
            #expect(error.kind == .refused)
            #expect(error.problem == "the server sent objects that git's checks refuse")
        }
    }
}
