import Diffs
package import Domain
package import Prompts

/// A probe as a change to be reviewed.
package struct ProbeChange {
    package let probe: Probe
    package let input: ChangeInput

    /// Nil when the two versions of the probe cannot be compared, which its tests rule out.
    package init?(_ probe: Probe) {
        let patch = Self.patch(probe)
        guard let diff = try? Diff(parsing: patch), diff.files.count == 1 else { return nil }
        self.probe = probe
        input = ChangeInput(
            title: "probe \(probe.name)", repository: nil, base: nil, head: nil, diff: diff,
            contents: ProbeContents(probe: probe))
    }

    /// The unit that asks a model about all of the change; nil for a change without hunks.
    package func unit(_ hunks: [AssessedHunk], number: Int, model: String) -> ReviewUnit? {
        let pieces = hunks.filter { $0.hunkIndex != nil }.flatMap { hunk in
            hunk.assessment.segments.indices.map { UnitPiece(hunk: hunk, segment: $0) }
        }
        guard !pieces.isEmpty else { return nil }
        return ReviewUnit(number: number, category: probe.category, model: model, pieces: pieces)
    }

    /// One hunk over the whole file, which is small: every line is there to see.
    private static func patch(_ probe: Probe) -> [UInt8] {
        let old = lines(probe.base)
        let new = lines(probe.head)
        let changes = new.difference(from: old)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in changes {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var body: [UInt8] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if i < old.count, removed.contains(i) {
                body += [UInt8(ascii: "-")] + old[i] + [0x0A]
                i += 1
            } else if j < new.count, inserted.contains(j) {
                body += [UInt8(ascii: "+")] + new[j] + [0x0A]
                j += 1
            } else if i < old.count, j < new.count {
                body += [UInt8(ascii: " ")] + new[j] + [0x0A]
                i += 1
                j += 1
            } else {
                break
            }
        }
        let path = probe.path.bytes
        var patch = Array("diff --git a/".utf8) + path + Array(" b/".utf8) + path
        patch += Array("\n--- a/".utf8) + path + Array("\n+++ b/".utf8) + path
        patch += Array("\n@@ -\(old.isEmpty ? 0 : 1),\(old.count) +\(new.isEmpty ? 0 : 1),\(new.count) @@\n".utf8)
        return patch + body
    }

    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }
}

private struct ProbeContents: FileContents {
    let probe: Probe

    func content(of file: FileDiff, side: Side) -> FileContent {
        .bytes(side == .old ? probe.base : probe.head)
    }
}
