import ArgumentParser
import Domain
import Routing
import Storage

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show and verify the record of everything that was sent and charged.",
        subcommands: [Verify.self, Show.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check that no entry was edited, moved or removed.",
            discussion: """
                Each entry carries the digest of the one before it. Somebody who may write the file could write all of it
                anew; keep the last line this prints elsewhere and give it back with --noted to notice that too.
                Exit codes: 0 sound; 1 a fault was found; 2 the books cannot be read.
                """)

        @Option(help: ArgumentHelp("NUMBER:DIGEST as an earlier run printed it.", valueName: "head"))
        var noted: String?

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        func run() async throws {
            var head: LedgerHead?
            if let noted {
                let parts = noted.split(separator: ":")
                guard parts.count == 2, let sequence = Int64(parts[0]),
                    let digest = LedgerDigest(hexadecimal: String(parts[1]))
                else { throw ValidationError("--noted takes NUMBER:DIGEST as `audit verify` printed it") }
                head = LedgerHead(sequence: sequence, digest: digest)
            }
            guard let books = try Books.open(try configuration.load()) else {
                return try StandardOutput.write(Books.none)
            }
            let result: LedgerVerification
            do { result = try await books.ledger.verify(against: head) } catch { throw Books.failure(error) }
            if let fault = result.fault {
                try StandardOutput.write(
                    "Not sound after \(result.rows) entries: \(fault.description) Restore the file from a backup, and ask "
                        + "who could write it.\n")
                throw ExitStatus.findings
            }
            try StandardOutput.write("\(result.rows) entries, each following the one before it.\n")
            if let head = result.head { try StandardOutput.write("\(head.sequence):\(head.digest)\n") }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "List what was sent: when, where, how much, by which policy, and what it cost.")

        @Option(help: ArgumentHelp("Only this review.", valueName: "id"))
        var review: String?

        @Option(help: ArgumentHelp("Only this repository.", valueName: "owner/name"))
        var repository: String?

        @Option(help: ArgumentHelp("12h, 7d, 4w or a day such as 2026-11-01.", valueName: "when"))
        var since: Since?

        @Option(help: "At most so many entries, the latest ones.")
        var limit = 100

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        func run() async throws {
            guard let books = try Books.open(try configuration.load()) else {
                return try StandardOutput.write(Books.none)
            }
            let entries: [AuditEntry]
            do {
                entries = try await books.ledger.audit(
                    AuditFilter(review: review, repository: repository, since: since?.instant, limit: max(1, limit)))
            } catch {
                throw Books.failure(error)
            }
            for entry in entries { try StandardOutput.write(Self.line(entry) + "\n") }
            if entries.isEmpty { try StandardOutput.write("No entries.\n") }
        }

        private static func line(_ entry: AuditEntry) -> String {
            let seconds = ((entry.at.unixSeconds % 86_400) + 86_400) % 86_400
            func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
            let time =
                CalendarDay(unixSeconds: entry.at.unixSeconds).text
                + "T\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))Z"
            var parts = [
                "\(entry.sequence)", time, entry.event.rawValue, "review=\(entry.review)",
                "\(entry.provider)/\(entry.model)",
                entry.category, "unit=\(entry.unit)", "attempt=\(entry.attempt)",
            ]
            if let hold = entry.hold { parts.append("hold=\(hold.value)") }
            if !entry.destination.isEmpty { parts.append("to=\(entry.destination)") }
            if entry.requestBytes > 0 { parts.append("bytes=\(entry.requestBytes)") }
            if !entry.requestDigest.isEmpty { parts.append("sha256=\(entry.requestDigest.prefix(16))") }
            if !entry.allowedBy.isEmpty { parts.append("allowed=\"\(entry.allowedBy)\"") }
            if let amount = entry.amount { parts.append("held=$\(amount.usd)") }
            if let charge = entry.charge { parts.append("charged=$\(charge.usd)") }
            if let outcome = entry.outcome { parts.append("outcome=\(outcome)") }
            if let reason = entry.reason, !reason.isEmpty { parts.append("reason=\"\(reason)\"") }
            return Printable.text(parts.joined(separator: " "), limit: 1000)
        }
    }
}
