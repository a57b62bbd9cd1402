import Diffs
package import Domain

/// `classify --format jsonl`: one line of JSON for each hunk, and one for each file without hunks.
package enum ClassifyJSON {
    /// The lines of these hunks, each ended by a line feed.
    package static func lines(_ hunks: [AssessedHunk]) -> [UInt8] {
        var writer = JSONWriter()
        writer.reserve(hunks.count &* 768)
        for hunk in hunks {
            writer.object { json in
                json.field("version", 1)
                json.identity(of: hunk)
                json.judgement(hunk.assessment)
                json.array("segments", hunk.assessment.segments) { json, segment in
                    json.object { json in
                        json.ranges(segment.ranges)
                        json.judgement(segment)
                    }
                }
            }
            writer.endLine()
        }
        return writer.bytes
    }
}

extension JSONWriter {
    /// Which hunk: path, status, place and fingerprint.
    mutating func identity(of assessed: AssessedHunk) {
        let file = assessed.file
        path("path", base64Key: "path_base64", file.path)
        path("old_path", base64Key: "old_path_base64", file.oldPath)
        field("status", file.status.rawValue)
        field("hunk_index", assessed.hunkIndex)
        let hunk = assessed.hunk
        field("header", hunk?.header)
        field("old_start", hunk?.oldStart ?? 0)
        field("old_lines", hunk?.oldLines ?? 0)
        field("new_start", hunk?.newStart ?? 0)
        field("new_lines", hunk?.newLines ?? 0)
        field("added", hunk?.added ?? 0)
        field("removed", hunk?.removed ?? 0)
        field("fingerprint", assessed.fingerprint)
    }

    mutating func ranges(_ ranges: LineRanges) {
        field("old_start", ranges.oldStart)
        field("old_lines", ranges.oldLines)
        field("new_start", ranges.newStart)
        field("new_lines", ranges.newLines)
    }

    fileprivate mutating func judgement(_ assessment: Assessment) {
        judgement(
            assessment.category, assessment.confidence, assessment.risk, assessment.skip, assessment.reasons)
    }

    fileprivate mutating func judgement(_ segment: Segment) {
        judgement(segment.category, segment.confidence, segment.risk, segment.skip, segment.reasons)
    }

    fileprivate mutating func judgement(
        _ category: Category, _ confidence: Double, _ risk: Double, _ skip: String?, _ reasons: [Reason]
    ) {
        field("category", category.rawValue)
        field("confidence", confidence)
        field("risk", risk)
        field("skip", skip)
        array("reasons", reasons) { json, reason in
            json.object { json in
                json.field("name", reason.name)
                json.field("weight", reason.weight)
            }
        }
    }
}
