import Foundation
import TestKit
import Testing

/// The commands that look into the books, after a review with models has written them.
@Suite("Commands on the books", .serialized)
struct BooksCommandTests {
    @Test("before the first review with a model they say that there are no books, and make none")
    func noBooks() throws {
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        for arguments in [
            ["report"], ["audit", "verify"], ["audit", "show"], ["ledger", "reconcile"], ["ledger", "check"],
        ] {
            let run = try fixture.shell.run(arguments, environment: fixture.environment)
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            #expect(run.output.hasPrefix("No books yet"), "\(arguments): \(run.output)")
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.books.path))
    }

    @Test("the report sums up what the provider bills, whatever it is grouped by")
    func report() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture(files: 2)
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1")
        _ = try fixture.report()
        let billed = usd(try await server.ledger().reduce(0) { $0 + $1.cost })
        for grouping in ["repo", "forge", "org", "model", "category", "day"] {
            let run = try fixture.shell.run(
                ["report", "--by", grouping, "--format", "json"], environment: fixture.environment)
            #expect(run.status == 0, "\(run.errors)")
            let total = try #require(try run.json()["total"] as? [String: Any])
            #expect(total["spent_usd"] as? String == billed, "by \(grouping)")
        }
        for format in ["table", "csv", "markdown"] {
            let run = try fixture.shell.run(["report", "--format", format], environment: fixture.environment)
            #expect(run.status == 0 && !run.output.isEmpty)
        }
    }

    @Test("the audit is sound, lists where code went, and knows its own head from another")
    func audit() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1")
        _ = try fixture.report()
        let sound = try fixture.shell.run(["audit", "verify"], environment: fixture.environment)
        #expect(sound.status == 0, "\(sound.output)")
        let head = try #require(sound.lines.last)
        let again = try fixture.shell.run(
            ["audit", "verify", "--noted", String(head)], environment: fixture.environment)
        #expect(again.status == 0, "\(again.output)")
        let shown = try fixture.shell.run(["audit", "show"], environment: fixture.environment)
        #expect(shown.output.contains("to=" + server.url.dropFirst("http://".count)))
        #expect(try fixture.shell.run(["ledger", "check"], environment: fixture.environment).status == 0)
        let other = try fixture.shell.run(
            ["audit", "verify", "--noted", "1:" + String(repeating: "0", count: 64)], environment: fixture.environment)
        #expect(other.status == 1)
        #expect(other.output.contains("written anew"), "\(other.output)")
    }

    @Test("the provider's figure takes the place of a charge at the bound; wrong figures book nothing")
    func reconcile() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1", models: ["cheap"])
        try await server.behave("no-usage")
        let bounded = try fixture.report().cost.bounded_usd
        #expect(bounded != "0")
        let open = try fixture.shell.run(["ledger", "reconcile"], environment: fixture.environment)
        let hold = try #require(open.output.split(separator: " ").first)
        try fixture.shell.write("\(hold),0.00012\nnobody,1\nrubbish\n", to: "wrong.csv")
        let wrong = try fixture.shell.run(
            ["ledger", "reconcile", "--figures", "wrong.csv"], environment: fixture.environment)
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("line 3"), "\(wrong.errors)")
        try fixture.shell.write("\(hold),0.00012\nnobody,1\n", to: "figures.csv")
        let right = try fixture.shell.run(
            ["ledger", "reconcile", "--figures", "figures.csv"], environment: fixture.environment)
        #expect(right.status == 0, "\(right.errors)")
        #expect(right.output.contains("$\(bounded) becomes $0.00012"), "\(right.output)")
        #expect(right.output.contains("nobody: no call has that name"))
        let total = try #require(
            try fixture.shell.run(["report", "--format", "json"], environment: fixture.environment)
                .json()["total"] as? [String: Any])
        #expect(total["spent_usd"] as? String == "0.00012")
    }

    @Test("a probe measures a model, pays for it and keeps what it found")
    func probe() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1", models: ["cheap"])
        let run = try fixture.shell.run(
            ["models", "probe", "cheap", "--format", "json"], environment: fixture.environment)
        #expect(run.status == 0, "\(run.errors)")
        let report = try run.json()
        let billed = try await server.ledger()
        #expect(report["usable"] as? Int == report["probes"] as? Int)
        #expect(report["probes"] as? Int == billed.count)
        #expect(report["spent_usd"] as? String == usd(billed.reduce(0) { $0 + $1.cost }))
        #expect(report["is_kept"] as? Bool == true)
        let unknown = try fixture.shell.run(["models", "probe", "nobody"], environment: fixture.environment)
        #expect(unknown.status == 2)
        #expect(unknown.errors.contains("cheap"), "\(unknown.errors)")
    }

    @Test("an endpoint's own list is shown, with what nobody has configured")
    func remote() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1", models: ["cheap"])
        let run = try fixture.shell.run(["models", "list", "--remote"], environment: fixture.environment)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("strong"))
        #expect(run.errors.isEmpty, "\(run.errors)")
    }

    @Test("--only asks no other model, and names the configured ones when it is wrong")
    func only() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1")
        let report = try fixture.report("--only", "cheap")
        #expect(Set(report.cost.models.map(\.model)) == ["cheap"])
        #expect(Set(try await server.ledger().map(\.model)) == ["cheap"])
        let wrong = try fixture.review("--only", "nobody")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("cheap, strong"), "\(wrong.errors)")
    }

    @Test("plan --compare sets the policies side by side and calls nothing")
    func compare() throws {
        let port = try Listener()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure("http://127.0.0.1:\(port.port)/v1")
        let run = try fixture.shell.run(
            ["plan", "--range", "HEAD~1..HEAD", "--compare"], environment: fixture.environment)
        #expect(run.status == 0, "\(run.errors)")
        for policy in ["economy", "balanced", "thorough"] { #expect(run.output.contains(policy)) }
        #expect(!port.wasVisited)
    }
}
