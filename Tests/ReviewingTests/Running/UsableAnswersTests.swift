import Domain
import Routing
import Storage
import Testing

@testable import Reviewing

/// What models write, and what comes of it in the review.
@Suite("Answers of models", .serialized)
struct UsableAnswersTests {
    private func review(
        _ outcomes: CallOutcome..., functions: Int = 1
    ) async throws -> (result: ModelReviewResult, provider: ScriptedProvider, fixture: ReviewFixture) {
        var fixture = try ReviewFixture(functions: functions)
        let provider = ScriptedProvider("m") { arrival in
            outcomes[min(arrival.number, outcomes.count - 1)].filled(for: arrival.call)
        }
        fixture.add(provider)
        return (try await fixture.run("m"), provider, fixture)
    }

    @Test(
        "an answer is understood however it is wrapped, without a second call",
        arguments: [
            Answers.finding(), "Sure! Here is my review:\n\n" + Answers.finding() + "\n\nLet me know if I can help.",
            "```json\n" + Answers.finding() + "\n```", "<think>Is it {\"findings\": []}?</think>\n" + Answers.finding(),
            String(Answers.finding().dropFirst(#"{"findings": "#.count).dropLast(1)),
            Answers.finding().replacing(#""line": 6"#, with: #""line": "6""#),
            Answers.finding().replacing(#""cwe""#, with: #""extra": true, "cwe""#),
        ])
    func wrapped(text: String) async throws {
        let (result, provider, _) = try await review(.answered(text))
        #expect(provider.calls == 1)
        #expect(result.notReviewed.isEmpty)
        let finding = try #require(result.findings.first)
        #expect(result.findings.count == 1)
        #expect(finding.line == 6)
        #expect(finding.path == SampleChange.path)
        #expect(finding.cwe == "CWE-639")
        #expect(finding.model == "m")
        #expect(finding.symbol == "order_0")
        #expect(finding.identity.count == 64)
    }

    @Test("an answer that finds nothing is a review", arguments: [#"{"findings": []}"#, "[]", #"{"findings": null}"#])
    func clean(text: String) async throws {
        let (result, provider, _) = try await review(.answered(text))
        #expect(provider.calls == 1)
        #expect(result.notReviewed.isEmpty)
        #expect(result.findings.isEmpty)
        #expect(result.reviewedHunks == ["hunk-0"])
    }

    @Test(
        "what cannot be used is sent back once with what is wrong, and the repaired answer counts",
        arguments: [
            "Looks fine to me!", #"{"findings": [{"file": "app/orders.py""#, #"{"verdict": "fine"}"#,
            #"{"findings": [{"file": "app/orders.py"}]}"#, #"{"findings": [{"file": 3, "line": "many"}]}"#,
        ])
    func repaired(text: String) async throws {
        let (result, provider, fixture) = try await review(.answered(text), .answered(Answers.finding()))
        #expect(provider.calls == 2)
        let repair = try #require(provider.arrivals.last?.request.repair)
        #expect(repair.answer == text)
        #expect(repair.complaint.contains("could not be used"))
        #expect(result.findings.count == 1)
        #expect(result.rows.map(\.calls) == [2])
        let entries = try await fixture.ledger.audit(AuditFilter(review: "r1")).filter { $0.event == .held }
        #expect(entries.map(\.purpose) == ["review", "repair"])
        #expect(entries.map(\.attempt) == [0, 1])
    }

    @Test("a repair asks in the same way as the first call: thinking, limits and all")
    func repairKeepsTerms() async throws {
        var fixture = try ReviewFixture()
        let provider = ScriptedProvider("m") { arrival in
            (arrival.number == 0 ? CallOutcome.answered("no") : .clean).filled(for: arrival.call)
        }
        fixture.add(provider) {
            $0.reasoning = PerCategory(all: .low)
            $0.reasoningTokens = 300
            $0.maxOutput = 900
        }
        _ = try await fixture.run("m")
        let requests = provider.arrivals.map(\.request)
        #expect(requests.map(\.effort) == [.low, .low])
        #expect(requests[0].answerLimit == requests[1].answerLimit)
        #expect(requests.map(\.reasoningAllowance) == [300, 300])
    }

    @Test("a repair is still afforded when holds follow the model's measured bytes per token")
    func repairWhenCalibrated() async throws {
        var fixture = try ReviewFixture(functions: 24)
        let provider = ScriptedProvider("m") { arrival in
            let isLast = arrival.number >= 24
            let text = isLast && arrival.request.repair == nil ? "Looks fine to me!" : #"{"findings": []}"#
            return CallOutcome.answered(text).filled(for: arrival.call)
        }
        // Little room for the answer, so that the request decides what is held.
        fixture.add(provider) { $0.maxOutput = 100 }
        fixture.claims = [BudgetClaim(scope: .global, subject: "", window: .day, limit: .mills(10_000))]
        _ = try await fixture.run(fixture.units(model: "m"))
        #expect(try await fixture.ledger.calibration(provider: "m", model: "m").leastBytesPerToken != nil)
        let result = try await fixture.run("m")
        #expect(provider.calls == 26)
        #expect(result.notReviewed.isEmpty)
    }

    @Test("a repair that is no better leads to the next model, and the unit is not asked a third time")
    func secondModel() async throws {
        var fixture = try ReviewFixture()
        let babbler = ScriptedProvider("babbler", .answered("Looks fine to me!"))
        let good = ScriptedProvider("good", .answered(Answers.finding()))
        fixture.add(babbler)
        fixture.add(good)
        let result = try await fixture.run("babbler")
        #expect(babbler.calls == 2)
        #expect(good.calls == 1)
        #expect(result.findings.map(\.model) == ["good"])
    }

    @Test("nothing and half answers are not sent back", arguments: ["", "   \n"])
    func empty(text: String) async throws {
        var fixture = try ReviewFixture()
        let silent = ScriptedProvider("silent", .answered(text))
        fixture.add(silent)
        let result = try await fixture.run("silent")
        let missed = try #require(result.notReviewed.first)
        #expect(missed.reason == "no model left: the answer of silent could not be used: It is empty")
        #expect(result.rows.map(\.exact).first ?? .zero > .zero)
    }

    @Test("one finding of the wrong form does not cost the others, once it was sent back in vain")
    func partlyWrong() async throws {
        let broken = Answers.findings([Answers.Claimed(), Answers.Claimed(line: 7, confidence: "\"very\"")])
        let (result, provider, _) = try await review(.answered(broken))
        #expect(provider.calls == 2)
        #expect(result.findings.count == 1)
        #expect(result.gates.contains { $0.verdict.reason == "wrong form" && $0.count == 1 })
    }

    @Test("a finding in a file that the change does not have is counted, not shown")
    func inventedFile() async throws {
        let text = Answers.findings([
            Answers.Claimed(), Answers.Claimed(file: "app/imagined.py"), Answers.Claimed(file: "../../etc/passwd"),
        ])
        let (result, _, _) = try await review(.answered(text))
        #expect(result.findings.count == 1)
        let counted = result.gates.first { $0.verdict.reason == "file not in the change" }
        #expect(counted?.verdict.outcome == .rejected)
        #expect(counted?.count == 2)
    }

    @Test("of more than twenty findings the first twenty are read, the rest is counted")
    func tooMany() async throws {
        let claims = (0..<30).map { number in
            Answers.Claimed(
                line: SampleChange.line(number % 24), title: "fault \(number) of the lookup")
        }
        let (result, _, _) = try await review(.answered(Answers.findings(claims)), functions: 24)
        #expect(result.findings.count == 20)
        #expect(result.gates.first { $0.verdict.reason == "more than 20 findings" }?.count == 10)
    }

    @Test("an answer longer than is read at all is not sent back: the next model is asked")
    func endless() async throws {
        var fixture = try ReviewFixture()
        let endless = ScriptedProvider("endless", .answered(String(repeating: "and so on ", count: 10_000)))
        let good = ScriptedProvider("good", .clean)
        fixture.add(endless)
        fixture.add(good)
        let result = try await fixture.run("endless")
        #expect(endless.calls == 1)
        #expect(good.calls == 1)
        #expect(result.notReviewed.isEmpty)
    }

    @Test("a model whose word is not proven finds nothing graver than medium")
    func unproven() async throws {
        var fixture = try ReviewFixture()
        fixture.add(ScriptedProvider("local", .answered(Answers.finding(severity: "critical"))))
        fixture.unproven = ["local"]
        #expect(try await fixture.run("local").findings.map(\.severity) == [.medium])
    }

    // MARK: Halves

    @Test(
        "a unit that does not fit is asked in two halves, and nothing is lost",
        arguments: [Mishap.contextTooLong, .length])
    func halves(mishap: Mishap) async throws {
        var fixture = try ReviewFixture(functions: 6)
        let provider = ScriptedProvider("m") { arrival in
            if Answers.linesShown(arrival.request, sign: "+").count > 3 {
                return mishap.outcome.filled(for: arrival.call)
            }
            return CallOutcome.answered(Answers.diligent(arrival.request)).filled(for: arrival.call)
        }
        fixture.add(provider)
        let result = try await fixture.run("m")
        #expect(provider.calls == 3)
        #expect(result.findings.map(\.line) == (0..<6).map { SampleChange.line($0) })
        #expect(result.reviewedHunks.count == 6)
        #expect(result.notReviewed.isEmpty)
        #expect(result.rows.map(\.calls) == [3])
        #expect(result.rows.map(\.hunks) == [6])
    }

    @Test("one long hunk is cut with lines that both halves show, under their own numbers")
    func overlap() async throws {
        var fixture = try ReviewFixture(functions: 1)
        let provider = ScriptedProvider("m") { arrival in
            if arrival.number == 0 { return Mishap.length.outcome.filled(for: arrival.call) }
            return CallOutcome.answered(Answers.diligent(arrival.request)).filled(for: arrival.call)
        }
        fixture.add(provider)
        let result = try await fixture.run("m")
        let shown = provider.arrivals.dropFirst().map { arrival in
            Set(
                [" ", "+", "-"].flatMap { sign in
                    Answers.linesShown(arrival.request, sign: sign).map { "\($0.number)\(sign)" }
                })
        }
        #expect(shown.count == 2)
        #expect(Set(shown.flatMap(\.self)) == ["3 ", "4 ", "5 ", "6-", "6+", "7 ", "8 ", "9 "])
        for (one, next) in zip(shown, shown.dropFirst()) {
            #expect(!one.isDisjoint(with: next), "nothing is shown twice: \(shown)")
        }
        #expect(result.findings.map(\.line) == [6])
        #expect(result.notReviewed.isEmpty)
    }

    @Test("a half that nobody reviews is listed, with the other's findings kept")
    func oneHalf() async throws {
        var fixture = try ReviewFixture(functions: 2)
        let provider = ScriptedProvider("m") { arrival in
            let lines = Answers.linesShown(arrival.request, sign: "+").map(\.number)
            if lines.count > 1 || lines.contains(SampleChange.line(1)) {
                return Mishap.contextTooLong.outcome
            }
            return CallOutcome.answered(Answers.diligent(arrival.request)).filled(for: arrival.call)
        }
        fixture.add(provider)
        let result = try await fixture.run("m")
        #expect(result.findings.map(\.line) == [SampleChange.line(0)])
        #expect(result.notReviewed.map(\.hunkIndex) == [1])
    }
}
