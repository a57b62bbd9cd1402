package import Diffs

/// Names a finding across pushes, rewordings and models, so that it is reported once.
package enum FindingIdentity {
    /// SHA-256 of the parts, 64 lower-case hexadecimal digits.
    ///
    /// - Parameters:
    ///   - path: the path of the file as the base of the change knows it; see `FileDiff.identityPath`.
    ///   - symbol: the innermost named declaration around the line; nil if unknown, which is not the same as "".
    ///   - kind: the CWE ("CWE-89") or, without one, the category.
    ///   - anchorLine: the line the finding is about, without its line end; nil for the whole file. Spaces and tabs count
    ///     only as "some" between words and not at the ends, so new indentation makes no new finding.
    package static func digest(path: Path, symbol: String?, kind: String, anchorLine: [UInt8]?) -> String {
        var encoding = FieldEncoding(purpose: "hunkwise finding 1")
        encoding.append(path.bytes[...])
        encoding.append(optional: symbol.map { Array($0.utf8) })
        encoding.append(Array(kind.utf8)[...])
        encoding.append(optional: anchorLine.map(normalised))
        return encoding.digest
    }

    /// Runs of spaces, tabs and carriage returns become one space; none stay at the ends.
    static func normalised(_ line: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(line.count)
        for byte in line {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                if let last = result.last, last != UInt8(ascii: " ") { result.append(UInt8(ascii: " ")) }
            default:
                result.append(byte)
            }
        }
        if result.last == UInt8(ascii: " ") { result.removeLast() }
        return result
    }
}

extension FieldEncoding {
    /// A byte that says whether there is a field, then the field.
    fileprivate mutating func append(optional field: [UInt8]?) {
        append(byte: field == nil ? 0 : 1)
        if let field { append(field[...]) }
    }
}

extension FileDiff {
    /// The path findings are named by: of a renamed file the old one, so that a rename makes no new findings.
    package var identityPath: Path {
        status == .copied ? path : oldPath ?? path
    }
}
