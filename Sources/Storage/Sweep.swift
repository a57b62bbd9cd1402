package import Domain
import GRDB

/// What a sweep has removed.
package struct SweepReport: Sendable, Hashable {
    package var answers = 0
    package var deliveries = 0
    package var jobs = 0
    package var changes = 0
    package var publications = 0
}

extension Store {
    /// Deliveries, ended jobs and answers, in seconds: thirty days.
    package static let shortRetention = 2_592_000.0
    /// The memory of changes and publications, after they were last written to, in seconds: ninety days.
    package static let longRetention = 7_776_000.0

    /// Forgets what is past its time: answers, deliveries and ended jobs after thirty days, the memory of changes and
    /// publications after ninety. What is still to be done stays however old it is, and so do the ledger, the audit log
    /// and the history of reviews.
    ///
    /// In many small transactions, so that others come to their turn.
    package func sweep(now: Instant) async throws(StoreError) -> SweepReport {
        let short = now.advanced(bySeconds: -Self.shortRetention)
        let long = now.advanced(bySeconds: -Self.longRetention)
        var report = SweepReport()
        report.answers = try await remove(
            "DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE stored_at < ? LIMIT 500)", short)
        report.deliveries = try await remove(
            """
            DELETE FROM deliveries WHERE id IN (
                SELECT deliveries.id FROM deliveries LEFT JOIN jobs ON jobs.id = deliveries.job
                WHERE accepted_at < ? AND (deliveries.job IS NULL OR jobs.ended_at IS NOT NULL)
                ORDER BY accepted_at LIMIT 500)
            """, short)
        report.jobs = try await remove(
            """
            DELETE FROM jobs WHERE id IN (
                SELECT id FROM jobs WHERE ended_at IS NOT NULL AND ended_at < ?
                    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.job = jobs.id)
                LIMIT 500)
            """, short)
        _ = try await remove(
            """
            DELETE FROM lanes WHERE id IN (
                SELECT id FROM lanes WHERE ? IS NOT NULL
                    AND repository NOT IN (SELECT repository FROM jobs) LIMIT 500)
            """, short)
        // What belongs to a change first, as there may be much of it.
        _ = try await remove(
            """
            DELETE FROM reviewed_hunks WHERE (change, key) IN (
                SELECT change, key FROM reviewed_hunks
                WHERE change IN (SELECT id FROM changes WHERE touched_at < ?) LIMIT 500)
            """, long)
        _ = try await remove(
            """
            DELETE FROM reported_findings WHERE id IN (
                SELECT id FROM reported_findings WHERE change IN (SELECT id FROM changes WHERE touched_at < ?) LIMIT 500)
            """, long)
        report.changes = try await remove(
            "DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE touched_at < ? LIMIT 500)", long)
        report.publications = try await remove(
            """
            DELETE FROM publications WHERE key IN (
                SELECT key FROM publications WHERE changed_at < ? AND state <> 'pending' LIMIT 50)
            """, long)
        _ = try await remove(
            """
            DELETE FROM publication_steps WHERE (key, step) IN (
                SELECT key, step FROM publication_steps WHERE at < ?
                    AND NOT EXISTS (SELECT 1 FROM publications WHERE publications.key = publication_steps.key)
                LIMIT 500)
            """, long)
        _ = try await remove(
            "DELETE FROM takings WHERE id IN (SELECT id FROM takings WHERE at < ? LIMIT 500)",
            now.advanced(bySeconds: -Takings.longestSpan))
        return report
    }

    /// Repeats a statement that removes a few rows until there are none left.
    private func remove(_ sql: String, _ cutoff: Instant) async throws(StoreError) -> Int {
        var removed = 0
        while true {
            let count = try await write { database in
                try database.cachedStatement(sql: sql).execute(arguments: [cutoff.milliseconds])
                return database.changesCount
            }
            if count == 0 { return removed }
            removed += count
        }
    }
}
