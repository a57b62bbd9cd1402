import Diffs

/// The rules that look at single lines, by file name extension.
struct LineRules: Sendable {
    static let shared = LineRules()
    private let byExtension: [String: [(rule: Rule, matcher: LineMatcher)]]

    private init() {
        var table: [String: [(rule: Rule, matcher: LineMatcher)]] = [:]
        for rule in RuleCatalogue.shared.rules {
            for matcher in rule.lines {
                for name in matcher.extensions { table[name, default: []].append((rule, matcher)) }
            }
        }
        byExtension = table
    }

    func rules(for path: Path) -> [(rule: Rule, matcher: LineMatcher)] {
        let name = String(decoding: path.lastComponent, as: UTF8.self).lowercased()
        let ending = path.fileExtension.map { String(decoding: $0, as: UTF8.self).lowercased() } ?? ""
        return (byExtension[ending] ?? []) + (byExtension[name] ?? [])
    }
}
