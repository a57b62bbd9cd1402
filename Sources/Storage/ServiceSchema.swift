import GRDB

extension Schema {
    /// The service's inbox and queue.
    ///
    /// A job moves from row to row only by its `state`; `due`, `front`, `class` and the lanes say which is next, so that
    /// asking costs the same with ten queued jobs and with ten thousand (see `QueueTransaction`).
    static func makeQueue(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE jobs (
                    -- Never given again, also after the newest was removed.
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    kind TEXT NOT NULL,
                    change TEXT NOT NULL,
                    repository TEXT NOT NULL,
                    label TEXT NOT NULL,
                    head TEXT,
                    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 2),
                    supersedes INTEGER NOT NULL,
                    state TEXT NOT NULL
                        CHECK (state IN ('queued', 'running', 'done', 'superseded', 'ignored', 'cancelled', 'dead')),
                    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
                    created_at INTEGER NOT NULL,
                    changed_at INTEGER NOT NULL,
                    ended_at INTEGER,
                    not_before INTEGER NOT NULL,
                    -- When the first of the jobs that this one took the place of began to wait.
                    waiting_since INTEGER NOT NULL,
                    -- The priority, bettered by waiting.
                    class INTEGER NOT NULL CHECK (class BETWEEN 0 AND 2),
                    -- Its time has come.
                    due INTEGER NOT NULL DEFAULT 0,
                    -- The next of its change, which has none running.
                    front INTEGER NOT NULL DEFAULT 0,
                    -- When it is due, or once it is, when its class gets better; and when that was decided.
                    wakes_at INTEGER,
                    wake_set_at INTEGER NOT NULL,
                    token TEXT,
                    leased_at INTEGER,
                    lease_ends_at INTEGER,
                    -- What a running job is asked to end as.
                    stop_state TEXT,
                    stop_reason TEXT,
                    reason TEXT,
                    payload BLOB NOT NULL,
                    CHECK ((state = 'running') = (token IS NOT NULL)),
                    CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL)),
                    CHECK (wakes_at IS NULL OR state = 'queued'),
                    CHECK (front = 0 OR (state = 'queued' AND due = 1))
                ) STRICT;
                CREATE INDEX jobs_by_change ON jobs (change, id);
                CREATE INDEX jobs_by_repository ON jobs (repository, id);
                CREATE INDEX jobs_by_state ON jobs (state, id);
                CREATE INDEX jobs_open ON jobs (change, kind) WHERE ended_at IS NULL;
                CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
                CREATE INDEX jobs_waking ON jobs (due, wakes_at) WHERE wakes_at IS NOT NULL;
                CREATE INDEX jobs_put_to_wait ON jobs (wake_set_at) WHERE wakes_at IS NOT NULL;
                CREATE INDEX jobs_due ON jobs (change, class, id) WHERE due = 1;
                CREATE INDEX jobs_next ON jobs (repository, class, id) WHERE front = 1;
                CREATE UNIQUE INDEX jobs_front ON jobs (change) WHERE front = 1;
                CREATE UNIQUE INDEX jobs_running ON jobs (change) WHERE state = 'running';

                -- A repository's turn: when it was served last, in leases, and how many jobs of each class are next.
                CREATE TABLE lanes (
                    id INTEGER PRIMARY KEY,
                    repository TEXT NOT NULL UNIQUE,
                    served INTEGER NOT NULL DEFAULT 0,
                    fronts_0 INTEGER NOT NULL DEFAULT 0 CHECK (fronts_0 >= 0),
                    fronts_1 INTEGER NOT NULL DEFAULT 0 CHECK (fronts_1 >= 0),
                    fronts_2 INTEGER NOT NULL DEFAULT 0 CHECK (fronts_2 >= 0)
                ) STRICT;
                CREATE INDEX lanes_by_turn ON lanes (served);
                CREATE INDEX lanes_0 ON lanes (served) WHERE fronts_0 > 0;
                CREATE INDEX lanes_1 ON lanes (served) WHERE fronts_1 > 0;
                CREATE INDEX lanes_2 ON lanes (served) WHERE fronts_2 > 0;
                CREATE TRIGGER jobs_in_lanes AFTER UPDATE OF front, class ON jobs
                WHEN OLD.front <> NEW.front OR (NEW.front = 1 AND OLD.class <> NEW.class)
                BEGIN
                    UPDATE lanes SET
                        fronts_0 = fronts_0 + (NEW.front = 1 AND NEW.class = 0) - (OLD.front = 1 AND OLD.class = 0),
                        fronts_1 = fronts_1 + (NEW.front = 1 AND NEW.class = 1) - (OLD.front = 1 AND OLD.class = 1),
                        fronts_2 = fronts_2 + (NEW.front = 1 AND NEW.class = 2) - (OLD.front = 1 AND OLD.class = 2)
                    WHERE repository = NEW.repository;
                END;

                CREATE TABLE deliveries (
                    id TEXT PRIMARY KEY,
                    event TEXT NOT NULL,
                    action TEXT,
                    received_at INTEGER NOT NULL,
                    accepted_at INTEGER NOT NULL,
                    job INTEGER REFERENCES jobs (id),
                    -- Why there is no job.
                    ignored TEXT,
                    CHECK ((job IS NULL) <> (ignored IS NULL))
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX deliveries_by_job ON deliveries (job) WHERE job IS NOT NULL;
                CREATE INDEX deliveries_by_age ON deliveries (accepted_at);
                -- A delivery ends as its job does: there is no second figure that could differ.
                CREATE VIEW delivery_outcomes AS
                    SELECT deliveries.*, coalesce(jobs.state, 'ignored') AS outcome,
                        coalesce(deliveries.ignored, jobs.reason) AS reason
                    FROM deliveries LEFT JOIN jobs ON jobs.id = deliveries.job;

                CREATE TABLE pauses (
                    -- Empty: everything.
                    repository TEXT PRIMARY KEY,
                    label TEXT,
                    since INTEGER NOT NULL,
                    paused_by TEXT NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
    }

    /// Fewer places to write to when a delivery comes: what only operators ask for, what is asked of open jobs alone, and
    /// what is asked when the clock was put back needs no index over all jobs.
    static func slimQueue(_ database: Database) throws {
        try database.execute(
            sql: """
                DROP INDEX jobs_by_change;
                DROP INDEX jobs_by_repository;
                DROP INDEX jobs_by_state;
                DROP INDEX jobs_open;
                DROP INDEX jobs_ended;
                DROP INDEX jobs_put_to_wait;
                CREATE TRIGGER jobs_make_lanes AFTER INSERT ON jobs
                BEGIN
                    INSERT OR IGNORE INTO lanes (repository) VALUES (NEW.repository);
                END;
                CREATE INDEX jobs_open ON jobs (change, kind, state) WHERE ended_at IS NULL;
                CREATE INDEX jobs_ended ON jobs (state, id, ended_at) WHERE ended_at IS NOT NULL;
                """)
    }
}
