import Domain

/// Prices the operator imported, laid over the catalogue that comes with the program.
package struct PriceOverlay: Sendable {
    package let rows: [CatalogueEntry]

    /// Where the file lies: beside the operator's configuration, under this name.
    package static let fileName = "hunkwise.prices.tsv"

    package init(rows: [CatalogueEntry]) {
        self.rows = rows
    }

    /// Reads what `text` wrote: the catalogue's own form.
    package init(parsing bytes: [UInt8]) throws(CatalogueError) {
        rows = try Catalogue(parsing: bytes).entries.map { row in
            var row = row
            row.isImported = true
            return row
        }
    }

    /// The file, in the form of the catalogue, which may be read and edited.
    ///
    /// - Parameter origin: What is said at its head: the file it was made from, with digest and date; one line each.
    package func text(origin: [String]) -> String {
        var text = "# Prices imported by `hunkwise models import`; they hold above the built-in catalogue.\n"
        text += "# Written prices of hunkwise.yaml hold above these. Delete this file to go back.\n"
        for line in origin { text += "# " + String(line.map { $0.isNewline ? " " : $0 }) + "\n" }
        text += Catalogue.header + "\n"
        for row in rows { text += row.line + "\n" }
        return text
    }
}

extension Catalogue {
    /// The catalogue with imported prices, windows and ends of service in the place of its own, and with what only the
    /// import lists after it. Qualities, names and licences stay.
    package func overlaid(by overlay: PriceOverlay) -> Catalogue {
        var imported: [String: CatalogueEntry] = [:]
        for row in overlay.rows { imported[row.key] = row }
        var entries = self.entries.map { own in
            imported.removeValue(forKey: own.key).map { own.updated(by: $0) } ?? own
        }
        entries += overlay.rows.filter { imported[$0.key] != nil }
        return Catalogue(entries: entries)
    }
}

extension CatalogueEntry {
    func updated(by row: CatalogueEntry) -> CatalogueEntry {
        CatalogueEntry(
            provider: provider, model: model, aliases: aliases, prices: row.prices ?? prices,
            contextWindow: row.contextWindow ?? contextWindow, maxOutput: row.maxOutput ?? maxOutput, quality: quality,
            supports: supports, licence: licence, memoryGigabytes: memoryGigabytes,
            deprecated: row.deprecated ?? deprecated, firstTokenMilliseconds: firstTokenMilliseconds,
            tokensPerSecond: tokensPerSecond, benchmarks: benchmarks, source: row.source ?? source, date: row.date,
            knownSince: knownSince ?? date, isImported: true)
    }

    /// The row as a line of the catalogue file, without line end.
    var line: String {
        func list(_ values: [String]) -> String? { values.isEmpty ? nil : values.joined(separator: ",") }
        let base = prices?.base
        let fields: [String?] = [
            provider, model, list(aliases), base?.input.perMillion, base?.output.perMillion,
            base?.cachedInput.perMillion, base?.cacheWrite.perMillion, base?.longCacheWrite.perMillion,
            prices.flatMap { CatalogueEntry.text(Array($0.tiers.dropFirst())) },
            prices.flatMap { CatalogueEntry.text($0.hours) }, prices.flatMap { CatalogueEntry.text($0.batch) },
            contextWindow.map(String.init), maxOutput.map(String.init), quality.all?.text,
            list(
                Category.allCases.compactMap { category in
                    quality.byCategory[category].map { "\(category.rawValue)=\($0.text)" }
                }),
            list(Capability.allCases.filter(supports.contains).map(\.rawValue)), licence,
            memoryGigabytes.map(String.init), deprecated, firstTokenMilliseconds.map(String.init),
            tokensPerSecond.map(String.init), list(benchmarks.map { "\($0.name)=\($0.score.text)@\($0.day)" }), source,
            date,
        ]
        return fields.map { $0 ?? "-" }.joined(separator: "\t")
    }

    private static func text(_ rates: TokenRates) -> String {
        [rates.input, rates.output, rates.cachedInput, rates.cacheWrite, rates.longCacheWrite].map(\.perMillion)
            .joined(separator: "/")
    }

    private static func text(_ tiers: [PriceSheet.Tier]) -> String? {
        tiers.isEmpty ? nil : tiers.map { "\($0.above):\(text($0.rates))" }.joined(separator: ";")
    }

    /// The file has room for one set of quiet hours with one price.
    private static func text(_ hours: [PriceSheet.Hours]) -> String? {
        guard let first = hours.first, let rates = first.tiers.first?.rates else { return nil }
        func time(_ minute: Int) -> String {
            let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
            return (hour < 10 ? "0" : "") + "\(hour):" + (rest < 10 ? "0" : "") + "\(rest)"
        }
        let spans = first.hours.flatMap { span in
            runs(span.weekdays).map {
                "\($0.lowerBound)-\($0.upperBound),\(time(span.startMinute))-\(time(span.endMinute))"
            }
        }
        return spans.joined(separator: "+") + "=" + text(rates)
    }

    /// Days that follow one another, together.
    private static func runs(_ days: Set<Int>) -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        for day in days.sorted() {
            if let last = runs.last, last.upperBound == day - 1 {
                runs[runs.count - 1] = last.lowerBound...day
            } else {
                runs.append(day...day)
            }
        }
        return runs
    }
}
