package import Domain

/// What `status` shows: how the service stands, on one screen.
package struct StatusDocument: Sendable {
    package struct Spend: Sendable {
        package var name: String
        package var spent: Money
        package var calls: Int

        package init(name: String, spent: Money, calls: Int) {
            self.name = name
            self.spent = spent
            self.calls = calls
        }
    }

    package var now: Instant
    package var jobs: [JobState: Int]
    package var running: [Job]
    package var waiting: [Job]
    package var dead: [Job]
    package var pauses: [Pause]
    /// Deliveries of the last day by what they came to.
    package var deliveries: [JobState: Int]
    package var spending: [Spend]

    package init(
        now: Instant, jobs: [JobState: Int], running: [Job], waiting: [Job], dead: [Job], pauses: [Pause],
        deliveries: [JobState: Int], spending: [Spend]
    ) {
        self.now = now
        self.jobs = jobs
        self.running = running
        self.waiting = waiting
        self.dead = dead
        self.pauses = pauses
        self.deliveries = deliveries
        self.spending = spending
    }

    package func text(style: Style = Style()) -> String {
        var out = style(.bold, "Jobs") + "        " + Self.counts(jobs) + "\n"
        out += style(.bold, "Deliveries") + "  " + Self.counts(deliveries) + " in the last day\n"
        for spend in spending {
            out +=
                TerminalText.padded(spend.name, to: 12) + Wording.dollars(spend.spent) + " in "
                + Wording.plural(spend.calls, "model call") + "\n"
        }
        for pause in pauses {
            out +=
                style(.yellow, "Paused") + "      " + (pause.label.map { TerminalText.line($0) } ?? "everything")
                + ", " + Age.text(now.seconds(since: pause.since)) + " ago by " + TerminalText.line(pause.by) + "\n"
        }
        for (title, list) in [("Running", running), ("Waiting", waiting), ("Given up", dead)] where !list.isEmpty {
            out += "\n" + style(.bold, title) + "\n"
            for job in list.prefix(8) {
                let reason = job.reason.map { "  " + TerminalText.line($0, columns: 50) } ?? ""
                out +=
                    "  \(job.id)  \(job.request.kind.rawValue)  \(TerminalText.line(job.request.label))  "
                    + Age.text(now.seconds(since: job.createdAt)) + reason + "\n"
            }
        }
        if !dead.isEmpty { out += "\n`hunkwise jobs show N` tells why; `hunkwise jobs retry N` tries again.\n" }
        return out
    }

    package var json: [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.object("jobs") { Self.write(jobs, &$0) }
            json.object("deliveries_last_day") { Self.write(deliveries, &$0) }
            json.array("paused", pauses) { json, pause in
                json.object { json in
                    json.field("repository", pause.label)
                    json.field("since", Timestamp.text(pause.since))
                    json.field("by", pause.by)
                }
            }
            json.array("spending", spending) { json, spend in
                json.object { json in
                    json.field("window", spend.name)
                    json.field("spent_usd", spend.spent.usd)
                    json.field("calls", spend.calls)
                }
            }
            json.array("running", running) { json, job in json.object { JobsDocument.write(job, &$0) } }
            json.array("waiting", waiting) { json, job in json.object { JobsDocument.write(job, &$0) } }
            json.array("dead", dead) { json, job in json.object { JobsDocument.write(job, &$0) } }
        }
        writer.endLine()
        return writer.bytes
    }

    private static func write(_ counts: [JobState: Int], _ json: inout JSONWriter) {
        json.field("queued", counts[.queued] ?? 0)
        json.field("running", counts[.running] ?? 0)
        json.field("done", counts[.done] ?? 0)
        json.field("superseded", counts[.superseded] ?? 0)
        json.field("ignored", counts[.ignored] ?? 0)
        json.field("cancelled", counts[.cancelled] ?? 0)
        json.field("dead", counts[.dead] ?? 0)
    }

    private static func counts(_ counts: [JobState: Int]) -> String {
        let shown = JobState.allCases.compactMap { state in
            counts[state].flatMap { $0 > 0 ? "\($0) \(state.rawValue)" : nil }
        }
        return shown.isEmpty ? "none" : shown.joined(separator: ", ")
    }
}
