package import Domain
import Glibc

/// What the service counts. Labels have few values, known beforehand: no repository, person or delivery is one.
package final class ServiceMetrics: Sendable {
    package let deliveries = Counter(
        "hunkwise_deliveries_total", "Authentic deliveries by event and what became of them.",
        labels: ["event", "outcome"])
    package let refused = Counter(
        "hunkwise_requests_refused_total", "Requests to the intake that were refused, by HTTP status.",
        labels: ["status"])
    package let unserved = Counter(
        "hunkwise_deliveries_unserved_total", "Authentic deliveries of repositories that are not served.")
    package let intakeSeconds = Histogram(
        "hunkwise_intake_seconds", "From a delivery's head to its answer, stored durably in between.",
        bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10])
    package let jobsEnded = Counter(
        "hunkwise_jobs_ended_total", "Jobs by kind and how they ended; later: given back to be tried again.",
        labels: ["kind", "outcome"])
    package let jobSeconds = Histogram(
        "hunkwise_job_seconds", "From a job's beginning to its end.", labels: ["kind"],
        bounds: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800])
    package let reviewDelay = Histogram(
        "hunkwise_review_delay_seconds", "From the delivery that asked for a review to its publication.",
        bounds: [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600])
    package let findings = Counter(
        "hunkwise_findings_total", "Findings told, by severity.", labels: ["severity"])
    package let forgeErrors = Counter(
        "hunkwise_forge_errors_total", "Requests to the forge that failed for good, by kind.", labels: ["kind"])
    package let storeErrors = Counter("hunkwise_store_errors_total", "Times the store did not do what was asked.")
    package let reloads = Counter(
        "hunkwise_configuration_reloads_total", "Times the configuration was read anew, by result.",
        labels: ["result"])

    private let startedAt: Instant

    package init(startedAt: Instant) {
        self.startedAt = startedAt
    }

    /// - Parameter gauges: Figures of the moment that are kept elsewhere: jobs, money.
    package func text(_ gauges: [Gauge]) -> String {
        var out = PrometheusText()
        for counter in [
            deliveries, refused, unserved, jobsEnded, findings, forgeErrors, storeErrors, reloads,
        ] {
            out.add(counter)
        }
        for histogram in [intakeSeconds, jobSeconds, reviewDelay] { out.add(histogram) }
        for gauge in gauges { out.add(gauge) }
        out.add(
            Gauge(
                "process_start_time_seconds", "When the service started, in seconds since 1970.", startedAt.unixSeconds)
        )
        if let bytes = Self.residentBytes() {
            out.add(Gauge("process_resident_memory_bytes", "Memory in use.", bytes))
        }
        return out.text
    }

    /// Jobs by state, for `text`.
    package static func jobs(_ counts: [JobState: Int]) -> Gauge {
        Gauge(
            "hunkwise_jobs", "Jobs in the store by state.", labels: ["state"],
            values: JobState.allCases.map { ([$0.rawValue], String(counts[$0] ?? 0)) })
    }

    /// Source: man 5 proc, /proc/pid/statm.
    static func residentBytes() -> Int? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let words = String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ")
        guard words.count > 1, let pages = Int(words[1]) else { return nil }
        return pages.multipliedReportingOverflow(by: sysconf(Int32(_SC_PAGESIZE))).partialValue
    }
}
