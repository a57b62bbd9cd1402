import Domain
import Logging

/// Puts what libraries say into the service's log, from warnings upwards: below that they tell of every connection.
struct LibraryLogHandler: LogHandler {
    let log: ServiceLog
    let label: String
    var logLevel: Logger.Level = .warning
    var metadata: Logger.Metadata = [:]

    init(log: ServiceLog, label: String) {
        self.log = log
        self.label = label
    }

    static func logger(_ log: ServiceLog, label: String) -> Logger {
        Logger(label: label) { LibraryLogHandler(log: log, label: $0) }
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let level: LogLevel =
            switch event.level {
            case .trace, .debug: .debug
            case .info, .notice: .info
            case .warning: .warning
            case .error, .critical: .error
            }
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        log.library(
            level, label, event.message.description, all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") })
    }
}
