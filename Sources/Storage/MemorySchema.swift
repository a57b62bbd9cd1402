import GRDB

extension Schema {
    /// What the service remembers of changes, what it has to say or has said about them, and who asked how often.
    static func makeServiceMemory(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE changes (
                    id INTEGER PRIMARY KEY,
                    key TEXT NOT NULL UNIQUE,
                    forge TEXT NOT NULL,
                    repository_id INTEGER NOT NULL,
                    -- The name as last seen.
                    repository TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    head TEXT,
                    policy_version TEXT,
                    reviewed_at INTEGER,
                    paused_by TEXT,
                    -- Picodollars.
                    budget INTEGER,
                    touched_at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX changes_by_name ON changes (repository, number);
                CREATE INDEX changes_by_idleness ON changes (touched_at);

                CREATE TABLE category_overrides (
                    change INTEGER NOT NULL REFERENCES changes (id) ON DELETE CASCADE,
                    -- A path, or a hunk's fingerprint.
                    subject TEXT NOT NULL,
                    category TEXT NOT NULL,
                    PRIMARY KEY (change, subject)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE reviewed_hunks (
                    change INTEGER NOT NULL REFERENCES changes (id) ON DELETE CASCADE,
                    -- The reviewed key.
                    key TEXT NOT NULL,
                    head TEXT NOT NULL,
                    by_model INTEGER NOT NULL,
                    PRIMARY KEY (change, key)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE reported_findings (
                    id INTEGER PRIMARY KEY,
                    change INTEGER NOT NULL REFERENCES changes (id) ON DELETE CASCADE,
                    identity TEXT NOT NULL,
                    severity TEXT NOT NULL,
                    title TEXT NOT NULL,
                    path TEXT NOT NULL,
                    line INTEGER,
                    on_old_side INTEGER NOT NULL,
                    -- Where it was first reported.
                    head TEXT NOT NULL,
                    reported_at INTEGER NOT NULL,
                    comment INTEGER,
                    state TEXT NOT NULL CHECK (state IN ('open', 'ignored', 'fixed', 'elsewhere')),
                    -- Whoever last changed the state.
                    changed_by TEXT,
                    -- JSON for `hunkwise explain`.
                    facts TEXT NOT NULL,
                    UNIQUE (change, identity)
                ) STRICT;
                CREATE INDEX reported_findings_by_comment ON reported_findings (comment) WHERE comment IS NOT NULL;
                CREATE INDEX reported_findings_by_identity ON reported_findings (identity);

                CREATE TABLE publications (
                    key TEXT PRIMARY KEY,
                    review TEXT NOT NULL,
                    change TEXT NOT NULL,
                    repository TEXT NOT NULL,
                    head TEXT NOT NULL,
                    mode TEXT NOT NULL CHECK (mode IN ('observe', 'publish')),
                    state TEXT NOT NULL CHECK (state IN ('observed', 'pending', 'published', 'failed')),
                    created_at INTEGER NOT NULL,
                    changed_at INTEGER NOT NULL,
                    reason TEXT,
                    -- JSON.
                    result TEXT,
                    draft BLOB NOT NULL
                ) STRICT;
                CREATE INDEX publications_by_review ON publications (review);
                CREATE INDEX publications_by_change ON publications (change, created_at);
                CREATE INDEX publications_by_state ON publications (state, created_at);
                CREATE INDEX publications_by_age ON publications (changed_at);

                CREATE TABLE publication_steps (
                    -- Of a publication, or of an answer or a check that has no draft.
                    key TEXT NOT NULL,
                    step TEXT NOT NULL,
                    value TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    PRIMARY KEY (key, step)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX publication_steps_by_age ON publication_steps (at);

                -- Who did what when, as far as it is limited.
                CREATE TABLE takings (
                    id INTEGER PRIMARY KEY,
                    kind TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX takings_by_subject ON takings (kind, subject, at);
                CREATE INDEX takings_by_age ON takings (at);
                """)
    }
}
