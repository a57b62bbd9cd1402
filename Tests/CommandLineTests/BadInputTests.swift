import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
    private let shell: Shell

    init() throws {
        shell = try Shell()
    }

    @Test(
        "each gets one line that says what to do, exit code 2 and no output",
        arguments: [
            (["review"], "not in a git repository"),
            (["review", "--repo", "absent"], "absent"),
            (["review", "--patch", "absent.patch"], "No such file"),
            (["review", "--patch", "."], "directory"),
            (["review", "--files", "absent.py"], "No such file"),
            (["classify", "--config", "absent.yaml", "--files", "x"], "absent.yaml"),
        ])
    func oneLine(arguments: [String], expected: String) throws {
        defer { shell.remove() }
        let run = try shell.run(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(expected), "\(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test(
        "wrong usage gets one line with the nearest name that is right, and exits with 2",
        arguments: [
            (["reviw"], "'reviw'. Did you mean 'review'? See hunkwise --help."),
            (["nonsense"], "'nonsense'. See hunkwise --help."),
            (["models", "lst"], "Did you mean 'list'?"),
            (["config", "chek"], "Did you mean 'check'?"),
            (["review", "extra"], "'extra'. See hunkwise review --help."),
            (["review", "--nonsense"], "'--nonsense'. See hunkwise review --help."),
            (["review", "--formt", "json"], "Did you mean '--format'?"),
            (["review", "--staged", "--range", "HEAD"], "choose one source"),
            (["review", "--format", "x"], "it takes text, json, markdown, sarif, github, gitlab."),
            (["review", "--format", "jsn"], "Did you mean 'json'?"),
            (["review", "--format"], "'--format"),
            (["review", "--fail-on", "bad"], "'low', 'medium', 'high' or 'critical'"),
            (["review", "--max-cost", "much"], "for example 0.25"),
            (["review", "--a\u{1B}[2Jb"], "\\u{1b}"),
        ])
    func usage(arguments: [String], expected: String) throws {
        defer { shell.remove() }
        let run = try shell.run(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("hunkwise: "))
        #expect(run.errors.contains(expected), "\(run.errors)")
        #expect(run.lines.isEmpty && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    }

    @Test(
        "help is whole, on standard output, and no error",
        arguments: [["--help"], ["review", "--help"], ["models", "list", "-h"]])
    func help(arguments: [String]) throws {
        defer { shell.remove() }
        let run = try shell.run(arguments)
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        #expect(run.output.contains("USAGE: ") && run.output.contains("OPTIONS:"))
    }

    @Test(
        "a broken patch names its line",
        arguments: [
            "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n",
            "--- a/f\n+++ b/f\n@@ nonsense @@\n a\n",
            "diff --cc f\nindex 1,2..3\n--- a/f\n+++ b/f\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n",
            "this is no patch\n",
        ])
    func brokenPatch(patch: String) throws {
        defer { shell.remove() }
        let run = try shell.hunkwise("review", "--patch", "-", input: Data(patch.utf8))
        #expect(run.status == 2)
        #expect(run.errors.contains("line "), "\(run.errors)")
    }

    @Test("a binary patch is a stated skip, not a failure")
    func binary() throws {
        defer { shell.remove() }
        let patch =
            "diff --git a/x.png b/x.png\nindex 1111111..2222222 100644\nBinary files a/x.png and b/x.png differ\n"
        let run = try shell.hunkwise("review", "--patch", "-", "--format", "json", input: Data(patch.utf8))
        #expect(run.status == 0)
        let left = try #require(try run.json()["not_reviewed"] as? [[String: Any]])
        #expect(left.first?["reason"] as? String == "binary")
    }

    @Test("an unknown key names file, line and the nearest valid key")
    func unknownKey() throws {
        defer { shell.remove() }
        try shell.write("mode: review\nroutng:\n  policy: balanced\n", to: "hunkwise.yaml")
        let run = try shell.hunkwise("config", "check")
        #expect(run.status == 2)
        #expect(run.errors.contains("hunkwise.yaml:2"))
        #expect(run.errors.contains("routng") && run.errors.contains("routing"))
    }

    @Test("without grammars the review works and says what it left out")
    func noGrammars() throws {
        defer { shell.remove() }
        try shell.write("password = 'x'\n", to: "a.py")
        let environment = ["HUNKWISE_GRAMMARS": shell.directory.path]
        let run = try shell.hunkwise("review", "--files", "a.py", "--format", "json", environment: environment)
        #expect(run.status == 0)
        let notes = try #require(try run.json()["notes"] as? [[String: Any]])
        #expect(notes.contains { $0["kind"] as? String == "no-grammar" })
    }

    @Test("config init writes a file that config check accepts, and never overwrites")
    func starter() throws {
        defer { shell.remove() }
        let key = ["OPENAI_API_KEY": "not-a-real-key"]
        let first = try shell.hunkwise("config", "init", environment: key)
        #expect(first.status == 0)
        #expect(!first.output.contains("not-a-real-key"))
        let written = try String(contentsOf: shell.directory.appending(path: "hunkwise.yaml"), encoding: .utf8)
        #expect(written.split(separator: "\n").count <= 6)
        #expect(try shell.hunkwise("config", "check", environment: key).status == 0)
        let second = try shell.hunkwise("config", "init", environment: key)
        #expect(second.status == 2)
        #expect(second.errors.contains("exists already"))
    }
}
