import Classification
import Diffs
import Domain
import Foundation
import SyntaxTrees

/// A place a golden comment is about.
struct GoldenPlace {
    let hunk: Int
    let segment: Int
    let severity: String
}

/// A pull request with what reviewers agreed to be wrong in it.
struct GoldenChange {
    let id: String
    let hunks: [AssessedHunk]
    let golden: [GoldenPlace]
    /// Comments whose place is in no hunk of the diff.
    let lost: Int
}

private struct PullRequestRow: Decodable {
    struct Golden: Decodable {
        struct Location: Decodable {
            let path: String
            let hunkIndex: Int
            let side: String
            let line: Int
        }

        let severity: String
        let locations: [Location]
    }

    let id: String
    let diff: String
    let golden: [Golden]
}

enum GoldenCorpus {
    /// Hunks are judged from their bytes alone, as with `--patch`: no file of the repository is at hand.
    static func read(_ folder: String) throws -> [GoldenChange] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let rows = try String(contentsOfFile: folder + "/prs.jsonl", encoding: .utf8).split(separator: "\n")
        return try rows.map { line in
            let row = try decoder.decode(PullRequestRow.self, from: Data(line.utf8))
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + row.diff)))
            let files = try Diff(parsing: bytes).files
            let judged = Classifier().assess(change: files.map { ChangedSource(file: $0, base: nil, head: nil) })
            var hunks: [AssessedHunk] = []
            var places: [String: Int] = [:]
            for (file, assessments) in zip(files, judged) {
                for (index, assessment) in assessments.enumerated() {
                    places["\(String(decoding: file.path.bytes, as: UTF8.self))#\(index)"] = hunks.count
                    hunks.append(
                        AssessedHunk(
                            file: file, hunkIndex: file.hunks.isEmpty ? nil : index, fingerprint: "",
                            assessment: assessment))
                }
            }
            let golden = row.golden.compactMap { comment -> GoldenPlace? in
                guard let location = comment.locations.first,
                    let hunk = places["\(location.path)#\(location.hunkIndex)"]
                else { return nil }
                return GoldenPlace(
                    hunk: hunk, segment: segment(of: location.line, location.side, hunks[hunk]),
                    severity: comment.severity)
            }
            return GoldenChange(id: row.id, hunks: hunks, golden: golden, lost: row.golden.count - golden.count)
        }
    }

    /// The segment that holds the line, else the riskiest.
    private static func segment(of line: Int, _ side: String, _ hunk: AssessedHunk) -> Int {
        let segments = hunk.assessment.segments
        let holding = segments.firstIndex { segment in
            let ranges = segment.ranges
            return side == "LEFT"
                ? (ranges.oldStart..<ranges.oldStart + max(1, ranges.oldLines)).contains(line)
                : (ranges.newStart..<ranges.newStart + max(1, ranges.newLines)).contains(line)
        }
        return holding ?? segments.indices.max { segments[$0].risk < segments[$1].risk } ?? 0
    }
}
