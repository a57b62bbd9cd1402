import Domain
import Fingerprints
import SyntaxTrees

extension Finding {
    /// Gives the finding the name it keeps across pushes and models.
    mutating func identify(in source: ChangedSource) {
        if symbol == nil, let line { symbol = source[side]?.enclosingDeclaration(ofLine: line)?.name }
        identity = FindingIdentity.digest(
            path: source.file.identityPath, symbol: symbol, kind: cwe ?? category.rawValue,
            anchorLine: line == nil ? nil : quotedLine)
    }
}
