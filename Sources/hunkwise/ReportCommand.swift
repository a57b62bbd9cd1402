import ArgumentParser
import Domain
import Reporting
import Reviewing
import Storage

struct ReportCommand: AsyncParsableCommand {
    enum Grouping: String, CaseIterable, ExpressibleByArgument {
        case repo, forge, org, model, category, day

        var spendGrouping: SpendGrouping {
            switch self {
            case .repo: .repository
            case .forge: .forge
            case .org: .organisation
            case .model: .model
            case .category: .category
            case .day: .day
            }
        }
    }

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, csv, json, markdown
    }

    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show what was spent, saved and found, as sums over the ledger.")

    @Option(help: "repo, forge, org, model, category or day.")
    var by = Grouping.repo

    @Option(help: ArgumentHelp("12h, 7d, 4w or a day such as 2026-11-01. Default: 30d.", valueName: "when"))
    var since: Since?

    @Option(help: ArgumentHelp("Only this repository.", valueName: "owner/name"))
    var repository: String?

    @Option(help: "table, csv, json or markdown.")
    var format = Format.table

    @Flag(help: "Reviews that were made in observe mode and not published; `hunkwise post` publishes one.")
    var observed = false

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        if observed { return try await listObserved() }
        let since = since ?? Since(days: 30)
        let books = try Books.open(try configuration.load())
        if books == nil, format == .table { return try output.write(Books.none) }
        let document = try await document(books, since)
        switch format {
        case .table: try output.write(document.table(style: output.style))
        case .csv: try output.write(document.csv)
        case .json: try output.write(document.json)
        case .markdown: try output.write(document.markdown)
        }
    }

    private func listObserved() async throws {
        let service = try ServiceStore(try configuration.load())
        let publications = PublicationStore(store: service.store, clock: service.clock)
        var reviews: [ObservedReview] = []
        var changes: Set<String> = []
        do {
            for record in try await publications.publications(in: .observed) {
                guard record.createdAt >= since?.instant ?? Instant(milliseconds: .min),
                    repository == nil || repository == record.repository,
                    let stored = try await publications.publication(record.key),
                    // Latest first: what was observed of a change before that cannot be published any more.
                    changes.insert(stored.draft.address.key).inserted
                else { continue }
                reviews.append(
                    ObservedReview(
                        review: record.review, change: stored.draft.address.description, head: record.head,
                        at: record.createdAt,
                        comments: stored.draft.comments.map {
                            ObservedReview.Comment(
                                path: $0.path, line: $0.line, isOnOldSide: $0.isOnOldSide, body: $0.body)
                        },
                        summary: stored.draft.summaryWhenPresent))
            }
        } catch {
            throw ServiceStore.failure(error)
        }
        switch format {
        case .json: try output.write(ObservedReviews.json(reviews))
        case .markdown: try output.write(ObservedReviews.markdown(reviews))
        case .table, .csv: try output.write(ObservedReviews.text(reviews, now: service.clock.now()))
        }
    }

    private func document(_ books: Books?, _ since: Since) async throws -> SpendDocument {
        var document = SpendDocument(
            grouping: by.rawValue, since: since.day, lines: [], total: SpendDocument.Line(key: ""), gates: [],
            findings: [])
        guard let books else { return document }
        do {
            let spend = try await books.ledger.spend(
                by: by.spendGrouping, SpendFilter(since: since.instant, repository: repository))
            document.lines = spend.rows.map(SpendDocument.Line.init)
            document.total = SpendDocument.Line(spend.total)
            if repository == nil {
                document.gates = try await books.history.gateTotals(since: since.instant).map {
                    SpendDocument.Count(
                        model: $0.provider.isEmpty ? "static rules" : $0.provider, category: $0.category,
                        subject: $0.gate, outcome: $0.outcome + ($0.reason.map { " (\($0))" } ?? ""), count: $0.count)
                }
                document.findings = try await books.history.findingTotals(since: since.instant).map {
                    SpendDocument.Count(
                        model: $0.provider.isEmpty ? "static rules" : $0.provider, category: $0.category, subject: "",
                        outcome: $0.outcome.rawValue, count: $0.count)
                }
            }
        } catch {
            throw Books.failure(error)
        }
        return document
    }
}

extension SpendDocument.Line {
    fileprivate init(_ row: SpendRow) {
        self.init(key: row.key)
        changes = row.changes
        reviews = row.reviews
        calls = row.calls
        failures = row.failures
        inputTokens = row.uncachedInput + row.cacheWrite
        cachedTokens = row.cachedInput
        outputTokens = row.output
        reasoningTokens = row.reasoning
        exact = row.chargedExact
        bounded = row.chargedBounded
        held = row.held
        saved = row.savings
        costPerChange = row.costPerChange
        durations = row.duration.map { [$0.p50, $0.p95, $0.p99] } ?? []
        firstTokens = row.firstToken.map { [$0.p50, $0.p95, $0.p99] } ?? []
    }
}
