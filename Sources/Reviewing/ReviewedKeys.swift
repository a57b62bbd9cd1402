import Diffs
package import Domain
import Fingerprints
package import SyntaxTrees

/// Makes the keys that say a hunk was looked at in its surroundings, so that a later push need not look again.
///
/// A key is the digest of the hunk's fingerprint, the bytes of the declarations it stands in, and the policy version.
/// Where there is no tree, the hunk with its context lines stands for its surroundings.
package struct ReviewedKeys {
    private struct Place: Hashable {
        let path: Path
        let hunkIndex: Int
    }

    private var surroundings: [Place: String] = [:]

    package init() {}

    /// To be called with each batch of files while its trees are in memory.
    package mutating func keep(_ batch: [ChangedSource]) {
        for source in batch {
            for (index, hunk) in source.file.hunks.enumerated() {
                surroundings[Place(path: source.file.path, hunkIndex: index)] = RequestDigest.sha256(
                    Self.surroundings(of: hunk, in: source))
            }
        }
    }

    /// Nil for a file without hunks: nothing to look at again.
    package func key(of hunk: AssessedHunk, policyVersion: String) -> String? {
        guard let index = hunk.hunkIndex,
            let around = surroundings[Place(path: hunk.file.path, hunkIndex: index)]
        else { return nil }
        return RequestDigest.sha256(Array("hunkwise reviewed 1 \(policyVersion) \(hunk.fingerprint) \(around)".utf8))
    }

    private static func surroundings(of hunk: Hunk, in source: ChangedSource) -> [UInt8] {
        guard let head = source.head, head.tree != nil, hunk.newLines > 0 else { return lines(of: hunk) }
        let touched = [hunk.newStart, hunk.newStart + hunk.newLines - 1].compactMap {
            head.enclosingDeclaration(ofLine: $0)?.lines
        }
        guard let first = touched.map(\.lowerBound).min(), let last = touched.map(\.upperBound).max() else {
            return lines(of: hunk)
        }
        var bytes = lines(of: hunk)
        for number in first...last {
            bytes.append(UInt8(ascii: "\n"))
            if let line = head.line(number) { bytes += line }
        }
        return bytes
    }

    private static func lines(of hunk: Hunk) -> [UInt8] {
        var bytes: [UInt8] = []
        var lines = HunkLineIterator(hunk)
        while let line = lines.next() {
            bytes.append(line.kind.rawValue)
            bytes += hunk.buffer[line.range]
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
