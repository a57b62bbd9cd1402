import Diffs
import Domain
import Foundation
import Testing

@testable import Reporting

@Suite("What programs read of a review")
struct FormatTests {
    private func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test("in the table of hunks every category stands apart from its risk", arguments: Domain.Category.allCases)
    func classifyColumns(category: Domain.Category) throws {
        var hunk = try #require(try Sample.hunks().first)
        var assessment = hunk.assessment
        assessment.category = category
        hunk = AssessedHunk(
            file: hunk.file, hunkIndex: hunk.hunkIndex, fingerprint: hunk.fingerprint, assessment: assessment)
        let row = try #require(ClassifyText.document([hunk]).split(separator: "\n").dropFirst().first)
        #expect(row.split(separator: " ").contains(Substring(category.rawValue)))
        #expect(row.count <= 80)
    }

    @Test("classify lines have every promised member")
    func classifyMembers() throws {
        let lines = ClassifyJSON.lines(try Sample.hunks()).split(separator: 0x0A)
        #expect(lines.count == 2)
        let members: Set = [
            "version", "path", "old_path", "status", "hunk_index", "header", "old_start", "old_lines", "new_start",
            "new_lines", "added", "removed", "fingerprint", "category", "confidence", "risk", "skip", "reasons",
            "segments",
        ]
        for line in lines {
            let object = try object(Array(line))
            #expect(Set(object.keys) == members)
            #expect(object["version"] as? Int == 1)
            let segments = try #require(object["segments"] as? [[String: Any]])
            #expect(
                segments.allSatisfy {
                    Set($0.keys) == [
                        "old_start", "old_lines", "new_start", "new_lines", "category", "confidence", "risk", "skip",
                        "reasons",
                    ]
                })
        }
    }

    @Test(
        "a path that is not UTF-8 is quoted, with its bytes beside",
        arguments: [
            ([0x61] as [UInt8], "a", nil as String?), ([0xFF], "\"\\377\"", "/w=="),
            ([0xFF, 0xFE], "\"\\377\\376\"", "//4="),
            ([0xE9, 0x62, 0x0A], "\"\\351b\\n\"", "6WIK"),
        ])
    func paths(bytes: [UInt8], text: String, base64: String?) throws {
        var report = Sample.report
        report.notReviewed = [NotReviewed(path: Path(bytes: bytes), hunkIndex: nil, reason: "r")]
        let items = try #require(try object(ReviewJSON.document(report))["not_reviewed"] as? [[String: Any]])
        #expect(items[0]["path"] as? String == text)
        #expect(items[0]["path_base64"] as? String == base64)
        #expect(items[0]["hunk_index"] is NSNull)
    }

    @Test(
        "numbers come out rounded to four decimals, money exact",
        arguments: [
            (0.1, "0.1"), (0.12345, "0.1235"), (1, "1"), (0, "0"), (-0.00001, "0"), (-2.5, "-2.5"), (0.00004, "0"),
            (12.0625, "12.0625"), (.nan, "null"), (.infinity, "null"),
        ])
    func numbers(value: Double, text: String) {
        var writer = JSONWriter()
        writer.object { $0.field("a", value) }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "{\"a\":\(text)}")
    }

    @Test(
        "dollars for people never read lower than they are",
        arguments: [
            (0, "$0.00"), (500_000_000_000, "$0.50"), (13_200_000_000, "$0.0132"), (1, "$0.000000000001"),
            (1_234_567_890_123, "$1.235"), (20_000_000_000_000, "$20.00"), (123_456_000_000, "$0.1235"),
            (-5_000_000_000, "-$0.005"),
        ])
    func dollars(picodollars: Int64, text: String) {
        #expect(Wording.dollars(Money(picodollars: picodollars)) == text)
    }

    @Test("SARIF has its required structure: rules by index, one run, regions from 1, unique fingerprints")
    func sarif() throws {
        var report = Sample.report
        report.findings.append(Sample.medium)
        let files = try Sample.diff().files
        let object = try object(
            SARIF.document(
                report, toolVersion: "1.2.3",
                rules: [
                    RuleInfo(
                        id: "removed-guard", title: "T", why: "W", fix: "F", cwe: "CWE-862", severity: .high)
                ], headLines: HeadLines(files)))
        #expect(object["version"] as? String == "2.1.0")
        let run = try #require((object["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        let rules = try #require(driver["rules"] as? [[String: Any]])
        #expect((rules[0]["shortDescription"] as? [String: String])?["text"] == "T")
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.count == 4)
        var fingerprints: Set<String> = []
        for result in results {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
            let location = try #require((result["locations"] as? [[String: [String: Any]]])?.first?["physicalLocation"])
            let region = try #require(location["region"] as? [String: Int])
            #expect((region["startLine"] ?? 0) >= 1)
            let prints = try #require(result["partialFingerprints"] as? [String: String])
            #expect(fingerprints.insert(prints.values.first ?? "").inserted)
        }
        let removed = (results[0]["locations"] as? [[String: [String: Any]]])?.first?["physicalLocation"]?["region"]
        #expect((removed as? [String: Int])?["startLine"] == 42)
    }

    @Test("a deletion in SARIF takes the line ends with it")
    func sarifDeletion() throws {
        var report = Sample.report
        report.findings[1].suggestion = Suggestion(startLine: 3, line: 4, replacement: "")
        let text = String(decoding: SARIF.document(report, toolVersion: "1.0.0"), as: UTF8.self)
        #expect(text.contains("\"endLine\": 5"))
        #expect(!text.contains("insertedContent"))
    }

    @Test("Code Quality severities are GitLab's and fingerprints unique")
    func codeQuality() throws {
        var report = Sample.report
        report.findings = Severity.allCases.map { severity in
            var finding = Sample.medium
            finding.severity = severity
            return finding
        }
        let items = try #require(
            try JSONSerialization.jsonObject(with: Data(CodeQuality.document(report))) as? [[String: Any]])
        #expect(items.map { $0["severity"] as? String } == ["minor", "major", "critical", "blocker"])
        #expect(Set(items.compactMap { $0["fingerprint"] as? String }).count == 4)
        report.findings = []
        #expect(String(decoding: CodeQuality.document(report), as: UTF8.self) == "[]\n")
    }

    @Test("workflow commands escape as the toolkit does")
    func workflowEscapes() {
        #expect(WorkflowCommands.data("50%\r\na:b,c") == "50%25%0D%0Aa:b,c")
        #expect(WorkflowCommands.property("50%\r\na:b,c") == "50%25%0D%0Aa%3Ab%2Cc")
    }

    @Test("a line of 50,000 hunks' JSON takes little time")
    func speed() throws {
        let hunks = try Sample.hunks()
        let many = (0..<5_000).map { hunks[$0 % 2] }
        var size = 0
        let time = ContinuousClock().measure { size = ClassifyJSON.lines(many).count }
        #expect(size > 1_000_000)
        // A tenth of the hunks, unoptimised: generous, to catch a change of order only.
        #expect(time < .seconds(20))
    }
}
