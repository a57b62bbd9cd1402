package import Domain

/// What `models probe` measured.
package struct ProbeReport: Sendable {
    package var model: String
    package var endpoint: String
    package var probes: Int
    package var usable: Int
    package var seeded: Int
    package var hits: Int
    package var clean: Int
    package var cleanAlarms: Int
    package var strayAlarms: Int
    package var tokensPerSecond: Double?
    package var secondsPerHunk: Double?
    package var spent: Money
    /// 0 to 1.
    package var quality: Double
    package var failures: [String]
    package var isKept: Bool

    package init(
        model: String, endpoint: String, probes: Int, usable: Int, seeded: Int, hits: Int, clean: Int, cleanAlarms: Int,
        strayAlarms: Int, tokensPerSecond: Double?, secondsPerHunk: Double?, spent: Money, quality: Double,
        failures: [String], isKept: Bool
    ) {
        self.model = model
        self.endpoint = endpoint
        self.probes = probes
        self.usable = usable
        self.seeded = seeded
        self.hits = hits
        self.clean = clean
        self.cleanAlarms = cleanAlarms
        self.strayAlarms = strayAlarms
        self.tokensPerSecond = tokensPerSecond
        self.secondsPerHunk = secondsPerHunk
        self.spent = spent
        self.quality = quality
        self.failures = failures
        self.isKept = isKept
    }
}

package enum ProbeText {
    package static func document(_ report: ProbeReport, style: Style = Style()) -> String {
        var out = style(.bold, TerminalText.line(report.model)) + " at " + TerminalText.line(report.endpoint) + "\n"
        var rows = [
            ("usable answers", "\(report.usable) of \(report.probes)"),
            ("defects found on their line", "\(report.hits) of \(report.seeded)"),
            (
                "false alarms",
                "\(report.cleanAlarms) of \(report.clean) clean changes, \(report.strayAlarms) beside a defect"
            ),
        ]
        if let speed = report.tokensPerSecond { rows.append(("tokens a second", SpendDocument.seconds(speed))) }
        if let time = report.secondsPerHunk { rows.append(("time a hunk", SpendDocument.seconds(time) + " s")) }
        rows.append(("cost", Wording.dollars(report.spent)))
        rows.append(
            ("quality", Wording.probability(report.quality) + (report.isKept ? ", kept for routing" : ", not kept")))
        let width = rows.map { TerminalText.columnsOf($0.0) }.max() ?? 0
        for row in rows { out += "  " + TerminalText.padded(row.0, to: width) + "  " + row.1 + "\n" }
        for failure in report.failures.prefix(5) { out += "  no answer: " + TerminalText.line(failure) + "\n" }
        return out
    }

    package static func json(_ report: ProbeReport) -> [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.field("model", report.model)
            json.field("endpoint", report.endpoint)
            json.field("probes", report.probes)
            json.field("usable", report.usable)
            json.field("seeded", report.seeded)
            json.field("hits", report.hits)
            json.field("clean", report.clean)
            json.field("clean_alarms", report.cleanAlarms)
            json.field("stray_alarms", report.strayAlarms)
            if let speed = report.tokensPerSecond {
                json.field("tokens_per_second", speed)
            } else {
                json.null("tokens_per_second")
            }
            if let time = report.secondsPerHunk {
                json.field("seconds_per_hunk", time)
            } else {
                json.null("seconds_per_hunk")
            }
            json.field("spent_usd", report.spent.usd)
            json.field("quality", report.quality)
            json.field("is_kept", report.isKept)
            json.array("failures", report.failures.prefix(20)) { $0.string($1) }
        }
        writer.endLine()
        return writer.bytes
    }
}
