import Dispatch
import Glibc
import Synchronization

/// When the service is to end: SIGTERM or SIGINT.
struct Ending: Sendable {
    private let stream: AsyncStream<Void>

    init() {
        stream = Signals.stream([SIGTERM, SIGINT])
    }

    func wait() async {
        for await _ in stream { return }
    }
}

/// When and how the configuration is read anew: on SIGHUP, from the same place.
struct Reloading: Sendable {
    let requests: AsyncStream<Void>
    let setup: @Sendable () throws(Failure) -> Setup

    init(_ options: ConfigurationOptions) {
        requests = Signals.stream([SIGHUP])
        let path = options.path
        setup = { () throws(Failure) in
            var options = ConfigurationOptions()
            options.path = path
            return try options.load()
        }
    }
}

enum Signals {
    /// One element for each time one of the signals comes. They no longer end the process.
    static func stream(_ signals: [Int32]) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let sources = signals.map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number)
                source.setEventHandler { continuation.yield() }
                source.resume()
                return SignalSource(source: source)
            }
            continuation.onTermination = { _ in for source in sources { source.source.cancel() } }
        }
    }

    /// Invariant: once it is resumed, nothing but `cancel` is done with the source, and that may be called on any thread, as
    /// Dispatch synchronises it.
    private struct SignalSource: @unchecked Sendable {
        let source: any DispatchSourceSignal
    }
}
