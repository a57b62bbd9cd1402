package import Diffs
import Domain
import Fingerprints

/// The lines that a change shows, to tell whether what an earlier finding was about is still there.
package struct LinesAtHand {
    private var lines: [String: Set<String>] = [:]

    package init(_ diff: Diff) {
        for file in diff.files {
            for side in [Side.old, .new] {
                guard let path = (side == .old ? file.oldPath : file.newPath) ?? file.newPath ?? file.oldPath else {
                    continue
                }
                let key = Self.key(path.display, isOnOldSide: side == .old)
                for hunk in file.hunks {
                    hunk.forEachLine { line in
                        guard line.kind != (side == .old ? .added : .removed) else { return }
                        lines[key, default: []].insert(Self.digest(Array(hunk.buffer[line.range])))
                    }
                }
            }
        }
    }

    /// Names the line a finding is about, whatever its indentation.
    package static func digest(_ line: [UInt8]) -> String {
        let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        return String(RequestDigest.sha256(Array(words.joined(separator: [0x20]))).prefix(24))
    }

    package func contains(_ digest: String, path: String, isOnOldSide: Bool) -> Bool {
        lines[Self.key(path, isOnOldSide: isOnOldSide)]?.contains(digest) ?? false
    }

    private static func key(_ path: String, isOnOldSide: Bool) -> String { (isOnOldSide ? "-" : "+") + path }
}
