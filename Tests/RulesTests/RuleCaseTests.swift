import Diffs
import Domain
import FoundationEssentials
import Rules
import SyntaxTrees
import Testing

/// The case files beside this one.
let ruleCases: [RuleCase] = {
    let folder = String(#filePath).folder + "/Cases"
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    return names.filter { $0.hasSuffix(".cases") }.flatMap { name -> [RuleCase] in
        let text = FileManager.default.contents(atPath: folder + "/" + name).map { String(decoding: $0, as: UTF8.self) }
        return RuleCase.parse(text ?? "", file: name)
    }
}()

extension String {
    fileprivate var folder: String { split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } }
}

/// The grammars of this checkout; `make setup` puts them there.
let grammars: Grammars = {
    let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
    return Grammars(directory: Grammars.locate() ?? root + "/.build/grammars")
}()

private let reviewer = StaticReviewer(
    settings: RuleSettings(enabled: Set(StaticReviewer.catalogue.map(\.id))), grammars: grammars)

@Suite("Rules and their cases")
struct RuleCaseTests {
    @Test("Grammars are there; if not, run make setup")
    func grammarsAreThere() {
        #expect(grammars.parse(Array("x = 1\n".utf8), as: .python) != nil)
    }

    @Test("A rule says of its case what it should", arguments: ruleCases)
    func caseHolds(_ example: RuleCase) {
        let source = ParsedSource(
            path: Path(example.fileName.hasPrefix(".") ? example.fileName : "src/" + example.fileName),
            bytes: Array(example.source.utf8), grammars: grammars)
        let found = reviewer.scan(source).filter { $0.rule == example.rule }
        if example.flags {
            #expect(!found.isEmpty, "not flagged: \(example.rule)")
            if let line = example.line { #expect(found.map(\.line) == [line]) }
        } else {
            #expect(found.isEmpty, "flagged: \(found.map { "\($0.line ?? 0)" })")
        }
    }

    @Test("Every rule has a case it flags and one it does not")
    func everyRuleHasCases() {
        let compared: Set<String> = ["broken-syntax", "removed-guard"]
        for rule in StaticReviewer.catalogue where !compared.contains(rule.id) && rule.enabled {
            #expect(ruleCases.contains { $0.rule == rule.id && $0.flags }, "\(rule.id) has no case to flag")
            #expect(ruleCases.contains { $0.rule == rule.id && !$0.flags }, "\(rule.id) has no case to leave alone")
        }
    }

    @Test("Cases name rules that exist")
    func casesNameRules() {
        let known = Set(StaticReviewer.catalogue.map(\.id))
        for example in ruleCases { #expect(known.contains(example.rule), "\(example.place)") }
    }
}
