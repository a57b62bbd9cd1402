import Diffs
import Domain

/// Phrases that every format shares, so that they say the same.
enum Wording {
    /// "2 findings (1 high)" counts the shown findings; the bracket names the highest severities present.
    static func headline(_ report: ReviewReport) -> String {
        var text = findings(report.findings)
        if let gap = notReviewed(report) { text += ". " + gap }
        return text
    }

    /// "no findings", "2 findings (1 high, 1 medium)".
    static func findings(_ findings: [Finding]) -> String {
        guard !findings.isEmpty else { return "no findings" }
        let bySeverity = Severity.allCases.reversed().compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            return count > 0 ? "\(count) \(severity.rawValue)" : nil
        }
        return plural(findings.count, "finding") + " (" + bySeverity.joined(separator: ", ") + ")"
    }

    /// "3 of 41 hunks not reviewed: budget"; nil when everything was.
    static func notReviewed(_ report: ReviewReport) -> String? {
        let items = report.notReviewed
        guard !items.isEmpty else { return nil }
        let hunks = items.count { $0.hunkIndex != nil }
        let files = items.count - hunks
        var parts: [String] = []
        if hunks > 0 { parts.append("\(hunks) of " + plural(max(hunks, report.change.hunks), "hunk")) }
        if files > 0 { parts.append(plural(files, "file")) }
        return parts.joined(separator: " and ") + " not reviewed: " + reasons(items)
    }

    /// "budget (3), binary (1)", most frequent first; without numbers when there is one reason.
    static func reasons(_ items: [NotReviewed], most: Int = 4) -> String {
        var counts: [String: Int] = [:]
        for item in items { counts[item.reason, default: 0] += 1 }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        guard sorted.count > 1 else { return sorted.first?.key ?? "" }
        let shown = sorted.prefix(most).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
        return sorted.count > most ? shown + ", …" : shown
    }

    /// "$0.0132 of $0.50 for this change ($0.0402 in all its reviews); 24 hunks skipped, 2 static only, 15 cheap".
    static func cost(_ report: ReviewReport) -> String {
        let cost = report.cost
        var text = dollars(cost.spent)
        if let change = cost.budgets.first(where: { $0.name == "change" || $0.name.hasSuffix(" change") }) {
            text += " of " + dollars(change.limit) + " for this change"
        } else {
            text += " spent"
        }
        if let all = cost.spentOnChange, all > cost.spent { text += " (\(dollars(all)) in all its reviews)" }
        text += "; " + plural(cost.hunksSkipped, "hunk") + " skipped, \(cost.hunksStatic) static only"
        for tier in Tier.allCases {
            if let count = cost.hunksByTier[tier], count > 0 { text += ", \(count) \(tier.rawValue)" }
        }
        if cost.hunksWithoutModel > 0 {
            text +=
                cost.calls == 0
                ? ", \(cost.hunksWithoutModel) would merit a model but none was called"
                : ", \(cost.hunksWithoutModel) without the model they merit"
        }
        if cost.calls > 0 { text += ", " + plural(cost.calls, "model call") }
        return text
    }

    /// "path:42", "path:40-42", "path" for a whole file, "path:42 (before the change)" for the old side.
    static func place(_ finding: Finding, path: String) -> String {
        guard let lines = lines(finding) else { return path }
        return path + ":" + lines + (finding.side == .old ? " (before the change)" : "")
    }

    /// "42" or "40-42"; nil for a whole file.
    static func lines(_ finding: Finding) -> String? {
        guard let last = finding.line ?? finding.startLine else { return nil }
        let first = finding.startLine ?? last
        return first < last ? "\(first)-\(last)" : "\(last)"
    }

    /// Title and explanation as running text, with the old side's line, which formats for the head cannot point at.
    static func message(_ finding: Finding) -> String {
        var text = finding.title
        if finding.side == .old, let lines = lines(finding) { text += " (line \(lines) before the change)" }
        if let last = text.last, !".?!".contains(last) { text += "." }
        return finding.explanation.isEmpty ? text : text + " " + finding.explanation
    }

    static func plural(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// Dollars with two decimals, or as many as show four significant digits of a smaller sum: "$0.50", "$0.0132".
    /// Rounded up, so that a cost never reads lower than it is; the JSON has the exact figure.
    static func dollars(_ money: Money) -> String {
        let magnitude = money.picodollars.magnitude
        var decimals = 2
        var step: UInt64 = 10_000_000_000
        while decimals < 12, magnitude % step != 0, magnitude / step < 1_000 {
            decimals += 1
            step /= 10
        }
        let units = magnitude / step + (magnitude % step == 0 ? 0 : 1)
        var scale: UInt64 = 1
        for _ in 0..<decimals { scale *= 10 }
        var fraction = String(units % scale)
        fraction = String(repeating: "0", count: decimals - fraction.count) + fraction
        return (money.picodollars < 0 ? "-$" : "$") + String(units / scale) + "." + fraction
    }

    static func capitalised(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }

    /// "0.85"
    static func probability(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let hundredths = Int((min(max(value, 0), 1) * 100).rounded())
        return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
    }
}
