import CCurl
import Glibc
import Synchronization

typealias TransferID = UInt64

/// Who gets an answer.
enum Receiver: Sendable {
    case whole(CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>)
    case stream(StreamChannel)

    func fail(_ error: HTTPError) {
        switch self {
        case .whole(let continuation): continuation.resume(returning: .failure(error))
        case .stream(let channel): channel.finish(error, HTTPTimings())
        }
    }
}

/// The side of the event thread that others see: they leave commands, and wake it.
final class EventLoop: Sendable {
    enum Command: Sendable {
        case start(TransferID, PreparedRequest, Receiver)
        case cancel(TransferID)
        /// The reader of a held body has room again.
        case resume(TransferID)
    }

    /// Unchecked, because a pointer is not Sendable: off the event thread it is given to `curl_multi_wakeup` only, which
    /// libcurl allows from any thread, and only under the lock under which the event thread also takes it back.
    struct Multi: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private struct State {
        var multi: Multi?
        var commands: [Command] = []
        var isWoken = false
        var isClosed = false
    }

    private let limits: (connections: Int, connectionsPerHost: Int)
    let configuration: HTTPClientConfiguration
    private let state = Mutex(State())
    private let lastID = Atomic<TransferID>(0)

    init(_ configuration: HTTPClientConfiguration) {
        self.configuration = configuration
        limits = (max(1, configuration.maxConnections), max(1, configuration.maxConnectionsPerHost))
    }

    func newID() -> TransferID { lastID.add(1, ordering: .relaxed).newValue }

    /// Takes the receiver over: it gets an end in every case.
    func start(_ id: TransferID, _ request: PreparedRequest, _ receiver: Receiver) {
        let refusal = state.withLock { state -> String? in
            guard !state.isClosed else { return "the HTTP client was shut down" }
            guard state.multi != nil || begin(&state) else {
                return "libcurl \(CurlLibrary.version) or its thread could not be started"
            }
            leave(.start(id, request, receiver), &state)
            return nil
        }
        guard let refusal else { return }
        receiver.fail(HTTPError(.closed, wasSent: false, refusal))
    }

    func cancel(_ id: TransferID) {
        state.withLock { leave(.cancel(id), &$0) }
    }

    func resume(_ id: TransferID) {
        state.withLock { leave(.resume(id), &$0) }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            wake(&state)
        }
    }

    // MARK: The event thread's side

    func takeCommands() -> (commands: [Command], isClosed: Bool) {
        state.withLock { state in
            var commands: [Command] = []
            swap(&commands, &state.commands)
            state.isWoken = false
            return (commands, state.isClosed)
        }
    }

    /// The last thing the event thread does before it frees the handle: nobody wakes it after this.
    func takeBackMulti() {
        state.withLock { $0.multi = nil }
    }

    // MARK: Under the lock

    private func leave(_ command: Command, _ state: inout State) {
        guard state.multi != nil else { return }
        state.commands.append(command)
        wake(&state)
    }

    private func wake(_ state: inout State) {
        guard let multi = state.multi, !state.isWoken else { return }
        state.isWoken = true
        curl_multi_wakeup(multi.pointer)
    }

    private func begin(_ state: inout State) -> Bool {
        guard CurlLibrary.isReady, let pointer = curl_multi_init() else { return false }
        let multi = Multi(pointer: pointer)
        ccurl_multi_set_long(pointer, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        ccurl_multi_set_long(pointer, CURLMOPT_MAX_TOTAL_CONNECTIONS, limits.connections)
        ccurl_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, limits.connectionsPerHost)
        // Else libcurl keeps four for each transfer under way, and forgets the warm ones as a burst ends.
        ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, limits.connections)
        // The server's own limit counts, not libcurl's hundred.
        ccurl_multi_set_long(pointer, CURLMOPT_MAX_CONCURRENT_STREAMS, 1000)
        guard startThread(multi) else {
            curl_multi_cleanup(pointer)
            return false
        }
        state.multi = multi
        return true
    }

    private func startThread(_ multi: Multi) -> Bool {
        let start = Unmanaged.passRetained(ThreadStart(loop: self, multi: multi))
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        // Signals are for others; a broken pipe is an error code here.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
                EventThread(start.loop, start.multi).run()
                return nil
            }, start.toOpaque())
        pthread_sigmask(SIG_SETMASK, &before, nil)
        if status != 0 { start.release() }
        return status == 0
    }
}

private final class ThreadStart: Sendable {
    let loop: EventLoop
    let multi: EventLoop.Multi

    init(loop: EventLoop, multi: EventLoop.Multi) {
        self.loop = loop
        self.multi = multi
    }
}
