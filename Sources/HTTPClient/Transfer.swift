import CCurl
import Glibc

/// One request on its way. Lives on the event thread only, as the user data of its libcurl handle's callbacks.
final class Transfer {
    let id: TransferID
    let request: PreparedRequest
    let easy: UnsafeMutableRawPointer
    private let receiver: Receiver
    private let startedAt = monotonicSeconds()
    private let fields: UnsafeMutablePointer<curl_slist>?
    /// libcurl reads the body from here; it does not copy it.
    private let body: UnsafeMutableRawBufferPointer

    private var reader = HeadReader()
    private var head: HTTPHead?
    private var headerBytes = 0
    private var answer: [UInt8] = []
    private var bodyBytes = 0
    private var firstByteAt: Double?

    /// The request was handed to the connection: from here on bytes of it may have left.
    private(set) var mayBeSent = false
    private var isHeld = false
    private var lastActivity = 0.0
    private var moved: (down: curl_off_t, up: curl_off_t) = (0, 0)

    private var openedSockets = 0
    private var isConnectionCounted = false
    private var refusedSockets = 0
    private var isFresh = false
    private var wantsFreshConnection = false
    private var addedAt = monotonicSeconds()
    /// When the look-up of the name began, or the connection: before that, the transfer waits for a free connection.
    private var connectingSince: Double?
    /// Why a callback gave the transfer up.
    private var failure: (kind: HTTPError.Kind, message: String)?

    init?(_ id: TransferID, _ request: PreparedRequest, _ receiver: Receiver, _ options: TransferOptions) {
        guard let easy = curl_easy_init() else { return nil }
        self.id = id
        self.request = request
        self.receiver = receiver
        self.easy = easy
        // One byte more, so that an empty body has a place too.
        body = UnsafeMutableRawBufferPointer.allocate(byteCount: request.body.count + 1, alignment: 1)
        body.copyBytes(from: request.body)
        var list: UnsafeMutablePointer<curl_slist>?
        for field in request.fields {
            field.withUnsafeBytes { bytes in
                guard let text = bytes.bindMemory(to: CChar.self).baseAddress else { return }
                list = curl_slist_append(list, text) ?? list
            }
        }
        fields = list
        var isStream = false
        if case .stream = receiver { isStream = true }
        options.apply(to: easy, request, isStream: isStream)
        ccurl_set_list(easy, CURLOPT_HTTPHEADER, fields)
        if request.announcesLength {
            ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, body.baseAddress)
        }
        TransferCallbacks.install(on: easy, Unmanaged.passUnretained(self).toOpaque())
    }

    /// After the handle was taken out of the loop, once.
    func free() {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fields)
        body.deallocate()
    }

    // MARK: What libcurl tells

    /// One line of a head or of trailers; false gives the transfer up.
    func receive(line: UnsafeRawBufferPointer) -> Bool {
        touch()
        if firstByteAt == nil { firstByteAt = lastActivity }
        headerBytes += line.count
        guard headerBytes <= request.limits.maxHeaderBytes else {
            return fail(
                .headersTooLarge, "the head of the answer is larger than \(request.limits.maxHeaderBytes) bytes")
        }
        switch reader.feed(line) {
        case .more: return true
        case .malformed: return fail(.protocolError, "what \(request.destination) answered is not HTTP")
        case .head(let head): return accept(head)
        }
    }

    private func accept(_ head: HTTPHead) -> Bool {
        self.head = head
        let hasBody = request.method != "HEAD" && head.status != 204 && head.status != 304
        if hasBody, head["content-encoding"] == nil, let length = head["content-length"].flatMap({ Int($0) }),
            length > request.limits.maxBodyBytes
        {
            return failOnBody()
        }
        if case .stream(let channel) = receiver { channel.deliver(head, timings) }
        return true
    }

    enum Taking {
        case taken, held, givenUp
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> Taking {
        touch()
        guard head != nil else {
            _ = fail(.protocolError, "what \(request.destination) answered is not HTTP")
            return .givenUp
        }
        guard bytes.count <= max(0, request.limits.maxBodyBytes) - bodyBytes else {
            _ = failOnBody()
            return .givenUp
        }
        switch receiver {
        case .whole: answer.append(contentsOf: bytes)
        case .stream(let channel):
            guard bytes.isEmpty || channel.deliver(bytes) else {
                isHeld = true
                return .held
            }
        }
        bodyBytes += bytes.count
        return .taken
    }

    private func failOnBody() -> Bool {
        fail(
            .bodyTooLarge,
            "the answer of \(request.destination) is larger than the \(request.limits.maxBodyBytes) bytes allowed")
    }

    func progress(down: curl_off_t, up: curl_off_t) {
        guard moved != (down, up) else { return }
        moved = (down, up)
        touch()
    }

    func beginConnecting() {
        guard connectingSince == nil else { return }
        let now = monotonicSeconds()
        connectingSince = now
        TransferOptions.setConnectTime(easy, now - addedAt + max(0, request.limits.connectSeconds))
    }

    /// Whether a connection to that address may be tried.
    func mayOpen(_ address: IPAddress?) -> Bool {
        beginConnecting()
        openedSockets += 1
        // With a proxy the address is the proxy's, and the rule is `any`.
        if request.rule == .any || address.map(request.rule.allows) == true { return true }
        refusedSockets += 1
        return false
    }

    /// The last look before the request is handed to a connection, which may be one used before, for another rule.
    func mayProceed(to address: IPAddress?) -> Bool {
        guard request.rule == .any || address.map(request.rule.allows) == true else {
            if openedSockets == 0, !isFresh {
                wantsFreshConnection = true
                return false
            }
            return fail(.forbiddenAddress, Self.forbidden(request))
        }
        // libcurl sends again when a kept connection breaks before an answer begins. Whether the server did the work
        // nobody knows (RFC 9110, 9.2.2).
        guard !mayBeSent || request.isSafe else {
            return fail(.connectionLost, "the connection to \(request.destination) broke before an answer began")
        }
        mayBeSent = true
        touch()
        return true
    }

    private func touch() {
        lastActivity = monotonicSeconds()
    }

    private func fail(_ kind: HTTPError.Kind, _ message: String) -> Bool {
        if failure == nil { failure = (kind, message) }
        return false
    }

    // MARK: What the event thread asks

    /// Nothing was sent, and what ended the transfer was no failure of it: the only connection there is leads to an
    /// address of the wrong class, or libcurl (from 8.14 on) took waiting for a connection for connecting.
    func wantsAnotherStart(after status: CURLcode) -> Bool {
        guard !mayBeSent, failure == nil else { return false }
        return wantsFreshConnection || status == CURLE_OPERATION_TIMEDOUT && connectingSince == nil
    }

    func prepareAnotherStart() {
        addedAt = monotonicSeconds()
        connectingSince = nil
        guard wantsFreshConnection else { return }
        wantsFreshConnection = false
        isFresh = true
        ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
    }

    /// True once, when the transfer has a connection that it opened itself.
    func takeOpenedConnection() -> Bool {
        guard mayBeSent, openedSockets > 0, !isConnectionCounted else { return false }
        isConnectionCounted = true
        return true
    }

    /// Lets a held transfer go on; it may be held again at once.
    func resume() -> CURLcode {
        guard isHeld else { return CURLE_OK }
        isHeld = false
        touch()
        return curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    private var totalDeadline: Double { startedAt + max(0, request.limits.totalSeconds) }
    private var idleDeadline: Double {
        mayBeSent && !isHeld ? lastActivity + max(0, request.limits.idleSeconds) : .infinity
    }
    private var connectDeadline: Double {
        guard !mayBeSent, let connectingSince else { return .infinity }
        return connectingSince + max(0, request.limits.connectSeconds)
    }

    /// No later than the first moment at which the transfer can be late, whatever begins until then.
    var nextDeadline: Double {
        let unbegun = monotonicSeconds() + max(0.001, min(request.limits.connectSeconds, request.limits.idleSeconds))
        return min(totalDeadline, idleDeadline, connectDeadline, unbegun)
    }

    func lateness(_ now: Double) -> HTTPError? {
        // Written so that a time which is no number is over.
        if !(now < totalDeadline) {
            return HTTPError(
                .timeout(.total), wasSent: mayBeSent,
                "no whole answer from \(request.destination) within \(CurlText.seconds(request.limits.totalSeconds))")
        }
        if !(now < connectDeadline) { return error(CURLE_OPERATION_TIMEDOUT) }
        if !(now < idleDeadline) {
            return HTTPError(
                .timeout(.idle), wasSent: mayBeSent,
                "nothing came from \(request.destination) for \(CurlText.seconds(request.limits.idleSeconds))")
        }
        return nil
    }

    /// Nil when the answer is whole.
    func outcome(_ status: CURLcode) -> HTTPError? {
        guard status == CURLE_OK else { return error(status) }
        return head == nil ? headless : nil
    }

    /// For libcurl a head that breaks off is an answer without a body.
    private var headless: HTTPError {
        HTTPError(
            .connectionLost, wasSent: mayBeSent,
            "the connection to \(request.destination) broke in the head of its answer")
    }

    func error(_ status: CURLcode) -> HTTPError {
        if let failure { return HTTPError(failure.kind, wasSent: mayBeSent, failure.message) }
        if status == CURLE_COULDNT_CONNECT, refusedSockets > 0, refusedSockets == openedSockets {
            return HTTPError(.forbiddenAddress, wasSent: mayBeSent, Self.forbidden(request))
        }
        return TransferFailure.error(status, easy, request, mayBeSent: mayBeSent, hasHead: head != nil)
    }

    private static func forbidden(_ request: PreparedRequest) -> String {
        let wanted = request.rule == .privateOnly ? "a private or loopback" : "a public"
        return "\(request.destination) does not resolve to \(wanted) address, and no other is allowed"
    }

    var timings: HTTPTimings {
        var timings = HTTPTimings()
        if openedSockets > 0 {
            timings.nameLookup = time(CURLINFO_NAMELOOKUP_TIME_T)
            timings.connect = time(CURLINFO_CONNECT_TIME_T)
            timings.tls = time(CURLINFO_APPCONNECT_TIME_T)
        }
        timings.firstByte = firstByteAt.map { $0 - startedAt } ?? 0
        timings.total = monotonicSeconds() - startedAt
        return timings
    }

    private func time(_ info: CURLINFO) -> Double {
        var microseconds: curl_off_t = 0
        ccurl_get_time(easy, info, &microseconds)
        return Double(microseconds) / 1e6
    }

    /// Tells the receiver how it ended; the last thing done with a transfer.
    func report(_ error: HTTPError?, _ timings: HTTPTimings) {
        switch receiver {
        case .stream(let channel): channel.finish(error, timings)
        case .whole(let continuation):
            if let head, error == nil {
                continuation.resume(returning: .success(HTTPResponse(head: head, body: answer, timings: timings)))
            } else {
                continuation.resume(returning: .failure(error ?? headless))
            }
        }
    }
}
