import GRDB

extension Schema {
    /// What has been reviewed, and what became of it: for resuming, pacing and learning. Money is in the ledger alone.
    static func makeHistory(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE reviews (
                    id TEXT PRIMARY KEY,
                    change TEXT NOT NULL,
                    repository TEXT NOT NULL,
                    forge TEXT NOT NULL,
                    head TEXT NOT NULL,
                    policy_version TEXT NOT NULL,
                    started_at INTEGER NOT NULL,
                    ended_at INTEGER,
                    state TEXT NOT NULL,
                    -- Picodollars.
                    expected_value INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX reviews_by_change ON reviews (change, started_at);
                CREATE INDEX reviews_by_time ON reviews (started_at);

                CREATE TABLE gate_verdicts (
                    id INTEGER PRIMARY KEY,
                    at INTEGER NOT NULL,
                    review TEXT NOT NULL,
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    category TEXT NOT NULL,
                    gate TEXT NOT NULL,
                    outcome TEXT NOT NULL,
                    reason TEXT,
                    count INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX gate_verdicts_by_time ON gate_verdicts (at);

                CREATE TABLE finding_outcomes (
                    id INTEGER PRIMARY KEY,
                    at INTEGER NOT NULL,
                    review TEXT NOT NULL,
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    category TEXT NOT NULL,
                    identity TEXT NOT NULL,
                    outcome TEXT NOT NULL
                ) STRICT;
                CREATE INDEX finding_outcomes_by_time ON finding_outcomes (at);
                """)
    }
}
