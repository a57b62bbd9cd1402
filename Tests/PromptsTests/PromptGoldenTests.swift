import Domain
import Foundation
import Testing

@testable import Prompts

/// What a model gets to read, whole, beside files that a person can read too.
///
/// After a wanted change run the tests with `HUNKWISE_WRITE_GOLDENS=1` and read the difference.
@Suite("Prompts look as their goldens do")
struct PromptGoldenTests {
    private static let diffs: [Category: String] = [
        .boilerplate: """
        --- a/src/routes.ts
        +++ b/src/routes.ts
        @@ -3,3 +3,4 @@ export const routes = [
           { path: "/invoices", page: Invoices },
           { path: "/orders", page: Orders },
        +  { path: "/refunds", page: Orders },
         ];

        """,
        .debugging: """
        --- a/jobs/sync.rb
        +++ b/jobs/sync.rb
        @@ -11,3 +11,5 @@ def perform(id)
           account = Account.find(id)
        -  Remote.push(account)
        +  Remote.push(account, force: true)
        +rescue StandardError
        +  nil
         end

        """,
        .algorithm: """
        --- a/src/median.go
        +++ b/src/median.go
        @@ -7,2 +7,5 @@ func Median(values []float64) float64 {
         	sort.Float64s(values)
        +	if len(values)%2 == 0 {
        +		return (values[len(values)/2] + values[len(values)/2+1]) / 2
        +	}
         	return values[len(values)/2]

        """,
        .review: Fixture.twoFiles,
        .architecture: """
        --- a/migrations/7.sql
        +++ b/migrations/7.sql
        @@ -0,0 +1,2 @@
        +ALTER TABLE account DROP COLUMN legacy_id;
        +ALTER TABLE account ADD COLUMN region TEXT NOT NULL;

        """,
    ]

    private static func write(_ request: ModelRequest) -> String {
        var text = "# instructions\n\(request.instructions)\n\n# material\n\(request.material)"
        text += "\n# schema \(request.schema?.name ?? "")\n\(request.schema?.json ?? "")\n"
        if let repair = request.repair {
            text += "\n# the unusable answer\n\(repair.answer)\n\n# complaint\n\(repair.complaint)\n"
        }
        return text
    }

    private func compare(_ actual: String, _ name: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens/" + name)
        if ProcessInfo.processInfo.environment["HUNKWISE_WRITE_GOLDENS"] != nil {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(actual.utf8).write(to: file)
        }
        #expect(actual == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test("the request of a category", arguments: Category.allCases)
    func category(_ category: Category) throws {
        let diff = try #require(Self.diffs[category])
        let token = "ghp_" + PatternSample.text(of: "[A-Za-z0-9]{36}", seed: 1)
        let isReview = category == .review
        let material = try Fixture.material(
            isReview ? diff.replacing("open_store()", with: "open_store(\"\(token)\")") : diff, category: category,
            title: isReview ? "Delete accounts with \(token)" : nil,
            notes: isReview ? [PathNote(match: "auth/**", text: "Every route checks the owner.")] : [])
        try compare(Self.write(Fixture.prompt(material).request), "\(category.rawValue).txt")
    }

    @Test("the request after an unusable answer")
    func repair() throws {
        let material = try Fixture.material(try #require(Self.diffs[.algorithm]), category: .algorithm)
        let prompt = Fixture.prompt(material)
        let answer = "Here it is: {\"findings\": [{\"file\": \"src/median.go\"}]}"
        let reader = AnswerReader(key: prompt.key, category: .algorithm, model: "m")
        let complaint = try #require(throws: AnswerComplaint.self) { try reader.read(answer) }
        try compare(Self.write(prompt.request.repairing(answer, complaint)), "repair.txt")
    }

    @Test("the request to confirm a finding")
    func confirmation() throws {
        let material = try Fixture.material(Fixture.twoFiles)
        let finding = Finding(
            path: "auth/session.py", line: 45, title: "open redirect",
            explanation: "Any address in next is followed, so a link to the site can lead to another.")
        let prompt = try #require(
            ConfirmationPrompt.compose(
                finding, on: material, allowance: AnswerAllowance(visible: 200), digest: testDigest))
        try compare(Self.write(prompt.request), "confirmation.txt")
    }
}
