import Diffs
import Domain
import Testing

@testable import Prompts

/// One finding as JSON, on line 41 of auth/session.py unless said otherwise.
private func item(
    file: String = "\"auth/session.py\"", line: String = "41",
    quote: String = "log.info(\\\"deleting %s\\\", account.id)",
    severity: String = "\"high\"", confidence: String = "0.9", cwe: String = "862",
    title: String = "owner is not checked", explanation: String = "Any user can delete any account.",
    fix: String = "null"
) -> String {
    "{\"file\": \(file), \"line\": \(line), \"quote\": \"\(quote)\", \"explanation\": \"\(explanation)\", "
        + "\"title\": \"\(title)\", \"severity\": \(severity), \"confidence\": \(confidence), \"cwe\": \(cwe), "
        + "\"fix\": \(fix)}"
}

private func findings(_ items: String...) -> String { "{\"findings\": [\(items.joined(separator: ", "))]}" }

@Suite("Reading answers")
struct AnswerReaderTests {
    private let reader: AnswerReader

    init() throws {
        let prompt = Fixture.prompt(try Fixture.material(Fixture.twoFiles))
        reader = AnswerReader(key: prompt.key, category: .review, model: "fast-1", rule: "review-v1")
    }

    private func one(_ text: String) throws -> Finding {
        let answer = try reader.read(text)
        return try #require(answer.findings.first, "\(answer.verdicts)")
    }

    @Test("a finding carries what the model said, what the caller knows and the line itself")
    func whole() throws {
        let finding = try one(findings(item(fix: #"{"start": 41, "end": 42, "text": "    check()\n    run()"}"#)))
        #expect(
            finding
                == Finding(
                    path: Path("auth/session.py"), side: .new, startLine: 41, line: 41, severity: .high,
                    category: .review, rule: "review-v1", cwe: "CWE-862", title: "owner is not checked",
                    explanation: "Any user can delete any account.",
                    suggestion: Suggestion(startLine: 41, line: 42, replacement: "    check()\n    run()"),
                    confidence: 0.9, model: "fast-1",
                    quotedLine: Array("    log.info(\"deleting %s\", account.id)".utf8)))
    }

    @Test(
        "nothing to report is an answer",
        arguments: ["{\"findings\":[]}", "{\"findings\": null}", "[]", "```\n[]\n```"])
    func nothing(text: String) throws {
        #expect(try reader.read(text) == UnitAnswer())
    }

    @Test(
        "prose, fences, thoughts, a bare list and a bare finding are understood",
        arguments: [
            "Here you are:\n```json\n\(findings(item()))\n```\nAsk if [anything] is {unclear}.",
            "<think>Perhaps {\"findings\": []}? No.</think>\(findings(item()))", "[\(item())]", item(),
            "\u{FEFF}\(findings(item()))", findings(item()) + "\n" + findings(item()),
            "{\"findings\": [\(item()),],}", "The list [1, 2] and {\"a\": 1}, then \(findings(item()))",
            "An empty [] and \(item(line: "42")), in all: \(findings(item()))",
            findings(item()).replacing("\"line\"", with: "\"category\": \"bug\", \"line\""),
        ])
    func tolerated(text: String) throws {
        #expect(try one(text).line == 41)
    }

    @Test(
        "what can be meant in one way only is taken so",
        arguments: [
            item(line: "-41"), item(line: "\"41\""), item(line: "41.0"), item(severity: "\"HIGH\""),
            item(confidence: "\"0.9\""),
            item(cwe: "\"CWE-862\""), item(cwe: "\"862\""), item(file: "\"b/auth/session.py\""),
            item(file: "\"session.py\""), item(file: "\"./auth/session.py\""), item(fix: "{}"), item(fix: "\"\""),
            item(fix: #"{"start": 0, "end": 0, "text": null}"#),
            item(quote: "41+    log.info(\\\"deleting %s\\\", account.id)"), item(quote: "log.info(\\\"deleting"),
            item(quote: "log.info( \\\"deleting %s\\\",account.id )"),
            item(quote: "log.info(\\\"deleting %s\\\", account.id)\\n    store = open_store()"),
        ])
    func coerced(item: String) throws {
        let finding = try one(findings(item))
        #expect(finding.line == 41 && finding.severity == .high && finding.confidence == 0.9)
        #expect(finding.cwe == "CWE-862" && finding.suggestion == nil)
    }

    @Test(
        "without a weakness there is none",
        arguments: ["0", "null", "-3", "\"none\"", "1e99", "862.5", "[]", "123456789"])
    func noWeakness(cwe: String) throws {
        #expect(try one(findings(item(cwe: cwe))).cwe == nil)
    }

    @Test(
        "what cannot be used is told in a sentence that holds nothing of the answer",
        arguments: [
            ("", .empty, "It is empty."), ("  \n ", .empty, "It is empty."),
            ("I see no problem.", .noJSON, "It holds no valid JSON object."),
            ("{\"findings\": [", .noJSON, "It holds no valid JSON object."),
            ("<think>{\"findings\": []}", .empty, "It is empty."),
            ("{\"result\": 1}", .wrongForm, "Its JSON does not have the keys of the schema."),
            ("The type Foo[] is fine as it is.", .wrongForm, "Its JSON does not have the keys of the schema."),
            ("[1, 2]", .wrongForm, "Its JSON does not have the keys of the schema."),
            ("{\"findings\": \"none\"}", .wrongForm, "Its JSON does not have the keys of the schema."),
            ("{\"findings\": [3]}", .wrongForm, "findings[0] is not an object."),
            (findings(item(), item(line: "\"x\"")), .wrongForm, "findings[1].line is not an integer."),
            (findings(item(line: "41.5")), .wrongForm, "findings[0].line is not an integer."),
            (findings(item(line: "1e300")), .wrongForm, "findings[0].line is not an integer."),
            (findings(item(file: "7")), .wrongForm, "findings[0].file is not text."),
            (
                findings(item(severity: "\"blocker\"")), .wrongForm,
                "findings[0].severity is not one of critical, high, medium, low."
            ),
            (
                findings(item(confidence: "95")), .wrongForm,
                "findings[0].confidence is not a number from 0 to 1."
            ),
            (findings(item(title: " ")), .wrongForm, "findings[0].title is empty."),
            (findings(item(fix: "7")), .wrongForm, "findings[0].fix is neither null nor an object."),
            (
                findings(item(fix: #"{"start": 1, "text": "x"}"#)), .wrongForm, "findings[0].fix.end is missing."
            ),
            ("{\"findings\": [{\"file\": \"a\"}]}", .wrongForm, "findings[0].line is missing."),
            (
                findings() + findings(item()), .ambiguous, "It holds several different JSON objects."
            ),
            (String(repeating: "x", count: 70_000), .tooLong, "It is longer than 64 kB."),
        ] as [(String, AnswerComplaint.Kind, String)])
    func complaints(text: String, kind: AnswerComplaint.Kind, words: String) throws {
        let complaint = try #require(throws: AnswerComplaint.self) { try reader.read(text) }
        #expect(complaint.kind == kind && complaint.description == words)
    }

    @Test("the last answer gives what is good in it, and complains only if nothing is")
    func last() throws {
        let answer = try reader.read(findings(item(line: "null"), item()), isLast: true)
        #expect(answer.findings.count == 1)
        #expect(answer.verdicts == [GateVerdict(.anchor, .rejected, reason: "wrong form")])
        #expect(throws: AnswerComplaint.self) { try reader.read(findings(item(line: "null")), isLast: true) }
    }

    @Test(
        "a finding that is on no line of the unit is rejected with its reason",
        arguments: [
            (item(file: "\"auth/admin.py\""), "file not in the change"), (item(file: "\"\""), "file not in the change"),
            (item(file: "\"/etc/passwd\""), "file not in the change"),
            (item(file: "\"query.pyx\""), "file not in the change"),
            (item(line: "400", quote: "not there at all"), "line is not in the change"),
            (item(line: "-1", quote: ""), "line is not in the change"),
            (item(line: "9223372036854775807", quote: ""), "line.integer"),
            (item(quote: "something else entirely"), "quoted line is not there"), (item(quote: ""), "line not quoted"),
        ])
    func rejected(item: String, reason: String) throws {
        if reason == "line.integer" {
            #expect(throws: AnswerComplaint.self) { try reader.read(findings(item)) }
            return
        }
        let answer = try reader.read(findings(item))
        #expect(answer.findings.isEmpty)
        #expect(answer.verdicts == [GateVerdict(.anchor, .rejected, reason: reason)])
    }

    @Test("a wrong number is set right by the quote if only one line is meant")
    func moved() throws {
        let answer = try reader.read(findings(item(line: "44"), item(line: "4000", quote: "store = open_store()")))
        #expect(answer.findings.map(\.line) == [41, 42])
        let verdict = GateVerdict(.anchor, .repaired, reason: "moved to the quoted line")
        #expect(answer.verdicts == [verdict, verdict])
        let twice = try reader.read(findings(item(file: "\"db/query.py\"", line: "11", quote: "return db.run(sql)")))
        #expect(twice.findings.isEmpty)
    }

    @Test("the quote tells a removed line from the new line of the same number")
    func sides() throws {
        let removed = try one(findings(item(quote: "require_owner(request.user, account)")))
        #expect(removed.side == .old && removed.line == 41)
        #expect(try one(findings(item())).side == .new)
    }

    @Test("an empty line is quoted as nothing")
    func emptyLine() throws {
        #expect(try one(findings(item(line: "44", quote: ""))).quotedLine == [])
    }

    @Test(
        "a suggestion that does not lie within the lines shown is dropped and counted",
        arguments: [
            (#"{"start": 42, "end": 41, "text": "x"}"#, "suggestion outside the hunk"),
            (#"{"start": 39, "end": 41, "text": "x"}"#, "suggestion outside the hunk"),
            (#"{"start": 46, "end": 47, "text": "x"}"#, "suggestion outside the hunk"),
            (
                #"{"start": -9223372036854775808, "end": 4611686018427387904, "text": "x"}"#,
                "suggestion outside the hunk"
            ),
            (#"{"start": 9, "end": 9, "text": "x"}"#, "suggestion outside the hunk"),
            (#"{"start": -9000000000000000, "end": 9000000000000000, "text": "x"}"#, "suggestion outside the hunk"),
            (#"{"start": 41, "end": 41, "text": "log(\"a…[cut]"}"#, "line was not shown whole"),
            (#"{"start": 41, "end": 41, "text": "log(\"[secret-3]\")"}"#, "mask in the suggestion"),
            (#"{"start": 41, "end": 41, "text": "log(\"[secret]\")"}"#, "mask in the suggestion"),
        ])
    func suggestions(fix: String, reason: String) throws {
        let answer = try reader.read(findings(item(fix: fix)))
        #expect(answer.findings.count == 1 && answer.findings[0].suggestion == nil)
        #expect(answer.verdicts.map(\.outcome) == [.demoted] && answer.verdicts.map(\.reason) == [reason])
    }

    @Test("numbers and signs that were copied along are taken off a suggestion, other digits stay")
    func copiedNumbers() throws {
        func text(_ fix: String) throws -> String? { try one(findings(item(fix: fix))).suggestion?.replacement }
        #expect(try text(#"{"start": 41, "end": 42, "text": "41+    a()\n42+    b()"}"#) == "    a()\n    b()")
        #expect(try text(#"{"start": 41, "end": 42, "text": "41+    a()\n    b()"}"#) == "41+    a()\n    b()")
        #expect(try text(#"{"start": 41, "end": 41, "text": ""}"#) == "")
        #expect(try text(#"{"start": 41, "end": 41, "text": "\ta = 4100"}"#) == "\ta = 4100")
    }

    @Test("texts are cut to their limits")
    func limits() throws {
        let long = String(repeating: "word ", count: 400)
        let finding = try one(
            findings(item(title: long, explanation: "First. Second e.g. this. Third! Fourth? Fifth.")))
        #expect(finding.title.count <= 80 && finding.title.hasSuffix("…"))
        #expect(finding.explanation == "First. Second e.g. this. Third!")
        #expect(try one(findings(item(explanation: long + long))).explanation.utf8.count <= 1200)
    }

    @Test("of more than 20 findings the rest is counted as rejected")
    func tooMany() throws {
        let answer = try reader.read("{\"findings\": [\((0..<25).map { _ in item() }.joined(separator: ","))]}")
        #expect(answer.findings.count == 20)
        #expect(
            answer.verdicts
                == Array(repeating: GateVerdict(.noise, .rejected, reason: "more than 20 findings"), count: 5))
    }

    @Test("a repair shows a bounded part of the answer and the complaint")
    func repair() throws {
        let request = Fixture.prompt(try Fixture.material(Fixture.twoFiles)).request
        let answer = String(repeating: "é", count: 40_000)
        let complaint = try #require(throws: AnswerComplaint.self) { try reader.read(answer) }
        let repaired = request.repairing(answer, complaint)
        let repair = try #require(repaired.repair)
        #expect(repair.answer.utf8.count <= 4000 && answer.hasPrefix(repair.answer))
        #expect(repair.complaint.contains("It is longer than 64 kB.") && repair.complaint.utf8.count < 300)
        #expect(repaired.instructions == request.instructions && repaired.material == request.material)
    }
}

@Suite("Confirmation of a finding")
struct ConfirmationTests {
    private let finding = Finding(
        path: "auth/session.py", line: 41, title: "no check", explanation: "Anyone may delete.")

    @Test("shows the lines around the finding and the claim, and nothing of other files")
    func form() throws {
        let material = try Fixture.material(Fixture.twoFiles, title: "t", notes: [PathNote(match: "**", text: "n")])
        let prompt = try #require(
            ConfirmationPrompt.compose(
                finding, on: material, allowance: AnswerAllowance(visible: 9), digest: testDigest))
        #expect(prompt.request.material.contains("41+    log.info"))
        #expect(prompt.request.material.contains("=== claim\nline 41: no check\nAnyone may delete.\n>>>"))
        #expect(!prompt.request.material.contains("db/query.py"))
        #expect(prompt.request.answerLimit == 9)
    }

    @Test("there is none for a finding on a line that was not shown")
    func elsewhere() throws {
        let material = try Fixture.material(Fixture.twoFiles)
        for other in [
            Finding(path: "auth/session.py", line: 4, title: "", explanation: ""),
            Finding(path: "x.py", line: 41, title: "", explanation: ""),
        ] {
            #expect(
                ConfirmationPrompt.compose(
                    other, on: material, allowance: AnswerAllowance(visible: 9), digest: testDigest) == nil)
        }
    }

    @Test("a verdict is read as leniently as findings are")
    func reading() throws {
        let read = try Confirmation.read(
            "```json\n{\"reason\": \"No [secret-1]\\nguard.\", \"verdict\": \"Confirmed\", \"confidence\": \"0.8\"}\n```"
        )
        #expect(read == Confirmation(verdict: .confirmed, confidence: 0.8, reason: "No [secret] guard."))
        for text in [
            "", "yes", "{\"verdict\": \"maybe\", \"confidence\": 1, \"reason\": \"\"}", "{\"verdict\": \"unsure\"}",
        ] {
            #expect(throws: AnswerComplaint.self) { try Confirmation.read(text) }
        }
    }
}
