package import Domain
import Glibc
import Synchronization

/// The service's log: one JSON object a line.
///
/// `{"time":"2026-11-21T10:00:00.123Z","level":"info","event":"delivery.queued","delivery":"6f1c…","job":12,…}`
package struct ServiceLog: Sendable {
    private let threshold: Live<LogLevel>
    private let clock: any WallClock
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameters:
    ///   - threshold: Lines below it are not written; it may change while the service runs.
    ///   - write: Gets whole lines, from any thread.
    package init(
        threshold: Live<LogLevel>, clock: any WallClock, write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.threshold = threshold
        self.clock = clock
        self.write = write
    }

    /// A log to standard error, for which a line is never broken by another.
    package static func standardError(threshold: Live<LogLevel>, clock: any WallClock) -> ServiceLog {
        let order = Mutex(())
        return ServiceLog(threshold: threshold, clock: clock) { line in
            order.withLock { _ in
                var rest = line[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
                    if count < 0, errno == EINTR { continue }
                    // Nobody reads the log: the service goes on without.
                    if count <= 0 { return }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    package func writes(_ level: LogLevel) -> Bool { level.rank >= threshold.value.rank }

    /// - Parameter event: What happened, "delivery.queued": names are part of the program, never of its input.
    package func event(
        _ level: LogLevel, _ event: StaticString, _ context: LogContext = LogContext(),
        _ values: KeyValuePairs<StaticString, LogValue> = [:]
    ) {
        guard writes(level) else { return }
        var line = start(level)
        line.add("event", event.description)
        if let delivery = context.delivery { line.add("delivery", delivery) }
        if let job = context.job { line.add("job", job) }
        if let review = context.review { line.add("review", review) }
        if let repository = context.repository { line.add("repository", repository.description) }
        if let number = context.number { line.add("number", number) }
        for (key, value) in values {
            switch value {
            case .text(let text): line.add(key, text)
            case .number(let number): line.add(key, number)
            case .seconds(let seconds): line.add(key, seconds: seconds)
            case .flag(let flag): line.add(key, flag)
            case .money(let money): line.add(key, money.usd)
            }
        }
        write(line.closed(withLineEnd: true))
    }

    /// A line of a library's, whose words are its own.
    func library(_ level: LogLevel, _ label: String, _ message: String, _ metadata: [(String, String)]) {
        guard writes(level) else { return }
        var line = start(level)
        line.add("event", "library")
        line.add("library", label)
        line.add("message", message)
        for (key, value) in metadata.prefix(16) { line.add(key, value) }
        write(line.closed(withLineEnd: true))
    }

    private func start(_ level: LogLevel) -> JSONLine {
        var line = JSONLine()
        line.add("time", LogTime.text(clock.now()))
        line.add("level", level.rawValue)
        return line
    }
}

extension LogLevel {
    fileprivate var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

/// A moment as RFC 3339 in UTC with milliseconds.
enum LogTime {
    static func text(_ instant: Instant) -> String {
        var seconds = time_t(instant.unixSeconds)
        let rest = instant.milliseconds - Int64(instant.unixSeconds) * 1000
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "" }
        func two(_ value: Int32) -> String { (value < 10 ? "0" : "") + String(value) }
        let milliseconds = String(rest)
        return "\(Int(parts.tm_year) + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T\(two(parts.tm_hour)):"
            + "\(two(parts.tm_min)):\(two(parts.tm_sec))."
            + String(repeating: "0", count: max(0, 3 - milliseconds.utf8.count)) + milliseconds + "Z"
    }
}
