import Foundation
import TestKit
import Testing

/// `hunkwise review` with models, against a provider in a process of its own that keeps books.
@Suite("hunkwise review with models", .serialized)
struct ModelsReviewTests {
    @Test(
        "what models find is in the report, and its cost is what the provider bills",
        arguments: ["openai", "anthropic", "ollama"])
    func findings(kind: String) async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture(files: 2)
        defer { fixture.shell.remove() }
        try fixture.configure(kind == "openai" ? server.url + "/v1" : server.url, kind: kind)
        let report = try fixture.report()
        #expect(report.ofModels.map(\.title).sorted() == ["rate may be zero", "rate may be zero"])
        #expect(report.ofModels.map(\.path).sorted() == ["pay0.py", "pay1.py"])
        #expect(report.ofModels.map(\.line) == [4, 4])
        #expect(report.not_reviewed.isEmpty)
        let billed = try await server.ledger()
        #expect(!billed.isEmpty)
        #expect(report.cost.calls == billed.count)
        #expect(report.cost.spent_usd == usd(billed.reduce(0) { $0 + $1.cost }))
        #expect(report.cost.bounded_usd == "0")
    }

    @Test("people read the findings and the cost too", arguments: ["text", "markdown", "github", "gitlab", "sarif"])
    func formats(format: String) async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1")
        let run = try fixture.review("--format", format, "--severity-floor", "low")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("rate may be zero"))
        if ["text", "markdown"].contains(format) {
            #expect(run.output.contains("$0.00"), "no cost is told: \(run.output)")
        }
    }

    @Test("--max-cost 0 sends nothing and exits with 4")
    func noMoney() async throws {
        let port = try Listener()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure("http://127.0.0.1:\(port.port)/v1")
        let run = try fixture.review("--max-cost", "0", "--format", "json")
        #expect(run.status == 4)
        #expect(!port.wasVisited)
        let report = try ReviewDocument(run)
        #expect(report.cost.spent_usd == "0")
        #expect(report.not_reviewed.map(\.reason) == ["budget"])
    }

    @Test("a budget is kept to, whatever the calls would like to spend")
    func budget() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture(files: 6)
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1")
        let run = try fixture.review("--max-cost", "0.004", "--format", "json")
        let report = try ReviewDocument(run)
        let spent = try #require(Double(report.cost.spent_usd))
        #expect(spent <= 0.004)
        #expect(report.cost.spent_usd == usd(try await server.ledger().reduce(0) { $0 + $1.cost }))
    }

    @Test("--static-only connects to nobody and keeps no books")
    func staticOnly() async throws {
        let port = try Listener()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure("http://127.0.0.1:\(port.port)/v1")
        #expect(try fixture.review("--static-only").status == 0)
        #expect(!port.wasVisited)
        #expect(!FileManager.default.fileExists(atPath: fixture.books.path))
    }

    @Test("the same review run again costs nothing and says the same")
    func again() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture(files: 3)
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1", extra: "budgets: {global: {day_usd: 0.05}}\n")
        let first = try fixture.report()
        let before = try await server.ledger().count
        let second = try fixture.report()
        #expect(second.findings == first.findings)
        #expect(second.cost.spent_usd == "0")
        #expect(second.cost.calls == 0)
        #expect(second.cost.models.reduce(0) { $0 + $1.reused } == before)
        #expect(try await server.ledger().count == before)
    }

    @Test("a review that was killed goes on where it stopped, and makes at most the broken call again")
    func killed() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture(files: 12)
        defer { fixture.shell.remove() }
        try fixture.write(
            configuration: """
                routing:
                  providers:
                    - {name: strong, kind: openai, base_url: "\(server.url)/v1", model: strong, api_key_env: PAY_KEY,
                       cost_per_input_token: 0.000003, cost_per_output_token: 0.000015, quality: 0.9, context_window: 3400,
                       supports: [json_schema, streaming], residency: eu, max_concurrency: 1}

                """)
        try await server.behave("latency=150")
        let review = try ChildProcess(
            "hunkwise",
            [
                "review", "--repo", fixture.shell.directory.path, "--range", "HEAD~1..HEAD", "--format", "json",
                "--config", fixture.shell.directory.appending(path: "hunkwise.yaml").path,
            ], environment: fixture.environment)
        while try await server.ledger().count < 3 {}
        review.kill()
        _ = await review.end()
        try await server.behave("prompt")
        let report = try fixture.report()
        #expect(report.not_reviewed.isEmpty)
        #expect(report.ofModels.count == 12)
        let calls = try await server.ledger()
        let byBody = Dictionary(grouping: calls, by: \.bodyDigest)
        #expect(byBody.count > 3)
        #expect(calls.count <= byBody.count + 1, "\(calls.count) calls for \(byBody.count) requests")
        #expect(byBody.values.allSatisfy { $0.count <= 2 })
    }

    @Test("a key that is not accepted costs nothing and is said of every hunk in one line")
    func wrongKey() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture(files: 3)
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1", models: ["cheap"])
        let run = try fixture.review("--format", "json", environment: ["PAY_KEY": "sk-wrong-0123456789abcdef"])
        #expect(run.status == 0)
        let report = try ReviewDocument(run)
        #expect(report.not_reviewed.count == 3)
        for missed in report.not_reviewed {
            #expect(missed.reason.contains("cheap answered 401"), "\(missed.reason)")
            #expect(!missed.reason.contains("\n"))
        }
        #expect(report.cost.spent_usd == "0")
        #expect(try await server.ledger().allSatisfy { $0.state == "refused" })
    }

    @Test("a key is in no output, no error and no byte of the database")
    func keyStaysSecret() async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1")
        let wrong = "sk-wrong-0123456789abcdef"
        var said = ""
        for (format, key) in [
            ("text", wrong), ("json", wrong), ("json", ServedModels.key), ("markdown", ServedModels.key),
        ] {
            let run = try fixture.review("--format", format, environment: ["PAY_KEY": key])
            said += run.output + run.errors
        }
        for command in [["config", "check"], ["models", "list"], ["doctor"], ["plan", "--range", "HEAD~1..HEAD"]] {
            let run = try fixture.shell.run(command, environment: fixture.environment)
            said += run.output + run.errors
        }
        #expect(said.contains("rate may be zero"))
        let files = try FileManager.default.contentsOfDirectory(at: fixture.books, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for key in [ServedModels.key, wrong] {
            #expect(!said.contains(key))
            for file in files {
                #expect(try Data(contentsOf: file).range(of: Data(key.utf8)) == nil, "in \(file.lastPathComponent)")
            }
        }
    }

    @Test("doctor says when none can be asked, and nothing of it when one can", arguments: [true, false])
    func noModel(hasKey: Bool) async throws {
        let server = try await ServedModels()
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1")
        let run = try fixture.shell.run(
            ["doctor", "--offline"], environment: fixture.environment.merging(hasKey ? [:] : ["PAY_KEY": ""]) { $1 })
        let advice = "none can be asked, so the static rules review alone"
        #expect((run.output + run.errors).contains(advice) == !hasKey, "\(run.output)\(run.errors)")
    }

    @Test(
        "under a local data policy nobody but the local endpoint is connected to",
        arguments: ["prompt", "unauthorised"])
    func localOnly(behaviour: String) async throws {
        let server = try await ServedModels()
        try await server.behave(behaviour)
        let remote = try Listener()
        let fixture = try ModelsFixture(files: 2)
        defer { fixture.shell.remove() }
        let prices = "cost_per_input_token: 0.0000001, cost_per_output_token: 0.0000004"
        try fixture.write(
            configuration: """
                routing:
                  fallback: {review: [remote], debugging: [remote], algorithm: [remote], architecture: [remote]}
                  providers:
                    - {name: cheap, kind: openai, base_url: "\(server.url)/v1", model: cheap, api_key_env: PAY_KEY,
                       \(prices), quality: 0.6, residency: local, context_window: 32000,
                       supports: [json_schema, streaming]}
                    - {name: remote, kind: openai, base_url: "http://127.0.0.1:\(remote.port)/v1", model: strong,
                       api_key_env: PAY_KEY, \(prices), quality: 0.95, residency: eu, context_window: 32000}
                data_policy: [{match: "**", allow: local}]

                """)
        let report = try fixture.report()
        #expect(!remote.wasVisited)
        #expect(try await !server.ledger().isEmpty)
        // An unproven local model's word is only folded.
        if behaviour == "prompt" { #expect((report.findings + report.folded).contains { $0.model == "cheap" }) }
        #expect(report.not_reviewed.isEmpty == (behaviour == "prompt"), "\(report.not_reviewed)")
    }

    @Test(
        "what goes wrong is one line in the review, nothing is lost, and the cost is what the provider bills",
        arguments: [
            ("unauthorised", "answered 401"), ("insufficient-quota", "no money left"),
            ("payment-required", "no money left"), ("model-not-found", "does not know cheap"),
            ("context-too-long", "too long"), ("not-json", "could not be used"), ("empty", "empty"),
            ("wrong-schema", "could not be used"), ("starved", "without a visible answer"), ("refusal", "declined"),
            ("length", "limit"), ("unavailable", "answered 503"),
        ])
    func faults(behaviour: String, said: String) async throws {
        let server = try await ServedModels()
        try await server.behave(behaviour)
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1", models: ["cheap"])
        let report = try fixture.report()
        let missed = try #require(report.not_reviewed.first)
        #expect(report.not_reviewed.count == 1)
        #expect(missed.path == "pay0.py")
        #expect(missed.reason.contains(said), "\(missed.reason)")
        #expect(!missed.reason.contains("\n"))
        let billed = try await server.ledger()
        #expect(report.cost.calls == billed.count)
        #expect(report.cost.spent_usd == usd(billed.reduce(0) { $0 + $1.cost }))
    }

    @Test(
        "answers that can be understood are, and invented files are not shown",
        arguments: ["prose-around", "hallucinated-file"])
    func usable(behaviour: String) async throws {
        let server = try await ServedModels()
        try await server.behave(behaviour)
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1", models: ["cheap"])
        let report = try fixture.report()
        #expect(report.not_reviewed.isEmpty)
        #expect(report.ofModels.map(\.line) == (behaviour == "prose-around" ? [4] : []))
        #expect(report.cost.spent_usd == usd(try await server.ledger().reduce(0) { $0 + $1.cost }))
    }

    @Test(
        "what was lost on the way is charged at its bound: never less than the provider bills",
        arguments: ["close", "cut=200", "no-usage", "internal-error"])
    func lost(behaviour: String) async throws {
        let server = try await ServedModels()
        try await server.behave(behaviour)
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        try fixture.configure(server.url + "/v1", models: ["cheap"])
        let report = try fixture.report()
        let billed = try await server.ledger().reduce(0) { $0 + $1.cost }
        #expect(billed > 0)
        let spent = try #require(Double(report.cost.spent_usd))
        #expect(spent * 1e12 >= Double(billed))
        #expect(report.cost.bounded_usd != "0")
        #expect(report.not_reviewed.isEmpty == (behaviour == "no-usage"))
    }

    @Test("an endpoint that cannot be reached is one line, and costs nothing")
    func unreachable() async throws {
        let fixture = try ModelsFixture()
        defer { fixture.shell.remove() }
        let port = try Listener().port
        try fixture.configure("http://127.0.0.1:\(port)/v1", models: ["cheap"])
        let report = try fixture.report()
        #expect(report.not_reviewed.count == 1)
        #expect(report.not_reviewed.first?.reason.contains("cheap") ?? false)
        #expect(report.cost.spent_usd == "0")
        #expect(report.cost.calls == 0)
    }
}
