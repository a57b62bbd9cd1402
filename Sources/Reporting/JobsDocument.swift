package import Domain

/// `jobs list` and `jobs show`.
package enum JobsDocument {
    package static func text(_ jobs: [Job], now: Instant, style: Style = Style()) -> String {
        guard !jobs.isEmpty else { return "No such jobs.\n" }
        let rows = jobs.map { job in
            [
                "\(job.id)", job.state.rawValue, job.request.kind.rawValue, TerminalText.line(job.request.label),
                job.request.head.map { String(TerminalText.line($0).prefix(7)) } ?? "-", "\(job.attempts)",
                Age.text(now.seconds(since: job.createdAt)), TerminalText.line(job.reason ?? "", columns: 120),
            ]
        }
        let titles = ["job", "state", "kind", "change", "head", "tries", "age", "reason"]
        let widths = titles.indices.map { column in
            ([titles] + rows).map { TerminalText.columnsOf($0[column]) }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            var text = ""
            for (cell, width) in zip(cells, widths) { text += TerminalText.padded(cell, to: width) + "  " }
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }
        return style(.dim, String(line(titles).dropLast())) + "\n" + rows.map(line).joined()
    }

    /// One job in full.
    package static func text(_ job: Job, now: Instant) -> String {
        var rows = [
            ("job", "\(job.id)"), ("state", job.state.rawValue), ("kind", job.request.kind.rawValue),
            ("change", TerminalText.line(job.request.label) + "  (\(TerminalText.line(job.request.change)))"),
            ("head", job.request.head.map { TerminalText.line($0) } ?? "as it is when the job begins"),
            ("priority", job.request.priority.name), ("tries", "\(job.attempts)"),
            ("made", Age.text(now.seconds(since: job.createdAt)) + " ago"),
            ("changed", Age.text(now.seconds(since: job.changedAt)) + " ago"),
        ]
        if job.state == .queued, job.request.notBefore > now {
            rows.append(("due", "in " + Age.text(job.request.notBefore.seconds(since: now))))
        }
        if let end = job.leaseEndsAt, job.state == .running {
            rows.append(("lease", end > now ? "ends in " + Age.text(end.seconds(since: now)) : "is over"))
        }
        if let reason = job.reason { rows.append(("reason", TerminalText.line(reason))) }
        return rows.map { TerminalText.padded($0.0, to: 9) + $0.1 + "\n" }.joined()
    }

    package static func json(_ jobs: [Job]) -> [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.array("jobs", jobs) { json, job in json.object { write(job, &$0) } }
        }
        writer.endLine()
        return writer.bytes
    }

    static func write(_ job: Job, _ json: inout JSONWriter) {
        json.field("job", Int(job.id))
        json.field("state", job.state.rawValue)
        json.field("kind", job.request.kind.rawValue)
        json.field("change", job.request.label)
        json.field("change_key", job.request.change)
        json.field("head", job.request.head)
        json.field("priority", job.request.priority.name)
        json.field("attempts", job.attempts)
        json.field("created_at", Timestamp.text(job.createdAt))
        json.field("changed_at", Timestamp.text(job.changedAt))
        json.field("not_before", Timestamp.text(job.request.notBefore))
        json.field("lease_ends_at", job.leaseEndsAt.map(Timestamp.text))
        json.field("reason", job.reason)
    }
}

extension JobPriority {
    fileprivate var name: String {
        switch self {
        case .interactive: "interactive"
        case .push: "push"
        case .batch: "batch"
        }
    }
}

/// A length of time for people: "12 s", "5 min", "3 h", "2 d".
enum Age {
    static func text(_ seconds: Double) -> String {
        let seconds = max(0, seconds.isFinite ? seconds : 0)
        if seconds < 120 { return "\(Int(seconds)) s" }
        if seconds < 7200 { return "\(Int(seconds / 60)) min" }
        if seconds < 172_800 { return "\(Int(seconds / 3600)) h" }
        return "\(Int(min(seconds, 1e12) / 86_400)) d"
    }
}

/// A moment as programs read it: "2026-11-21T09:30:00Z".
enum Timestamp {
    /// By Howard Hinnant's date algorithms (public domain): civil_from_days.
    static func text(_ instant: Instant) -> String {
        let total = instant.unixSeconds
        var (days, second) = total.quotientAndRemainder(dividingBy: 86_400)
        if second < 0 {
            days -= 1
            second += 86_400
        }
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let civilMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        return padded(year, 4) + "-" + padded(civilMonth, 2) + "-" + padded(day, 2) + "T" + padded(second / 3600, 2)
            + ":" + padded(second / 60 % 60, 2) + ":" + padded(second % 60, 2) + "Z"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
