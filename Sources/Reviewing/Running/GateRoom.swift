package import Diffs
import Domain
package import Gates
package import SyntaxTrees

/// A finding of a model on its way: which unit brought it, and what the gates said.
struct GatedFinding {
    /// Index of the unit's result.
    let unit: Int
    let finding: Finding
    let verdicts: [GateVerdict]

    /// A gate took the suggestion for a reason that another try may cure.
    var lostSuggestion: GateVerdict? {
        verdicts.first { $0.outcome == .demoted && [.applies, .syntax, .security, .grounding].contains($0.gate) }
    }
}

/// Puts findings through the gates file by file; files are read again where their trees are no longer in memory.
package struct GateRoom {
    private let gates: GatePipeline
    private let sources: ([Path]) -> [ChangedSource]

    /// - Parameter sources: The files of these paths with both versions parsed.
    package init(gates: GatePipeline, sources: @escaping ([Path]) -> [ChangedSource]) {
        self.gates = gates
        self.sources = sources
    }

    /// - Returns: What passed, what did not, and the counts.
    func judge(
        _ findings: [(unit: Int, finding: Finding)]
    ) -> (kept: [GatedFinding], rejected: [GatedFinding], results: [GateResult]) {
        var byPath: [Path: [(unit: Int, finding: Finding)]] = [:]
        for item in findings { byPath[item.finding.path, default: []].append(item) }
        var kept: [GatedFinding] = []
        var rejected: [GatedFinding] = []
        var results: [GateResult] = []
        for source in sources(byPath.keys.sorted()) {
            guard let items = byPath.removeValue(forKey: source.file.path) else { continue }
            // The gates tell repeats by the declaration they stand in.
            let result = gates.judge(items.map { Self.named($0.finding, in: source) }, in: source)
            results.append(result)
            var passed = result.kept.makeIterator()
            for (item, verdicts) in zip(items, result.verdicts) {
                if verdicts.contains(where: { $0.outcome == .rejected }) {
                    rejected.append(GatedFinding(unit: item.unit, finding: item.finding, verdicts: verdicts))
                } else if var finding = passed.next() {
                    // The anchor may have moved.
                    finding.symbol = nil
                    finding.identify(in: source)
                    kept.append(GatedFinding(unit: item.unit, finding: finding, verdicts: verdicts))
                }
            }
        }
        return (kept, rejected, results)
    }

    private static func named(_ finding: Finding, in source: ChangedSource) -> Finding {
        var finding = finding
        finding.symbol = finding.line.flatMap { source[finding.side]?.enclosingDeclaration(ofLine: $0)?.name }
        return finding
    }
}
