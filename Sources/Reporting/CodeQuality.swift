import Diffs
package import Domain

/// `review --format gitlab`: GitLab's Code Quality report, an array of issues in the subset of Code Climate it reads.
package enum CodeQuality {
    /// - Parameter headLines: places findings on removed lines.
    package static func document(_ report: ReviewReport, headLines: HeadLines = HeadLines()) -> [UInt8] {
        var writer = JSONWriter(indented: true)
        var ordinals: [String: Int] = [:]
        writer.array(report.findings) { json, finding in
            let fingerprint = Fingerprint.of(finding, ordinals: &ordinals)
            json.object { json in
                json.field("description", Wording.message(finding))
                json.field("check_name", finding.rule)
                json.field("fingerprint", fingerprint)
                json.field("severity", severity(of: finding.severity))
                json.object("location") { json in
                    json.field("path", finding.path.text ?? finding.path.quoted)
                    json.object("lines") { json in
                        let lines = headLines.lines(of: finding) ?? 1...1
                        json.field("begin", lines.lowerBound)
                        json.field("end", lines.upperBound)
                    }
                }
            }
        }
        writer.endLine()
        return writer.bytes
    }

    private static func severity(of severity: Severity) -> String {
        switch severity {
        case .critical: "blocker"
        case .high: "critical"
        case .medium: "major"
        case .low: "minor"
        }
    }
}
