package import Domain

/// What `models import` found and did.
package struct PriceImportReport: Sendable {
    package struct Figure: Sendable {
        /// Prices are dollars a million tokens.
        let name: String
        let old: String?
        let new: String?

        package init(name: String, old: String?, new: String?) {
            self.name = name
            self.old = old
            self.new = new
        }
    }

    package struct Change: Sendable {
        let model: String
        let oldDay: String
        let newDay: String
        /// It moves so far that it was not taken.
        let isLeftOut: Bool
        let figures: [Figure]

        package init(model: String, oldDay: String, newDay: String, isLeftOut: Bool, figures: [Figure]) {
            self.model = model
            self.oldDay = oldDay
            self.newDay = newDay
            self.isLeftOut = isLeftOut
            self.figures = figures
        }
    }

    package struct Refusal: Sendable {
        let model: String
        let reason: String

        package init(model: String, reason: String) {
            self.model = model
            self.reason = reason
        }
    }

    package struct BillRow: Sendable {
        let provider: String
        let model: String
        let calls: Int
        let charged: Money
        let before: Money
        let after: Money

        package init(provider: String, model: String, calls: Int, charged: Money, before: Money, after: Money) {
            self.provider = provider
            self.model = model
            self.calls = calls
            self.charged = charged
            self.before = before
            self.after = after
        }
    }

    let file: String
    let day: String
    let models: Int
    let usable: Int
    let changed: [Change]
    let added: [String]
    let gone: [String]
    let unchanged: Int
    let unpriced: Int
    let refused: [Refusal]
    let bill: [BillRow]
    let unknownCalls: Int
    /// Nil when nothing was written.
    let destination: String?

    package init(
        file: String, day: String, models: Int, usable: Int, changed: [Change], added: [String], gone: [String],
        unchanged: Int, unpriced: Int, refused: [Refusal], bill: [BillRow], unknownCalls: Int, destination: String?
    ) {
        self.file = file
        self.day = day
        self.models = models
        self.usable = usable
        self.changed = changed
        self.added = added
        self.gone = gone
        self.unchanged = unchanged
        self.unpriced = unpriced
        self.refused = refused
        self.bill = bill
        self.unknownCalls = unknownCalls
        self.destination = destination
    }
}

/// `models import` for people.
package struct PriceImportText {
    private static let mostNames = 12
    private let style: Style
    private var out = ""

    package static func document(_ report: PriceImportReport, style: Style = Style()) -> String {
        var text = PriceImportText(style: style)
        text.write(report)
        return text.out
    }

    private init(style: Style) {
        self.style = style
    }

    private mutating func write(_ report: PriceImportReport) {
        line(
            TerminalText.line(report.file)
                + " as of \(report.day): \(report.usable) priced chat models of known providers"
                + " among \(report.models)")
        for change in report.changed { write(change) }
        line(
            Wording.plural(report.changed.count, "known model") + " changed, \(report.unchanged) as before, "
                + "\(report.added.count) not known before, \(report.unpriced) without a price (zero is none)")
        names("No longer listed (retired, or renamed)", report.gone)
        if !report.refused.isEmpty {
            line(style(.yellow, "\(Wording.plural(report.refused.count, "row")) cannot be read:"))
            for refusal in report.refused.prefix(Self.mostNames) {
                line("  " + TerminalText.line(refusal.model) + ": " + TerminalText.line(refusal.reason))
            }
        }
        write(bill: report)
        if let destination = report.destination {
            line("Written to " + TerminalText.line(destination) + "; delete it to go back.")
        } else {
            line("Nothing was written.")
        }
    }

    private mutating func write(_ change: PriceImportReport.Change) {
        line(
            style(.bold, TerminalText.line(change.model)) + style(.dim, "  \(change.oldDay) → \(change.newDay)"))
        for figure in change.figures {
            line("  \(figure.name): \(figure.old ?? "not known") → \(figure.new ?? "not known")")
        }
        if change.isLeftOut {
            line(style(.yellow, "  left out: it moves more than tenfold; --accept-leaps takes it all the same"))
        }
    }

    private mutating func write(bill report: PriceImportReport) {
        if report.bill.isEmpty {
            line("Last 30 days: no call whose price would change.")
        } else {
            let before = report.bill.reduce(Money.zero) { $0 + $1.before }
            let after = report.bill.reduce(Money.zero) { $0 + $1.after }
            line(
                "Last 30 days, the same tokens: " + Wording.dollars(before) + " → " + Wording.dollars(after)
                    + " for what changes")
            for row in report.bill {
                line(
                    "  " + TerminalText.line("\(row.provider) (\(row.model))")
                        + ", \(Wording.plural(row.calls, "call")): "
                        + Wording.dollars(row.before) + " → " + Wording.dollars(row.after) + ", charged "
                        + Wording.dollars(row.charged))
            }
        }
        if report.unknownCalls > 0 {
            line("  \(Wording.plural(report.unknownCalls, "call")) of models no longer configured left out")
        }
    }

    private mutating func names(_ title: String, _ names: [String]) {
        guard !names.isEmpty else { return }
        let shown = names.prefix(Self.mostNames).map { TerminalText.line($0) }.joined(separator: ", ")
        let rest = names.count > Self.mostNames ? ", … (\(names.count) in all)" : ""
        for text in TerminalText.wrap(title + ": " + shown + rest, columns: style.width) { line(text) }
    }

    private mutating func line(_ text: String) {
        out += text
        out += "\n"
    }
}
