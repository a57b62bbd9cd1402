import GRDB

extension Schema {
    /// The books: an append-only ledger, and beside it what can be computed from it but must be at hand: budgets' totals,
    /// open holds, what is known of each endpoint.
    static func makeLedger(_ database: Database) throws {
        let columns = LedgerColumn.allCases.map { column in
            switch column {
            case .sequence: "sequence INTEGER PRIMARY KEY"
            case .at: "at INTEGER NOT NULL"
            case .kind: "kind TEXT NOT NULL"
            default: "\(column.rawValue) \(column.isText ? "TEXT" : "INTEGER")"
            }
        }
        try database.execute(
            sql: """
                CREATE TABLE ledger (
                    \(columns.joined(separator: ",\n    ")),
                    previous TEXT NOT NULL,
                    digest TEXT NOT NULL
                ) STRICT;
                CREATE INDEX ledger_by_hold ON ledger (hold) WHERE hold IS NOT NULL;
                CREATE INDEX ledger_by_review ON ledger (review) WHERE review IS NOT NULL;
                CREATE INDEX ledger_by_change ON ledger (change) WHERE change IS NOT NULL;
                CREATE INDEX ledger_held_by_time ON ledger (at) WHERE kind = 'held';
                CREATE INDEX ledger_bounded ON ledger (kind) WHERE kind IN ('bounded', 'late', 'adjusted');
                CREATE INDEX ledger_by_request_id ON ledger (request_id) WHERE request_id IS NOT NULL;

                -- One row: where the ledger ends, so that a missing end is noticed.
                CREATE TABLE ledger_head (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    sequence INTEGER NOT NULL,
                    digest TEXT NOT NULL
                ) STRICT;
                INSERT INTO ledger_head VALUES (1, 0, '\(LedgerDigest.zero.hexadecimal)');

                CREATE TRIGGER ledger_is_never_updated BEFORE UPDATE ON ledger
                BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
                CREATE TRIGGER ledger_is_never_deleted BEFORE DELETE ON ledger
                BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
                -- Also keeps REPLACE out, which deletes without a DELETE.
                CREATE TRIGGER ledger_only_grows BEFORE INSERT ON ledger
                WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM ledger)
                BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
                CREATE TRIGGER ledger_head_stays BEFORE DELETE ON ledger_head
                BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

                -- Sums over the ledger, in picodollars. Rows are never deleted: a new window is a new row.
                CREATE TABLE budgets (
                    id INTEGER PRIMARY KEY,
                    scope TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    window TEXT NOT NULL,
                    spent INTEGER NOT NULL DEFAULT 0,
                    held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
                    UNIQUE (scope, subject, window)
                ) STRICT;

                CREATE TABLE holds (
                    id INTEGER PRIMARY KEY REFERENCES ledger (sequence),
                    amount INTEGER NOT NULL CHECK (amount >= 0),
                    asked INTEGER NOT NULL,
                    factor INTEGER NOT NULL,
                    budgets TEXT NOT NULL,
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    repository TEXT NOT NULL,
                    request_digest TEXT NOT NULL,
                    request_bytes INTEGER NOT NULL,
                    input_bound INTEGER NOT NULL,
                    output_bound INTEGER NOT NULL,
                    sent INTEGER NOT NULL DEFAULT 0,
                    expires_at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX holds_by_expiry ON holds (expires_at);
                CREATE INDEX holds_by_endpoint ON holds (provider, model);

                CREATE TABLE calibrations (
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    within_bound INTEGER NOT NULL,
                    overruns INTEGER NOT NULL,
                    factor INTEGER NOT NULL,
                    least_bytes INTEGER NOT NULL,
                    least_tokens INTEGER NOT NULL,
                    PRIMARY KEY (provider, model)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE answers (
                    id INTEGER PRIMARY KEY,
                    repository TEXT NOT NULL,
                    request_digest TEXT NOT NULL,
                    stored_at INTEGER NOT NULL,
                    hold INTEGER NOT NULL,
                    text TEXT NOT NULL,
                    finish TEXT NOT NULL,
                    returned_model TEXT,
                    UNIQUE (repository, request_digest)
                ) STRICT;
                CREATE INDEX answers_by_age ON answers (stored_at);
                """)
    }
}
