package import Domain
import GRDB

/// What a run of the probes made of a model.
package struct ProbeRecord: Sendable, Hashable {
    /// The provider entry's name.
    package var provider: String
    /// As sent.
    package var model: String
    /// Scheme, host and port of the endpoint: the same name elsewhere may be another model.
    package var endpoint: String
    package var at: Instant
    /// The versions of the probes and of the prompts.
    package var corpus: String
    package var promptVersion: String
    package var probes: Int
    package var usable: Int
    package var seeded: Int
    package var hits: Int
    package var clean: Int
    package var cleanAlarms: Int
    /// Thousandths, 0 to 1000.
    package var quality: Int

    package init(
        provider: String, model: String, endpoint: String, at: Instant, corpus: String, promptVersion: String,
        probes: Int, usable: Int, seeded: Int, hits: Int, clean: Int, cleanAlarms: Int, quality: Int
    ) {
        self.provider = provider
        self.model = model
        self.endpoint = endpoint
        self.at = at
        self.corpus = corpus
        self.promptVersion = promptVersion
        self.probes = probes
        self.usable = usable
        self.seeded = seeded
        self.hits = hits
        self.clean = clean
        self.cleanAlarms = cleanAlarms
        self.quality = quality
    }
}

extension Schema {
    /// What `models probe` found; the latest run of a model is the one that counts.
    static func makeProbes(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE probes (
                    id INTEGER PRIMARY KEY,
                    provider TEXT NOT NULL,
                    model TEXT NOT NULL,
                    endpoint TEXT NOT NULL,
                    at INTEGER NOT NULL,
                    corpus TEXT NOT NULL,
                    prompt_version TEXT NOT NULL,
                    probes INTEGER NOT NULL,
                    usable INTEGER NOT NULL,
                    seeded INTEGER NOT NULL,
                    hits INTEGER NOT NULL,
                    clean INTEGER NOT NULL,
                    clean_alarms INTEGER NOT NULL,
                    quality INTEGER NOT NULL CHECK (quality BETWEEN 0 AND 1000)
                ) STRICT;
                CREATE INDEX probes_by_model ON probes (provider, model, endpoint, at);
                """)
    }
}

extension ReviewHistory {
    package func record(_ probe: ProbeRecord) async throws(StoreError) {
        try await store.write { database in
            try database.execute(
                sql: """
                    INSERT INTO probes (provider, model, endpoint, at, corpus, prompt_version, probes, usable, seeded,
                        hits, clean, clean_alarms, quality)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    probe.provider, probe.model, probe.endpoint, probe.at.milliseconds, probe.corpus,
                    probe.promptVersion, probe.probes, probe.usable, probe.seeded, probe.hits, probe.clean,
                    probe.cleanAlarms, probe.quality,
                ])
        }
    }

    /// The latest run of each model.
    package func latestProbes() throws(StoreError) -> [ProbeRecord] {
        do {
            return try store.pool.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT * FROM probes WHERE id IN (SELECT max(id) FROM probes GROUP BY provider, model, endpoint)
                        """
                ).map { row in
                    ProbeRecord(
                        provider: row["provider"], model: row["model"], endpoint: row["endpoint"],
                        at: Instant(milliseconds: row["at"]), corpus: row["corpus"],
                        promptVersion: row["prompt_version"], probes: row["probes"], usable: row["usable"],
                        seeded: row["seeded"], hits: row["hits"], clean: row["clean"],
                        cleanAlarms: row["clean_alarms"], quality: row["quality"])
                }
            }
        } catch {
            throw StoreError(error, path: store.path)
        }
    }
}
