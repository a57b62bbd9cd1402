import Domain
import GRDB
import Testing

@testable import Storage

@Suite("The ledger's chain")
struct ChainTests {
    private let clock = ManualClock()
    private let directory: TemporaryDirectory
    private let store: Store
    private let ledger: SQLiteLedger

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store(path: directory.path + "/books.db")
        ledger = SQLiteLedger(store: store, clock: clock)
    }

    private func call(_ cost: Money, unit: Int = 0) async throws {
        let request = HoldRequest.sample(.mills(9), [.global(.mills(1000))], attempt: .sample(unit: unit))
        let hold = try #require(try await ledger.hold(request, until: clock.now()).hold)
        try await ledger.markSent(hold)
        try await ledger.settle(hold, .exact(cost), answer: nil)
    }

    @Test("an empty ledger is sound")
    func empty() async throws {
        let verification = try await ledger.verify()
        #expect(verification == LedgerVerification(rows: 0, head: LedgerHead(sequence: 0, digest: .zero), fault: nil))
    }

    /// The texts below went through sha256sum: `sha256sum first.txt second.txt`.
    @Test("a row's digest is SHA-256 of a text that a person can write down")
    func golden() throws {
        var first = LedgerRow(.held)
        first.set(.sequence, 1)
        first.set(.at, 1_795_262_400_000)
        first.set(.amount, Money.mills(9))
        first.set(.review, "r1")
        first.set(.provider, "clöud")
        first.set(.claims, #"[["global","","day:2026-11-21",1000]]"#)
        let expected = """
            hunkwise-ledger-1
            previous 0000000000000000000000000000000000000000000000000000000000000000
            sequence 1:1
            at 13:1795262400000
            kind 4:held
            amount 10:9000000000
            review 2:r1
            provider 6:clöud
            claims 37:[["global","","day:2026-11-21",1000]]

            """
        #expect(String(decoding: first.encoding(after: .zero), as: UTF8.self) == expected)
        let digest = first.digest(after: .zero)
        #expect(digest.hexadecimal == "3b8703fcfb88211bd318fd84691d0b2d39d220b3c52e12a5a8dfe955c9172d11")

        var second = LedgerRow(.settled, hold: 1)
        second.set(.sequence, 2)
        second.set(.at, 1_795_262_401_000)
        second.set(.charge, Money(picodollars: -5))
        second.set(.reason, "")
        let next = """
            hunkwise-ledger-1
            previous 3b8703fcfb88211bd318fd84691d0b2d39d220b3c52e12a5a8dfe955c9172d11
            sequence 1:2
            at 13:1795262401000
            kind 7:settled
            hold 1:1
            charge 2:-5
            reason 0:

            """
        #expect(String(decoding: second.encoding(after: digest), as: UTF8.self) == next)
        #expect(
            second.digest(after: digest).hexadecimal
                == "a3850723b1df9f609552c59630a910267c60890ed66363ec097de61801a4b206")
    }

    @Test("control characters and lengths of what others say are bounded before they are recorded")
    func cleans() {
        var row = LedgerRow(.settled)
        row.set(.reason, "a\nb\u{1B}[31m\u{9B}c")
        #expect(row.text(.reason) == "a\u{FFFD}b\u{FFFD}[31m\u{FFFD}c")
        row.set(.reason, String(repeating: "é", count: 400), atMost: 101)
        #expect(row.text(.reason)?.utf8.count == 100)
    }

    @Test("rows can be neither changed nor removed nor replaced nor put elsewhere")
    func appendOnly() async throws {
        try await call(.mills(1))
        for statement in [
            "UPDATE ledger SET charge = 0", "DELETE FROM ledger WHERE sequence = 3", "DELETE FROM ledger_head",
            "INSERT OR REPLACE INTO ledger (sequence, at, kind, previous, digest) VALUES (2, 0, 'sent', '', '')",
            "INSERT INTO ledger (sequence, at, kind, previous, digest) VALUES (9, 0, 'sent', '', '')",
        ] {
            let error = await #expect(throws: DatabaseError.self) {
                try await store.pool.write { try $0.execute(sql: statement) }
            }
            #expect(error?.message == "the ledger is append-only", "\(statement)")
        }
        #expect(try await ledger.verify().fault == nil)
    }

    /// Somebody with the file in hand and without the triggers.
    private func tamper(_ statements: String...) async throws {
        try await store.pool.write { database in
            let triggers = try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for trigger in triggers { try database.execute(sql: "DROP TRIGGER \(trigger["name"] as String)") }
            for statement in statements { try database.execute(sql: statement) }
            for trigger in triggers { try database.execute(sql: trigger["sql"]) }
        }
    }

    @Test(
        "the first bad row is named, with what is wrong with it",
        arguments: [
            (["UPDATE ledger SET charge = 1 WHERE sequence = 6"], LedgerFault(.edited, at: 6)),
            (["UPDATE ledger SET allowed_by = NULL WHERE sequence = 4"], LedgerFault(.edited, at: 4)),
            (["UPDATE ledger SET at = at + 1"], LedgerFault(.edited, at: 1)),
            (["UPDATE ledger SET digest = previous WHERE sequence = 5"], LedgerFault(.edited, at: 5)),
            (["DELETE FROM ledger WHERE sequence = 5"], LedgerFault(.missing, at: 5)),
            (["DELETE FROM ledger WHERE sequence = 1"], LedgerFault(.missing, at: 1)),
            (["DELETE FROM ledger WHERE sequence > 7"], LedgerFault(.truncated, at: 8)),
            (["DELETE FROM ledger"], LedgerFault(.truncated, at: 1)),
            (
                [
                    "UPDATE ledger SET sequence = 100 WHERE sequence = 5",
                    "UPDATE ledger SET sequence = 5 WHERE sequence = 6",
                    "UPDATE ledger SET sequence = 6 WHERE sequence = 100",
                ], LedgerFault(.reordered, at: 5)
            ),
            (
                [
                    "DELETE FROM ledger WHERE sequence = 4",
                    "UPDATE ledger SET sequence = sequence - 1 WHERE sequence > 4",
                ], LedgerFault(.reordered, at: 4)
            ),
            (["UPDATE ledger_head SET digest = '\(LedgerDigest.zero)'"], LedgerFault(.head, at: 9)),
            (["UPDATE ledger_head SET sequence = 8"], LedgerFault(.head, at: 9)),
        ])
    func namesTheFault(example: (statements: [String], fault: LedgerFault)) async throws {
        for unit in 0..<3 { try await call(.mills(unit), unit: unit) }
        #expect(try await ledger.verify().rows == 9)
        for statement in example.statements { try await tamper(statement) }
        let verification = try await ledger.verify()
        #expect(verification.fault == example.fault)
        #expect(verification.head == nil)
        #expect(verification.rows == example.fault.sequence - 1 || example.fault.kind == .head)
    }

    @Test("a row whose digest was computed anew is found by the row after it")
    func forgedDigest() async throws {
        for unit in 0..<3 { try await call(.mills(unit), unit: unit) }
        let forged = try await store.pool.read { database -> String in
            let found = try #require(try Row.fetchOne(database, sql: "SELECT * FROM ledger WHERE sequence = 6"))
            var row = LedgerRow(found)
            row.set(.charge, 0)
            return row.digest(after: try #require(LedgerDigest(hexadecimal: found["previous"]))).hexadecimal
        }
        try await tamper("UPDATE ledger SET charge = 0, digest = '\(forged)' WHERE sequence = 6")
        #expect(try await ledger.verify().fault == LedgerFault(.reordered, at: 7))
    }

    @Test("an end that was cut off and written anew is found by a head noted elsewhere")
    func notedHead() async throws {
        for unit in 0..<2 { try await call(.mills(unit), unit: unit) }
        let noted = try #require(try await ledger.verify().head)
        let kept = try await store.pool.read {
            try String.fetchOne($0, sql: "SELECT digest FROM ledger WHERE sequence = 4")
        }
        try await call(.mills(5))
        #expect(try await ledger.verify(against: noted).fault == nil)
        try await tamper(
            "DELETE FROM ledger WHERE sequence > 4",
            "UPDATE ledger_head SET sequence = 4, digest = '\(try #require(kept))'", "DELETE FROM holds")
        #expect(try await ledger.verify().fault == nil)
        #expect(try await ledger.verify(against: noted).fault == LedgerFault(.truncated, at: 5))
        for unit in 0..<2 { try await call(.mills(7), unit: unit) }
        #expect(try await ledger.verify(against: noted).fault == LedgerFault(.otherLedger, at: 6))
    }

    @Test("totals that were changed beside the ledger are found")
    func checksBooks() async throws {
        try await call(.mills(2))
        let open = try await ledger.hold(.sample(.mills(3), [.global(.mills(1000))]), until: clock.now())
        #expect(open.hold != nil)
        #expect(try await ledger.checkBooks() == [])
        try await store.pool.write {
            try $0.execute(
                sql: "UPDATE budgets SET spent = 0; UPDATE holds SET sent = 1; UPDATE calibrations SET factor = 1")
        }
        let found = try await ledger.checkBooks()
        #expect(
            found.map(\.what) == [
                "global  day:2026-11-21: spent", "open hold \(try #require(open.hold).value)", "endpoint cloud large-1",
            ])
        #expect(found.first.map { [$0.kept, $0.computed] } == ["$0", "$0.002"])
    }
}
