import ArgumentParser
import ConfigurationFiles
import Domain
import Fingerprints
import Glibc
import Reporting
import Routing

extension ModelsCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take prices, context windows and ends of service from a LiteLLM price file.",
            discussion: """
                Reads model_prices_and_context_window.json of the LiteLLM project as it is, from a file: nothing is \
                fetched. What it lists holds above the built-in catalogue and below prices written in hunkwise.yaml; it \
                is kept in \(PriceOverlay.fileName) beside hunkwise.yaml, which may be edited, and deleted to go back. \
                Qualities are never taken from it.
                """)

        @Argument(help: "The price file, or - for standard input.")
        var file: String

        @Flag(help: "Show what would change, and write nothing.")
        var dryRun = false

        @Option(
            help: ArgumentHelp(
                "The day the prices are of. Default: the day the file was last changed.", valueName: "yyyy-mm-dd"))
        var asOf: String?

        @Flag(help: "Take prices too that move more than tenfold; they are likely slips and left out otherwise.")
        var acceptLeaps = false

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        func run() async throws {
            let settings = try configuration.load().settingsWithoutChange()
            let bytes = try InputFile.read(file, limit: PriceFile.mostBytes)
            let day = try day()
            let catalogue = settings.catalogue
            let prices: PriceFile
            do throws(PriceFileError) {
                prices = try PriceFile(parsing: bytes, providers: Self.providers, date: day)
            } catch {
                throw Failure(
                    "\(Printable.text(file)) cannot be imported: \(error.reason); wanted is the LiteLLM project's "
                        + "model_prices_and_context_window.json")
            }
            let changes = PriceChanges(from: catalogue, to: prices.rows)
            let leaps = acceptLeaps ? [] : Set(changes.changed.filter(\.isSuspicious).map(\.key))
            let overlay = PriceOverlay(rows: prices.rows.filter { !leaps.contains($0.key) } + kept(leaps, catalogue))
            let after = Catalogue.builtIn.overlaid(by: overlay)
            let effect = BillEffect(
                of: try await LastMonth.uses(of: settings), before: settings.resolution.models,
                after: Settings.resolver(after).resolve(settings.configuration.routing).models)
            let path = ImportedPrices.path(operatorFile: settings.configuration.operatorFile)
            let report = PriceImportReport(
                file: file, day: day, prices: prices, changes: changes, leaps: leaps, effect: effect,
                destination: dryRun ? nil : path)
            if !dryRun {
                guard let path else {
                    throw Failure("there is no place for the prices: set XDG_CONFIG_HOME or HOME, or give --config")
                }
                try DefaultPaths.makeDirectory(of: path)
                let origin = [
                    "From \(file.split(separator: "/").last.map(String.init) ?? file), SHA-256 "
                        + RequestDigest.sha256(bytes),
                    "Prices as of \(day), imported \(CalendarDay(unixSeconds: time(nil)).text).",
                ]
                try FileReplacement.write(Array(overlay.text(origin: origin.map { Printable.text($0) }).utf8), to: path)
            }
            try output.write(PriceImportText.document(report, style: output.style))
        }

        /// Earlier imports of rows that are left out this time.
        private func kept(_ leaps: Set<String>, _ catalogue: Catalogue) -> [CatalogueEntry] {
            catalogue.entries.filter { leaps.contains($0.key) && $0.isImported }
        }

        private func day() throws(Failure) -> String {
            let today = CalendarDay(unixSeconds: time(nil))
            if let asOf {
                guard let day = CalendarDay(asOf), day <= today else {
                    throw Failure("--as-of wants a day as YYYY-MM-DD that is not in the future")
                }
                return day.text
            }
            var info = stat()
            guard file != "-", stat(file, &info) == 0 else { return today.text }
            return min(CalendarDay(unixSeconds: info.st_mtim.tv_sec), today).text
        }

        /// What the catalogue knows, and whom a configuration can name.
        private static let providers =
            Set(Catalogue.builtIn.entries.map(\.provider)).union(KnownProvider.all.map(\.name)).subtracting(["local"])
    }
}

extension PriceImportReport {
    fileprivate init(
        file: String, day: String, prices: PriceFile, changes: PriceChanges, leaps: Set<String>, effect: BillEffect,
        destination: String?
    ) {
        self.init(
            file: file, day: day, models: prices.models, usable: prices.rows.count,
            changed: changes.changed.map { change in
                Change(
                    model: change.key, oldDay: change.oldDate, newDay: change.newDate,
                    isLeftOut: leaps.contains(change.key),
                    figures: change.figures.map { Figure(name: $0.name, old: $0.old, new: $0.new) })
            }, added: changes.added.map(\.key), gone: changes.gone, unchanged: changes.unchanged,
            unpriced: prices.unpriced,
            refused: prices.refused.map { Refusal(model: $0.model, reason: $0.reason) },
            bill: effect.rows.map { row in
                BillRow(
                    provider: row.use.provider, model: row.use.model, calls: row.use.calls, charged: row.use.charged,
                    before: row.before, after: row.after)
            }, unknownCalls: effect.unknownCalls, destination: destination)
    }
}
