import Foundation
import TestKit
import Testing

@Suite("hunkwise review")
struct ReviewTests {
    private let shell: Shell

    init() throws {
        shell = try Shell()
        try shell.write("import os\n\n\ndef run(name):\n    return name\n", to: "tool.py")
        try shell.git("init", "-q")
        try shell.git("add", ".")
        try shell.git("commit", "-q", "-m", "Start")
        try shell.write(
            "import os\n\n\ndef run(name):\n    os.system(\"ls \" + name)\n    return name\n", to: "tool.py")
        try shell.git("commit", "-q", "-a", "-m", "Run it")
    }

    @Test("the last commit is reviewed by default, and the finding stands on its line")
    func lastCommit() throws {
        defer { shell.remove() }
        let run = try shell.hunkwise("review", "--format", "json")
        #expect(run.status == 0)
        let report = try run.json()
        #expect(report["version"] as? Int == 1)
        let findings = try #require(report["findings"] as? [[String: Any]])
        let finding = try #require(findings.first { $0["cwe"] as? String == "CWE-78" })
        #expect(finding["path"] as? String == "tool.py")
        #expect(finding["side"] as? String == "new")
        #expect(finding["line"] as? Int == 5)
        #expect(finding["model"] as? String == "builtin")
        #expect((finding["identity"] as? String)?.count == 64)
        for key in ["change", "findings", "not_reviewed", "gates", "cost"] { #expect(report[key] != nil) }
    }

    @Test("--fail-on exits with 1 at and above its severity", arguments: [("medium", 1), ("critical", 0)])
    func failOn(severity: String, status: Int32) throws {
        defer { shell.remove() }
        let run = try shell.hunkwise("review", "--range", "HEAD~1..HEAD", "--fail-on", severity)
        let severities = try #require(
            try shell.hunkwise("review", "--format", "json").json()["findings"] as? [[String: Any]])
        let isCritical = severities.contains { $0["severity"] as? String == "critical" }
        #expect(run.status == (isCritical ? 1 : status))
    }

    @Test("staged changes, a patch, a patch with its repository and a whole file give the same finding")
    func sources() throws {
        defer { shell.remove() }
        let patch = try shell.git("show", "--format=", "HEAD").output
        try shell.git("reset", "-q", "--soft", "HEAD~1")
        let runs = [
            try shell.hunkwise("review", "--staged", "--format", "json"),
            try shell.hunkwise("review", "--patch", "-", "--format", "json", input: Data(patch.utf8)),
            try shell.hunkwise("review", "--patch", "-", "--repo", ".", "--format", "json", input: Data(patch.utf8)),
            try shell.hunkwise("review", "--files", "tool.py", "--format", "json"),
        ]
        for run in runs {
            #expect(run.status == 0, "\(run.errors)")
            let findings = try #require(try run.json()["findings"] as? [[String: Any]])
            #expect(findings.contains { $0["line"] as? Int == 5 && $0["cwe"] as? String == "CWE-78" })
        }
    }

    @Test("a hunk that merits a model which no budget affords exits with 4, unless findings fail the run first")
    func unaffordable() throws {
        defer { shell.remove() }
        let configuration = """
            routing:
              default_budget_limit: 0.000000000001
              value_of_finding_usd: 1000
              providers: [{name: deepseek-v4-flash, api_key_env: SOME_KEY}]

            """
        try shell.write(configuration, to: "hunkwise.yaml")
        #expect(try shell.hunkwise("review").status == 4)
        #expect(try shell.hunkwise("review", "--fail-on", "low").status == 1)
    }

    @Test("findings of a path with low sensitivity are folded below high, and comments are capped")
    func folding() throws {
        defer { shell.remove() }
        let all = "review: {severity_floor: low, confidence_floor: 0}\n"
        try shell.write(all, to: "hunkwise.yaml")
        #expect(try shell.hunkwise("review").output.contains(">  5 "))
        try shell.write(all + "paths: [{match: \"*.py\", sensitivity: low}]\n", to: "hunkwise.yaml")
        #expect(try !shell.hunkwise("review").output.contains(">  5 "))
        #expect(try shell.hunkwise("review", "--severity-floor", "low").output.contains(">  5 "))
        try shell.write("review: {max_comments: 0, severity_floor: low, confidence_floor: 0}\n", to: "hunkwise.yaml")
        #expect(try shell.hunkwise("review", "--format", "markdown").output.contains("over the cap"))
    }

    @Test("--output replaces a file, through a link too, and writes into what is no file")
    func outputFiles() throws {
        defer { shell.remove() }
        func text(_ name: String) throws -> String {
            try String(contentsOf: shell.directory.appending(path: name), encoding: .utf8)
        }
        try shell.write("old", to: "report.json")
        try FileManager.default.createSymbolicLink(
            at: shell.directory.appending(path: "link.json"),
            withDestinationURL: shell.directory.appending(path: "report.json"))
        #expect(try shell.hunkwise("review", "--format", "json", "--output", "link.json").status == 0)
        #expect(try text("report.json").contains("CWE-78"))
        let kind =
            try FileManager.default.attributesOfItem(
                atPath: shell.directory.appending(path: "link.json").path)[.type] as? FileAttributeType
        #expect(kind == .typeSymbolicLink)
        // By a link, so that a fault costs nobody the device.
        try FileManager.default.createSymbolicLink(
            atPath: shell.directory.appending(path: "null").path, withDestinationPath: "/dev/null")
        #expect(try shell.hunkwise("review", "--output", "null").status == 0)
        let device =
            try FileManager.default.attributesOfItem(
                atPath: shell.directory.appending(path: "null").path)[.type] as? FileAttributeType
        #expect(device == .typeSymbolicLink)
        let folder = try shell.hunkwise("review", "--output", ".")
        #expect(folder.status == 2)
        #expect(folder.errors.contains("directory") && folder.errors.split(separator: "\n").count == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: shell.directory.path).allSatisfy {
                !$0.hasSuffix(".tmp")
            })
    }

    @Test("as a pre-commit hook it sees what `git commit -a` is about to commit, and stops it")
    func preCommitHook() throws {
        defer { shell.remove() }
        let hook = "#!/bin/sh\nexec \(Shell.programPath) review --staged --fail-on low\n"
        try makeProgram(shell.directory.appending(path: ".git/hooks/pre-commit").path, hook)
        try shell.write("import os\n\n\ndef run(name):\n    os.system(\"rm \" + name)\n", to: "tool.py")
        #expect(try shell.git("commit", "-q", "-a", "-m", "Refused").status == 1)
        try shell.write("import os\n\n\ndef run(name):\n    return len(name)\n", to: "tool.py")
        #expect(try shell.git("commit", "-q", "-a", "-m", "Accepted").status == 0)
    }

    @Test("a change cannot switch its own review off")
    func ownConfiguration() throws {
        defer { shell.remove() }
        try shell.write("ignore: [\"**\"]\n", to: ".hunkwise.yaml")
        try shell.write("import os\nos.system(\"rm \" + input())\n", to: "other.py")
        try shell.git("add", ".")
        try shell.git("commit", "-q", "-m", "Hide")
        let hiding = try shell.hunkwise("review", "--format", "json")
        #expect(try #require(try hiding.json()["findings"] as? [Any]).isEmpty == false)
        let notes = try #require(try hiding.json()["notes"] as? [[String: Any]])
        #expect(notes.contains { ($0["text"] as? String ?? "").contains("edits .hunkwise.yaml") })

        try shell.write("import os\nos.system(\"rm -r \" + input())\n", to: "other.py")
        try shell.git("commit", "-q", "-a", "-m", "Later")
        let later = try shell.hunkwise("review", "--format", "json")
        #expect(try #require(try later.json()["findings"] as? [Any]).isEmpty)
    }

    @Test("colours appear only when asked for, and never when piped")
    func colours() throws {
        defer { shell.remove() }
        #expect(try !shell.hunkwise("review").output.contains("\u{1B}"))
        #expect(try shell.hunkwise("review", "--color", "always").output.contains("\u{1B}["))
    }

    @Test("--output writes the whole report to a file, nothing to standard output")
    func outputFile() throws {
        defer { shell.remove() }
        let run = try shell.hunkwise("review", "--format", "sarif", "--output", "report.sarif")
        #expect(run.status == 0)
        #expect(run.output.isEmpty)
        let written = try Data(contentsOf: shell.directory.appending(path: "report.sarif"))
        let report = try #require(try JSONSerialization.jsonObject(with: written) as? [String: Any])
        #expect(report["version"] as? String == "2.1.0")
    }
}
