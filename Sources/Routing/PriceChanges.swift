package import Domain

/// What an import would change.
package struct PriceChanges: Sendable {
    package struct Change: Sendable {
        package struct Figure: Sendable, Hashable {
            /// For example "input", "output above 272000 tokens", "context window".
            package let name: String
            /// Nil: not known.
            package let old: String?
            package let new: String?
        }

        package let key: String
        package let oldDate: String
        package let newDate: String
        package let figures: [Figure]
        /// A price moves more than tenfold: likely a slip between a token and a million of them.
        package let isSuspicious: Bool
    }

    package let changed: [Change]
    /// Rows that nothing in force lists.
    package let added: [CatalogueEntry]
    /// Catalogued models that the file no longer lists, at providers of which it lists others.
    package let gone: [String]
    package let unchanged: Int

    /// - Parameter old: What is in force, an earlier import included.
    package init(from old: Catalogue, to rows: [CatalogueEntry]) {
        var known: [String: CatalogueEntry] = [:]
        for entry in old.entries { known[entry.key] = entry }
        var changed: [Change] = []
        var added: [CatalogueEntry] = []
        var unchanged = 0
        for row in rows {
            guard let before = known.removeValue(forKey: row.key) else {
                added.append(row)
                continue
            }
            let figures = PriceChanges.figures(before, before.updated(by: row))
            if figures.isEmpty {
                unchanged += 1
            } else {
                changed.append(
                    Change(
                        key: row.key, oldDate: before.date, newDate: row.date, figures: figures,
                        isSuspicious: PriceChanges.leaps(before.prices, row.prices)))
            }
        }
        let providers = Set(rows.map(\.provider))
        self.changed = changed
        self.added = added
        gone = known.values.filter { providers.contains($0.provider) && ($0.prices?.base.output ?? .zero) > .zero }.map(
            \.key
        ).sorted()
        self.unchanged = unchanged
    }

    private static func figures(_ old: CatalogueEntry, _ new: CatalogueEntry) -> [Change.Figure] {
        var figures: [Change.Figure] = []
        func compare(_ name: String, _ before: String?, _ after: String?) {
            if before != after { figures.append(Change.Figure(name: name, old: before, new: after)) }
        }
        func compare(_ name: String, _ before: TokenRates?, _ after: TokenRates?) {
            for (kind, path) in [
                ("input", \TokenRates.input), ("output", \.output), ("cached input", \.cachedInput),
                ("cache write", \.cacheWrite), ("hour's cache write", \.longCacheWrite),
            ] {
                compare(kind + name, before?[keyPath: path].perMillion, after?[keyPath: path].perMillion)
            }
        }
        compare("", old.prices?.base, new.prices?.base)
        let thresholds = Set((old.prices?.tiers ?? []).map(\.above) + (new.prices?.tiers ?? []).map(\.above))
        for above in thresholds.sorted() where above >= 0 {
            func rates(_ sheet: PriceSheet?) -> TokenRates? { sheet?.tiers.first { $0.above == above }?.rates }
            compare(" above \(above) tokens", rates(old.prices), rates(new.prices))
        }
        compare("quiet hours", old.prices?.hours.isEmpty == false, new.prices?.hours.isEmpty == false)
        func rates(_ sheet: PriceSheet?) -> TokenRates? { sheet?.hours.first?.tiers.first?.rates }
        if let before = rates(old.prices), let after = rates(new.prices) { compare(" in quiet hours", before, after) }
        compare(" in batches", old.prices?.batch.first?.rates, new.prices?.batch.first?.rates)
        compare("context window", old.contextWindow.map(String.init), new.contextWindow.map(String.init))
        compare("longest answer", old.maxOutput.map(String.init), new.maxOutput.map(String.init))
        compare("end of service", old.deprecated, new.deprecated)
        func compare(_ name: String, _ before: Bool, _ after: Bool) {
            compare(name, before ? "yes" : "no", after ? "yes" : "no")
        }
        return figures
    }

    private static func leaps(_ old: PriceSheet?, _ new: PriceSheet?) -> Bool {
        guard let old, let new else { return false }
        func leaps(_ before: TokenRates?, _ after: TokenRates?) -> Bool {
            guard let before, let after else { return false }
            return [\TokenRates.input, \.output, \.cachedInput, \.cacheWrite].contains { kind in
                let (one, other) = (before[keyPath: kind].units, after[keyPath: kind].units)
                return one > other * 10 || other > one * 10
            }
        }
        let pairs =
            old.tiers.map { tier in (tier.rates, new.tiers.first { $0.above == tier.above }?.rates) }
            + [
                (old.batch.first?.rates ?? old.base, new.batch.first?.rates),
                (old.hours.first?.tiers.first?.rates ?? old.base, new.hours.first?.tiers.first?.rates),
            ]
        return pairs.contains { leaps($0, $1) }
    }
}

/// What earlier use would have cost at other prices.
package struct BillEffect: Sendable {
    /// Tokens of many calls of one provider entry's model.
    package struct Use: Sendable {
        package var provider: String
        package var model: String
        package var calls: Int
        package var usage: Usage
        package var charged: Money

        package init(provider: String, model: String, calls: Int, usage: Usage, charged: Money) {
            self.provider = provider
            self.model = model
            self.calls = calls
            self.usage = usage
            self.charged = charged
        }
    }

    package struct Row: Sendable {
        package let use: Use
        package let before: Money
        package let after: Money
    }

    /// Those whose price changes, the greatest difference first.
    package let rows: [Row]
    /// Calls of entries that are no longer configured, left out.
    package let unknownCalls: Int

    /// Each model's tokens are priced at the tier its average request falls in: the sizes of single requests are not
    /// looked at.
    package init(of uses: [Use], before: [RoutableModel], after: [RoutableModel]) {
        var rows: [Row] = []
        var unknown = 0
        for use in uses {
            guard let old = before.first(where: { $0.name == use.provider && $0.model == use.model }),
                let new = after.first(where: { $0.name == use.provider && $0.model == use.model })
            else {
                unknown += use.calls
                continue
            }
            func cost(_ sheet: PriceSheet) -> Money {
                sheet.rates(totalInput: use.usage.totalInput / max(1, use.calls)).cost(of: use.usage)
            }
            let row = Row(use: use, before: cost(old.prices), after: cost(new.prices))
            if row.before != row.after { rows.append(row) }
        }
        func size(_ row: Row) -> UInt64 { (row.after - row.before).picodollars.magnitude }
        self.rows = rows.sorted { size($0) > size($1) }
        unknownCalls = unknown
    }

    package var before: Money { rows.reduce(.zero) { $0 + $1.before } }
    package var after: Money { rows.reduce(.zero) { $0 + $1.after } }
}
