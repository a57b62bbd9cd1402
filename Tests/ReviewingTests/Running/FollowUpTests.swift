import Domain
import Routing
import Storage
import Testing

@testable import Reviewing

/// A cheap model's answer, looked at again where that is worth its price.
@Suite("Second looks", .serialized)
struct FollowUpTests {
    private func isConfirmation(_ request: ModelRequest) -> Bool { request.material.contains("\n=== claim\n") }

    /// A cheap model that answers as given, beside a strong one.
    private func review(
        cheap: [String], strong: @escaping @Sendable (ModelRequest) -> CallOutcome,
        _ change: (inout ReviewFixture) -> Void = { _ in }
    ) async throws -> (result: ModelReviewResult, cheap: ScriptedProvider, strong: ScriptedProvider) {
        var fixture = try ReviewFixture()
        let small = ScriptedProvider("cheap") { arrival in
            CallOutcome.answered(cheap[min(arrival.number, cheap.count - 1)]).filled(for: arrival.call)
        }
        let large = ScriptedProvider("strong") { strong($0.request).filled(for: $0.call) }
        fixture.add(small)
        fixture.addStrong(large)
        change(&fixture)
        return (try await fixture.run("cheap"), small, large)
    }

    // MARK: Another model

    @Test("where a cheap model is sure, nobody else is asked")
    func sure() async throws {
        let run = try await review(cheap: [Answers.finding()]) { _ in .clean }
        #expect(run.strong.calls == 0)
        #expect(run.result.findings.map(\.model) == ["cheap"])
    }

    @Test("where a cheap model is not sure, the better one's answer takes the place of its doubts")
    func unsure() async throws {
        let doubt = Answers.finding(confidence: "0.3")
        let refuting = try await review(cheap: [doubt]) { _ in .clean }
        #expect(refuting.strong.calls == 1)
        #expect(refuting.result.findings.isEmpty)
        let agreeing = try await review(cheap: [doubt]) { .answered(Answers.diligent($0)) }
        #expect(agreeing.result.findings.map(\.model) == ["strong"])
        #expect(agreeing.result.rows.map(\.model) == ["cheap", "strong"])
    }

    @Test("what the cheap model was sure of stays beside the better one's answer")
    func sureBesideDoubt() async throws {
        let answer = Answers.findings([
            Answers.Claimed(line: 6), Answers.Claimed(line: 7, quote: "    if row is None:", confidence: "0.2"),
        ])
        let run = try await review(cheap: [answer]) { _ in .clean }
        #expect(run.result.findings.map(\.line) == [6])
    }

    @Test("if the better model cannot be had, the doubtful findings stay, for the reader's floor to judge")
    func betterFails() async throws {
        let run = try await review(cheap: [Answers.finding(confidence: "0.3")]) { _ in .failed(.money, status: 402) }
        #expect(run.strong.calls == 1)
        #expect(run.result.findings.map(\.confidence) == [0.3])
        #expect(run.result.notReviewed.isEmpty)
    }

    @Test("an answer of which nothing passes the gates is followed by another model's")
    func nothingPassed() async throws {
        let run = try await review(cheap: [Answers.finding { $0.file = "app/imagined.py" }]) {
            .answered(Answers.diligent($0))
        }
        #expect(run.strong.calls == 1)
        #expect(run.result.findings.map(\.model) == ["strong"])
        #expect(run.result.gates.first { $0.verdict.reason == "file not in the change" }?.count == 1)
    }

    // MARK: Suggestions

    private static let broken = #"{"start": 6, "end": 6, "text": "    row = store.find(name, limit"}"#
    private static let whole = #"{"start": 6, "end": 6, "text": "    row = store.find(name, limit)"}"#

    @Test("a suggestion that breaks the file is asked for once more, and the whole one is shown")
    func mended() async throws {
        let run = try await review(cheap: [Answers.finding(fix: Self.broken), Answers.finding(fix: Self.whole)]) { _ in
            .clean
        }
        #expect(run.cheap.calls == 2)
        let complaint = try #require(run.cheap.arrivals.last?.request.repair?.complaint)
        #expect(complaint.contains("fix for line 6"))
        #expect(run.result.findings.map(\.suggestion?.replacement) == ["    row = store.find(name, limit)"])
    }

    @Test("if it breaks the file again it is dropped, and the comment stays")
    func notMended() async throws {
        let again = Answers.finding(fix: Self.broken) { $0.title = "raw name is looked up" }
        let run = try await review(cheap: [Answers.finding(fix: Self.broken), again]) { _ in .clean }
        #expect(run.cheap.calls == 2)
        #expect(run.result.findings.map(\.suggestion) == [nil])
        #expect(run.result.findings.map(\.line) == [6])
    }

    @Test("a suggestion is not asked for again where that costs more than it is worth")
    func notWorthMending() async throws {
        let run = try await review(cheap: [Answers.finding(fix: Self.broken)], strong: { _ in .clean }) {
            $0.settings.valueOfFinding = Money(picodollars: 1_000_000)
        }
        #expect(run.cheap.calls == 1)
        #expect(run.result.findings.map(\.suggestion) == [nil])
    }

    // MARK: Confirmation

    private struct Case: Sendable {
        var verdict: String
        var sureness: String
        /// Nil: the finding is not shown.
        var confidence: Double?
    }

    @Test("a grave finding of a cheap model is put before a stronger one")
    func confirmation() async throws {
        let cases = [
            Case(verdict: "confirmed", sureness: "0.95", confidence: 0.95),
            Case(verdict: "confirmed", sureness: "0.5", confidence: 0.9),
            Case(verdict: "unsure", sureness: "0.9", confidence: 0.7),
            Case(verdict: "refuted", sureness: "0.4", confidence: 0.5),
            Case(verdict: "refuted", sureness: "0.9", confidence: nil),
        ]
        for expected in cases {
            let run = try await review(cheap: [Answers.finding(severity: "high")]) { _ in
                .answered(Answers.verdict(expected.verdict, confidence: expected.sureness))
            }
            #expect(run.strong.calls == 1)
            #expect(run.strong.arrivals.allSatisfy { isConfirmation($0.request) })
            #expect(run.result.findings.map(\.confidence) == (expected.confidence.map { [$0] } ?? []))
            #expect(run.result.notes.contains { $0.kind == "refuted" } == (expected.confidence == nil))
            #expect(run.result.rows.first { $0.model == "strong" }?.calls == 1)
            #expect(run.result.rows.first { $0.model == "strong" }?.hunks == 0)
        }
    }

    @Test("if nobody stronger answers, the finding stays as it is", arguments: [Mishap.serverError, .nonsense, .money])
    func nobodyConfirms(mishap: Mishap) async throws {
        let run = try await review(cheap: [Answers.finding(severity: "critical")]) { _ in mishap.outcome }
        #expect(run.strong.calls > 0)
        #expect(run.strong.calls <= UnitCourse.mostCalls)
        #expect(run.result.findings.map(\.severity) == [.critical])
        #expect(run.result.findings.map(\.confidence) == [0.9])
        #expect(run.result.notReviewed.isEmpty)
    }

    @Test("it is not asked for where it costs more than it is worth, nor for what is less than high")
    func notConfirmed() async throws {
        let poor = try await review(cheap: [Answers.finding(severity: "high")], strong: { _ in .clean }) {
            $0.settings.valueOfFinding = Money(picodollars: 1_000_000)
        }
        #expect(poor.strong.calls == 0)
        #expect(poor.result.findings.count == 1)
        let mild = try await review(cheap: [Answers.finding(severity: "medium")]) { _ in .clean }
        #expect(mild.strong.calls == 0)
    }

    @Test("a strong model's finding is taken at its word")
    func strongAlone() async throws {
        var fixture = try ReviewFixture()
        let cheap = ScriptedProvider("cheap", .clean)
        let strong = ScriptedProvider("strong", .answered(Answers.finding(severity: "critical")))
        fixture.add(cheap)
        fixture.addStrong(strong)
        #expect(try await fixture.run("strong").findings.map(\.severity) == [.critical])
        #expect(strong.calls == 1)
        #expect(cheap.calls == 0)
    }
}
