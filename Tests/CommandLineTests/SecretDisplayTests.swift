import Foundation
import TestKit
import Testing

/// What is written to a terminal ends in the logs of pipelines, which more people read than the repository.
@Suite("No report shows a credential")
struct SecretDisplayTests {
    static let formats = ["text", "markdown", "json", "sarif", "github", "gitlab"]

    /// Put together here, so that nobody takes this file for a leak.
    private static let token = "gh" + "p_" + "16C7e42F292c6912E7710c838347Ae178B4a"
    private static let password = "tr0ub4dor" + "And3"
    private static let keyLines: [String] = (0..<60).map { line in
        let alphabet = Array("ABCDEFGHabcdefgh0123456789+/")
        let places: [Int] = (0..<64).map { (line * 31 + $0 * $0 * 7 + $0) % alphabet.count }
        return String(places.map { alphabet[$0] })
    }

    private static let base = """
        import os
        import requests


        @login_required
        def run(request, name):
            TOKEN = "\(token)"
            return name


        def load(db):
            return db

        """

    private static let head = """
        import os
        import requests


        def run(request, name):
            TOKEN = "\(token)"
            os.system("ls " + name)
            return requests.get(name, headers={"X-Token": "\(token)"}, verify=False)


        def load(db):
            KEY = \"\"\"-----BEGIN RSA \("PRIVATE KEY")-----
        \(keyLines.joined(separator: "\n"))
        -----END RSA \("PRIVATE KEY")-----\"\"\"
            os.system("rm " + db)
            return db.connect(host="db.internal", password="\(password)")

        """

    private let shell: Shell

    init() throws {
        shell = try Shell()
        try shell.write(Self.base, to: "tool.py")
        try shell.git("init", "-q")
        try shell.git("add", ".")
        try shell.git("commit", "-q", "-m", "Start")
        try shell.write(Self.head, to: "tool.py")
        try shell.git("commit", "-q", "-a", "-m", "Change")
    }

    private func expectNoSecret(_ run: Finished, _ comment: Comment? = nil) {
        #expect(run.status == 0, "\(run.errors)")
        for secret in [Self.token, Self.password] + Self.keyLines.map({ String($0.prefix(24)) }) {
            #expect(!run.output.contains(secret), comment)
        }
    }

    @Test("of a range, on the finding's line and around it, before the change and after it", arguments: formats)
    func range(format: String) throws {
        defer { shell.remove() }
        let run = try shell.hunkwise("review", "--format", format, "--severity-floor", "low")
        expectNoSecret(run)
        #expect(run.output.contains("tool.py"))
        guard format == "text" else { return }
        #expect(run.output.contains("TOKEN = \"[secret]\""))
        #expect(run.output.contains("os.system(\"rm \" + db)"), "the frame below the key is missing: \(run.output)")
        #expect(run.output.contains("as it was before the change"))
    }

    @Test("of a patch alone, and of whole files", arguments: formats)
    func patch(format: String) throws {
        defer { shell.remove() }
        for lines in [1, 100] {
            let patch = try shell.git("show", "--format=", "-U\(lines)", "HEAD").output
            let run = try shell.hunkwise(
                "review", "--patch", "-", "--format", format, "--severity-floor", "low", input: Data(patch.utf8))
            expectNoSecret(run, "with \(lines) lines of context")
        }
        expectNoSecret(
            try shell.hunkwise("review", "--files", "tool.py", "--format", format, "--severity-floor", "low"))
    }

    @Test("beside a finding of a model", arguments: ["text", "markdown", "json"])
    func models(format: String) async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.shell.write(
            "def charge(amount, rate, account):\n    key = \"\(Self.token)\"\n"
                + "    total = amount / rate  # BUG: rate may be zero, see \(Self.token)\n    return total\n",
            to: "pay0.py")
        try fixture.shell.git("commit", "-q", "-a", "--amend", "-m", "Charge")
        try fixture.configure(server.url + "/v1")
        let run = try fixture.review("--format", format, "--severity-floor", "low")
        expectNoSecret(run)
        #expect(run.output.contains("rate may be zero"))
        if format == "text" { #expect(run.output.contains(">  3 │     total = amount / rate")) }
    }
}
