/// What is done about a change by a bot.
package enum BotTreatment: String, CaseIterable, Sendable, Hashable {
    case skip
    /// The static rules alone.
    case `static`
    case review
}

/// The `skip` block: changes that are not worth a look. Globs pay no heed to case.
package struct SkipSettings: Sendable, Hashable {
    package var drafts = true
    package var bots = BotTreatment.static
    package var authors: [String] = []
    package var labels: [String] = []
    package var titles: [String] = []
    /// Over the branch a change comes from.
    package var branches: [String] = []
    /// Over the branch a change is to go into.
    package var baseBranches: [String] = []
    package var maxFiles: Int?
    package var maxChangedLines: Int?

    package init() {}
}

/// What is done about a change from a fork, or by somebody who may not write, before a maintainer's command.
package enum OutsiderTreatment: String, CaseIterable, Sendable, Hashable {
    case skip
    /// The static rules alone.
    case `static`
    case full
}

/// The `outsiders` block.
package struct OutsiderSettings: Sendable, Hashable {
    package var review = OutsiderTreatment.static
    /// The part of every window's limit that outsiders' changes may use together, in thousandths.
    package var windowShareThousandths = 250
    package var authorDay: Money?

    package init() {}

    /// The outsiders' part of a limit, rounded down.
    package func share(of limit: Money) -> Money {
        let (whole, rest) = limit.picodollars.quotientAndRemainder(dividingBy: 1000)
        let part = Int64(max(0, min(1000, windowShareThousandths)))
        return Money(picodollars: whole * part + rest * part / 1000)
    }
}
