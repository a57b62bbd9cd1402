import Classification
import Diffs
import Domain
import SyntaxTrees

/// How much of a pull request is read. Of one that is larger, the files of the highest risk are, and each other is named.
package struct PullRequestLimits: Sendable, Hashable {
    package var files: Int
    /// Of the patch.
    package var bytes: Int

    package init(files: Int = 3000, bytes: Int = 32 << 20) {
        self.files = files
        self.bytes = bytes
    }

    /// The part of a diff that is within the limits, and what is not. The change's own configuration always is.
    ///
    /// A file has the risk of its riskiest hunk, judged from the diff alone: nothing else of such a change is read yet. Of
    /// equal risks the shorter file comes first, so that more of them are read.
    func applied(to diff: Diff) -> (diff: Diff, leftOut: [NotReviewed]) {
        let total = diff.files.reduce(0) { $0 + Self.size(of: $1) }
        guard diff.files.count > files || total > bytes else { return (diff, []) }
        var kept: Set<Int> = []
        var room = bytes
        for index in Self.byRisk(diff.files) {
            let size = Self.size(of: diff.files[index])
            if diff.files[index].path != ChangeInput.configurationPath {
                guard kept.count < files, size <= room else { continue }
            }
            kept.insert(index)
            room -= size
        }
        let reason =
            "the change has \(diff.files.count) files and \(total) bytes of patch; those of the highest risk are read, "
            + "up to \(files) files and \(bytes) bytes"
        let leftOut = diff.files.indices.filter { !kept.contains($0) }.map {
            NotReviewed(path: diff.files[$0].path, hunkIndex: nil, reason: reason)
        }
        return (Diff(bytes: [], files: diff.files.indices.filter(kept.contains).map { diff.files[$0] }), leftOut)
    }

    /// The indices of files, the change's own configuration first, then by falling risk.
    private static func byRisk(_ files: [FileDiff]) -> [Int] {
        let classifier = Classifier()
        let ranks = files.map { file -> (risk: Double, size: Int) in
            if file.path == ChangeInput.configurationPath { return (2, 0) }
            let judged = classifier.assess(ChangedSource(file: file, base: nil, head: nil))
            return (judged.map { $0.skip == nil ? $0.risk : 0 }.max() ?? 0, size(of: file))
        }
        return files.indices.sorted {
            (-ranks[$0].risk, ranks[$0].size, $0) < (-ranks[$1].risk, ranks[$1].size, $1)
        }
    }

    private static func size(of file: FileDiff) -> Int { file.range?.count ?? 0 }
}
