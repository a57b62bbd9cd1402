import ArgumentParser
import Domain
import Reviewing
import Server
import Storage

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "How a finding on a forge came about: hunk, risk and its reasons, model, price, gates.")

    @Argument(
        help: ArgumentHelp(
            "The address of its comment, or the first 6 or more letters of its identity.", valueName: "comment|finding")
    )
    var finding: String

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        let service = try ServiceStore(try configuration.load())
        let memory = ChangeMemory(store: service.store, clock: service.clock)
        let found: [FoundFinding]
        do {
            if let comment = CommentLink(finding) {
                found = try await memory.finding(withComment: comment.id, forge: comment.forge).map { [$0] } ?? []
            } else {
                found = try await memory.findings(withIdentity: finding)
            }
        } catch {
            throw ServiceStore.failure(error)
        }
        guard let first = found.first else {
            throw Failure(
                "no finding is known by \(Printable.text(finding, limit: 200)): give the address of the comment "
                    + "(…/pull/12#discussion_r123), or 6 or more letters of an identity")
        }
        guard found.count == 1 else {
            let names = found.prefix(5).map { "\($0.finding.identity.prefix(16)) in \($0.address)" }
            throw Failure("several findings begin so: \(names.joined(separator: ", "))")
        }
        try output.write(Self.text(first))
    }

    private static func text(_ found: FoundFinding) -> String {
        let finding = found.finding
        let place = finding.line.map { "\(finding.path):\($0)" } ?? finding.path
        var rows = [
            ("finding", "\(finding.severity.rawValue): \(Printable.text(finding.title))"),
            ("at", "\(Printable.text(place)) in \(found.address)"), ("identity", finding.identity),
            ("state", finding.state.rawValue + (finding.changedBy.map { " by \(Printable.text($0))" } ?? "")),
            ("first told", "at \(finding.head.prefix(12))"),
        ]
        if let facts = FindingFacts(json: finding.facts)?.explanation {
            rows.append(("found by", facts.model == "builtin" ? "static rule \(facts.rule)" : facts.model))
            rows.append(("confidence", Figure.text(facts.confidence)))
            rows.append(("hunk", facts.hunk))
            rows.append(("category", facts.category.rawValue))
            rows.append(("risk", Figure.text(facts.risk)))
            for reason in facts.reasons.sorted(by: { abs($0.weight) > abs($1.weight) }) {
                rows.append(("", (reason.weight < 0 ? "-" : "+") + Figure.text(abs(reason.weight)) + " " + reason.name))
            }
            rows.append(("routed", facts.why))
            if let tier = facts.tier { rows.append(("tier", tier.rawValue)) }
            if let input = facts.inputPrice, let output = facts.outputPrice {
                rows.append(("price", "$\(input) in, $\(output) out per million tokens"))
            }
            if let spent = facts.spent { rows.append(("spent", "$\(spent) on this model and category in the review")) }
            for (index, gate) in facts.gates.enumerated() { rows.append((index == 0 ? "gates" : "", gate)) }
        } else {
            rows.append(("", "how it came about was not kept"))
        }
        return rows.map { $0.0 + String(repeating: " ", count: max(1, 12 - $0.0.count)) + Printable.text($0.1) + "\n" }
            .joined()
    }
}

/// The address of a comment at a line: "https://github.com/acme/shop/pull/12#discussion_r123".
struct CommentLink {
    let forge: String
    let id: Int64

    init?(_ text: String) {
        guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }), text.utf8.count < 2000,
            let mark = text.range(of: "#discussion_r") ?? text.range(of: "#r"),
            let id = Int64(text[mark.upperBound...])
        else { return nil }
        forge = String(text.dropFirst(scheme.count).prefix { $0 != "/" }).lowercased()
        self.id = id
    }
}

extension String {
    /// Where another text first stands in this one.
    fileprivate func range(of other: String) -> Range<String.Index>? { firstRange(of: other) }
}

/// Two decimals.
enum Figure {
    static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "?" }
        let hundredths = Int((abs(value) * 100).rounded())
        return (value < 0 ? "-" : "") + "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "")
            + "\(hundredths % 100)"
    }
}
