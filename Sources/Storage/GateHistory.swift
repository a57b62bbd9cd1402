package import Domain
import GRDB

/// What became of a finding.
package enum FindingOutcome: String, CaseIterable, Sendable {
    /// Shown to people.
    case published
    /// Left out by a floor, a cap or because it was reported before.
    case withheld
    /// A gate dropped it.
    case rejected
    /// A stronger model agreed, or did not.
    case confirmed, contradicted
    /// People acted on it, or said that it is wrong.
    case applied, resolved, dismissed
}

/// Where findings or verdicts come from.
package struct AnswerOrigin: Sendable, Hashable {
    package var review: String
    /// The provider entry's name; empty for the static rules.
    package var provider: String
    package var model: String
    package var category: Category

    package init(review: String, provider: String, model: String, category: Category) {
        self.review = review
        self.provider = provider
        self.model = model
        self.category = category
    }
}

/// How often a gate came to an outcome with a model's answers.
package struct GateTotal: Sendable, Hashable {
    package var provider: String
    package var model: String
    package var category: String
    package var gate: String
    package var outcome: String
    package var reason: String?
    package var count: Int
}

/// How often findings of a model came to an outcome.
package struct FindingTotal: Sendable, Hashable {
    package var provider: String
    package var model: String
    package var category: String
    package var outcome: FindingOutcome
    package var count: Int
}

extension ReviewHistory {
    package func record(_ counts: [GateCount], of origin: AnswerOrigin, at instant: Instant) async throws(StoreError) {
        try await store.write { database in
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO gate_verdicts (at, review, provider, model, category, gate, outcome, reason, count)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for entry in counts {
                try statement.execute(
                    arguments: [
                        instant.milliseconds, origin.review, origin.provider, origin.model, origin.category.rawValue,
                        entry.verdict.gate.rawValue, entry.verdict.outcome.rawValue, entry.verdict.reason, entry.count,
                    ])
            }
        }
    }

    /// - Parameter identity: the finding's identity.
    package func record(
        _ outcomes: [(identity: String, outcome: FindingOutcome)], of origin: AnswerOrigin, at instant: Instant
    ) async throws(StoreError) {
        try await store.write { database in
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO finding_outcomes (at, review, provider, model, category, identity, outcome)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """)
            for (identity, outcome) in outcomes {
                try statement.execute(
                    arguments: [
                        instant.milliseconds, origin.review, origin.provider, origin.model, origin.category.rawValue,
                        identity, outcome.rawValue,
                    ])
            }
        }
    }

    package func gateTotals(since: Instant) async throws(StoreError) -> [GateTotal] {
        try await store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT provider, model, category, gate, outcome, reason, sum(count) AS count FROM gate_verdicts
                    WHERE at >= ? GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
                    """,
                arguments: [since.milliseconds]
            ).map {
                GateTotal(
                    provider: $0["provider"], model: $0["model"], category: $0["category"], gate: $0["gate"],
                    outcome: $0["outcome"], reason: $0["reason"], count: $0["count"])
            }
        }
    }

    package func findingTotals(since: Instant) async throws(StoreError) -> [FindingTotal] {
        try await store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT provider, model, category, outcome, count(*) AS count FROM finding_outcomes
                    WHERE at >= ? GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
                    """,
                arguments: [since.milliseconds]
            ).compactMap { row in
                guard let outcome = FindingOutcome(rawValue: row["outcome"]) else { return nil }
                return FindingTotal(
                    provider: row["provider"], model: row["model"], category: row["category"], outcome: outcome,
                    count: row["count"])
            }
        }
    }
}
