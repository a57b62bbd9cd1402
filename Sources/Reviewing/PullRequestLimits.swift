import Diffs
import Domain

/// How much of a pull request is read. The largest files go first, and each is named.
package struct PullRequestLimits: Sendable, Hashable {
    package var files: Int
    /// Of the patch.
    package var bytes: Int

    package init(files: Int = 3000, bytes: Int = 32 << 20) {
        self.files = files
        self.bytes = bytes
    }

    /// The part of a diff that is within the limits, and what is not. The change's own configuration always is.
    func applied(to diff: Diff) -> (diff: Diff, leftOut: [NotReviewed]) {
        var count = diff.files.count
        var total = diff.files.reduce(0) { $0 + Self.size(of: $1) }
        guard count > files || total > bytes else { return (diff, []) }
        let largest = diff.files.indices.filter { diff.files[$0].path != ChangeInput.configurationPath }
            .sorted { (Self.size(of: diff.files[$0]), $1) > (Self.size(of: diff.files[$1]), $0) }
        var reasons: [Int: String] = [:]
        for index in largest {
            if total > bytes {
                reasons[index] = "one of the largest files of a change whose patch is longer than \(bytes) bytes"
            } else if count > files {
                reasons[index] = "one of the largest of more than \(files) files"
            } else {
                break
            }
            count -= 1
            total -= Self.size(of: diff.files[index])
        }
        let kept = diff.files.indices.filter { reasons[$0] == nil }.map { diff.files[$0] }
        let leftOut = diff.files.indices.compactMap { index in
            reasons[index].map { NotReviewed(path: diff.files[index].path, hunkIndex: nil, reason: $0) }
        }
        return (Diff(bytes: [], files: kept), leftOut)
    }

    private static func size(of file: FileDiff) -> Int { file.range?.count ?? 0 }
}
