import Foundation
import Testing

@testable import Reporting

/// Each format of the sample review beside a file that a person can read.
///
/// After a wanted change run the tests with `HUNKWISE_WRITE_GOLDENS=1` and read the difference.
@Suite("Formats look as their goldens do")
struct GoldenTests {
    static let names = [
        "classify.jsonl", "classify.txt", "plan.json", "plan.txt", "review.json", "review.txt", "review-colour.txt",
        "review-quiet.txt", "review.md", "review-quiet.md", "review.sarif", "review.github.txt", "review.gitlab.json",
        "paid.json", "paid.md", "paid.txt",
    ]

    @Test("the format is as in the file", arguments: names)
    func golden(name: String) throws {
        let actual = try Self.render(name)
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/" + name)
        if ProcessInfo.processInfo.environment["HUNKWISE_WRITE_GOLDENS"] != nil {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(actual).write(to: file)
        }
        let expected = [UInt8](try Data(contentsOf: file))
        #expect(String(decoding: actual, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    }

    static func render(_ name: String) throws -> [UInt8] {
        switch name {
        case "classify.jsonl": ClassifyJSON.lines(try Sample.hunks())
        case "classify.txt": Array(ClassifyText.document(try Sample.hunks()).utf8)
        case "plan.json": PlanJSON.document(try Sample.plan())
        case "plan.txt": Array(PlanText.document(try Sample.plan()).utf8)
        case "review.json": ReviewJSON.document(Sample.report)
        case "review.txt": Array(ReviewText.document(Sample.report, frame: Sample.frame).utf8)
        case "review-colour.txt":
            Array(ReviewText.document(Sample.report, style: Style(colour: true, width: 60), frame: Sample.frame).utf8)
        case "review-quiet.txt": Array(ReviewText.document(Sample.quiet).utf8)
        case "review.md": Array(ReviewMarkdown.document(Sample.report).utf8)
        case "review-quiet.md": Array(ReviewMarkdown.document(Sample.quiet).utf8)
        case "paid.json": ReviewJSON.document(Sample.paid)
        case "paid.md": Array(ReviewMarkdown.document(Sample.paid).utf8)
        case "paid.txt": Array(ReviewText.document(Sample.paid, frame: Sample.quoted).utf8)
        case "review.sarif": SARIF.document(Sample.report, toolVersion: "0.1.0")
        case "review.github.txt": Array(WorkflowCommands.document(Sample.report).utf8)
        default: CodeQuality.document(Sample.report)
        }
    }
}
