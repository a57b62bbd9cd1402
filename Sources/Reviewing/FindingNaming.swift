import Diffs
import Domain
import Fingerprints
import SyntaxTrees

extension Finding {
    /// The order of a report: by severity, then path and line.
    static func isGraver(_ left: Finding, _ right: Finding) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        if left.path != right.path { return left.path < right.path }
        return (left.line ?? 0, left.rule) < (right.line ?? 0, right.rule)
    }

    /// Gives the finding the name it keeps across pushes and models.
    mutating func identify(in source: ChangedSource) {
        if symbol == nil, let line { symbol = source[side]?.enclosingDeclaration(ofLine: line)?.name }
        identity = FindingIdentity.digest(
            path: source.file.identityPath, symbol: symbol, kind: cwe ?? category.rawValue,
            anchorLine: line == nil ? nil : quotedLine)
    }
}
