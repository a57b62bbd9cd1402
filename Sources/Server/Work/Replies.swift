package import Domain

/// What commands are answered. All of it is our own text with checked values: nothing of a comment is repeated.
package enum Replies {
    package static let help = """
        I review this pull request by the hunk. In a comment of your own, on its first line:

        | command | what it does |
        |---|---|
        | `/hunkwise review` | review what is new, also where an outsider's change waits for a maintainer |
        | `/hunkwise full` | look at every hunk again |
        | `/hunkwise pause`, `/hunkwise resume` | leave this pull request alone, and no longer |
        | `/hunkwise ignore` | in a finding's thread: do not report it again |
        | `/hunkwise explain` | in a finding's thread: how it came about and what it cost |
        | `/hunkwise category PATH CATEGORY` | judge files of this path as boilerplate, debugging, algorithm, review or architecture |
        | `/hunkwise budget USD` | spend at most this on the pull request, within what the operator allows |
        """

    package static func review(isFull: Bool) -> String {
        isFull ? "Every hunk is looked at again." : "The review is queued."
    }

    package static let paused = "Paused: new pushes are not reviewed until `/hunkwise resume`."
    package static let resumed = "New pushes are reviewed again. `/hunkwise review` reviews this one."
    package static let ignored = "Noted: this finding is not reported again on this pull request."
    package static let noFinding =
        "I do not know which finding you mean: answer in its thread, or name it by the beginning of its identity."
    package static let noExplanation = "How this finding came about was not kept."

    package static func category(_ category: Category) -> String {
        "Noted: files of this path are judged as \(category.rawValue) from the next review on."
    }

    package static func budget(_ money: Money) -> String {
        "Noted: at most $\(money.usd) is spent on this pull request, and never more than the operator allows."
    }

    package static func explanation(_ facts: FindingExplanation) -> String {
        var rows = [
            ("found by", facts.model == "builtin" ? "static rule `\(plain(facts.rule))`" : "`\(plain(facts.model))`"),
            ("confidence", share(facts.confidence)), ("hunk", "`\(plain(facts.hunk))`"),
            ("category", facts.category.rawValue), ("risk", share(facts.risk)),
            (
                "because of",
                facts.reasons.sorted { abs($0.weight) > abs($1.weight) }.prefix(8)
                    .map { "\(plain($0.name)) \($0.weight < 0 ? "−" : "+")\(share(abs($0.weight)))" }
                    .joined(separator: ", ")
            ),
        ]
        if !facts.why.isEmpty { rows.append(("routed", plain(facts.why))) }
        if let tier = facts.tier { rows.append(("tier", tier.rawValue)) }
        if let input = facts.inputPrice, let output = facts.outputPrice {
            rows.append(("price", "$\(plain(input)) in, $\(plain(output)) out per million tokens"))
        }
        if let spent = facts.spent {
            rows.append(("spent", "$\(plain(spent)) on this model and category in the review"))
        }
        if !facts.gates.isEmpty { rows.append(("gates", facts.gates.map(plain).joined(separator: "; "))) }
        return "| | |\n|---|---|\n" + rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
    }

    /// Text of our own making that may hold a path or a header from the change: nothing of it may act.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(300).filter { scalar in
                    !scalar.isHidden && !["`", "|", "<", ">", "@", "\\", "\n", "[", "]"].contains(scalar)
                }))
    }

    private static func share(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let hundredths = Int((min(max(value, 0), 99) * 100).rounded())
        return "\(hundredths / 100)." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
    }
}
