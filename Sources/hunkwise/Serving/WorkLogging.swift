import Domain
import Server

/// What jobs do, as lines of the log and as figures.
enum WorkLogging {
    static func write(_ event: WorkEvent, _ log: ServiceLog, _ metrics: ServiceMetrics) {
        if event.what == WorkEvent.published { metrics.reviewDelay.observe(event.age) }
        for (severity, count) in event.told { metrics.findings.add([severity.rawValue], UInt64(count)) }
        if let kind = event.forgeError { metrics.forgeErrors.add([kind]) }
        log.event(
            event.isWarning ? .warning : .info, "job.step", context(event.job, event.change, review: event.review),
            ["what": .text(event.what), "age": .seconds(event.age)])
    }

    static func write(_ event: Workers.Event, _ log: ServiceLog, _ metrics: ServiceMetrics) {
        switch event {
        case .began(let job):
            log.event(
                .info, "job.began", context(job.id, job.request.label),
                ["kind": .text(job.request.kind.rawValue), "attempt": .number(Int64(job.attempts))])
        case .ended(let job, let end, let seconds):
            metrics.jobSeconds.observe(seconds, [job.request.kind.rawValue])
            let (outcome, reason): (String, String?) =
                switch end {
                case .ended(let state, let reason): (state.rawValue, reason)
                case .later(_, let reason, _): ("later", reason)
                }
            metrics.jobsEnded.add([job.request.kind.rawValue, outcome])
            log.event(
                outcome == "dead" ? .error : .info, "job.ended", context(job.id, job.request.label),
                [
                    "kind": .text(job.request.kind.rawValue), "outcome": .text(outcome), "reason": .text(reason ?? ""),
                    "seconds": .seconds(seconds),
                ])
        case .storeFailed(let problem):
            metrics.storeErrors.add()
            log.event(.error, "store.failed", LogContext(), ["problem": .text(problem)])
        }
    }

    /// - Parameter label: "acme/shop#12".
    private static func context(_ job: Int64, _ label: String, review: String? = nil) -> LogContext {
        let parts = label.split(separator: "#", maxSplits: 1)
        return LogContext(
            job: job, review: review, repository: parts.first.flatMap { RepositoryName($0) },
            number: parts.count > 1 ? Int(parts[1]) : nil)
    }
}
