import ArgumentParser
import Domain
import Storage

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Look after the books.", subcommands: [Reconcile.self, Check.self])

    struct Reconcile: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reconcile",
            abstract: "Put the provider's figures in the place of charges at the bound.",
            discussion: """
                Without a file: lists the calls that were charged at their bound, because nobody said what they used, and
                settles those whose figures came after all.

                With --figures FILE: a line for each call, its number or the provider's request id, a comma and the cost
                in US dollars, for example "req_2f81,0.00135". Nothing in the books is edited: the difference is added.
                """)

        @Option(help: ArgumentHelp("A file of figures; - for standard input.", valueName: "file"))
        var figures: String?

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        func run() async throws {
            guard let books = try Books.open(try configuration.load()) else {
                return try StandardOutput.write(Books.none)
            }
            do {
                for outcome in try await books.ledger.reconcileLateFigures() { try tell("late figure", outcome) }
                if let figures {
                    let read = try Self.read(try InputFile.read(figures, limit: 16 << 20), name: figures)
                    for (figure, outcome) in zip(read, try await books.ledger.reconcile(read.map(\.figure))) {
                        try tell(figure.name, outcome)
                    }
                }
                try list(try await books.ledger.openBounded())
            } catch let closed as StandardOutput.Closed {
                throw closed
            } catch {
                throw Books.failure(error)
            }
        }

        private func list(_ charges: [BoundedCharge]) throws {
            guard !charges.isEmpty else {
                return try StandardOutput.write("No call is charged at its bound.\n")
            }
            for charge in charges {
                let id = charge.requestID.map { Printable.text($0, limit: 80) } ?? "no request id"
                try StandardOutput.write(
                    "\(charge.hold.value)  \(id)  \(Printable.text(charge.provider, limit: 80))  "
                        + "\(charge.outcome)  $\(charge.charged.usd)\n")
            }
            let sum = charges.reduce(Money.zero) { $0 + $1.charged }
            try StandardOutput.write(
                "\(charges.count) calls charged at their bound, $\(sum.usd) in all. Give the provider's figures with "
                    + "--figures FILE.\n")
        }

        private func tell(_ name: String, _ outcome: ReconcileOutcome) throws {
            let text =
                switch outcome {
                case .adjusted(let hold, let from, let to): "call \(hold.value): $\(from.usd) becomes $\(to.usd)"
                case .unchanged(let hold): "call \(hold.value): known already"
                case .unknown: "no call has that name"
                case .ambiguous: "several calls have that name: use the call's number"
                case .notBounded(let hold, let charged):
                    "call \(hold.value) was settled exactly or has not ended: $\(charged.usd) stands"
                case .impossible: "a cost below zero"
                }
            try StandardOutput.write("\(Printable.text(name, limit: 80)): \(text)\n")
        }

        /// Everything is read before anything is booked.
        static func read(_ bytes: [UInt8], name: String) throws(Failure) -> [(name: String, figure: ProviderFigure)] {
            var figures: [(name: String, figure: ProviderFigure)] = []
            for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
                let text = String(decoding: line, as: UTF8.self)
                let fields = text.split(separator: ",").map { $0.drop { $0.isWhitespace } }
                if fields.isEmpty { continue }
                let cost = fields.count == 2 ? fields[1].prefix { !$0.isWhitespace } : ""
                guard fields.count == 2, let money = Money(usd: cost), money >= .zero else {
                    throw Failure(
                        "\(Printable.text(name)), line \(index + 1): not a call and its cost in US dollars, such as "
                            + "\"req_2f81,0.00135\". Nothing was booked.")
                }
                let id = String(fields[0])
                let reference: ProviderFigure.Reference =
                    Int64(id).map { .hold(HoldID(value: $0)) } ?? .request(id)
                figures.append((id, ProviderFigure(reference, cost: money, source: "\(name) line \(index + 1)")))
            }
            return figures
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Compute every total anew from the ledger and compare.")

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        func run() async throws {
            guard let books = try Books.open(try configuration.load()) else {
                return try StandardOutput.write(Books.none)
            }
            let differences: [BooksDifference]
            do { differences = try await books.ledger.checkBooks() } catch { throw Books.failure(error) }
            for difference in differences {
                try StandardOutput.write(Printable.text(difference.description, limit: 400) + "\n")
            }
            guard differences.isEmpty else { throw ExitStatus.findings }
            try StandardOutput.write("Every total equals the sum of its entries.\n")
        }
    }
}
