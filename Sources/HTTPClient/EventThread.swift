import CCurl

/// All transfers of a client, moved by one thread. Made on that thread and never seen by another: libcurl's handles and
/// its callbacks need no lock.
final class EventThread {
    private let loop: EventLoop
    private let multi: UnsafeMutableRawPointer
    private let options: TransferOptions
    private var transfers: [TransferID: Transfer] = [:]
    private var admission: Admission
    /// When some transfer may be out of time: no later than the first that is.
    private var nextDeadline = Double.infinity

    init(_ loop: EventLoop, _ multi: EventLoop.Multi) {
        self.loop = loop
        self.multi = multi.pointer
        options = TransferOptions(loop.configuration)
        admission = Admission(idleConnectionSeconds: loop.configuration.idleConnectionSeconds)
    }

    func run() {
        while true {
            let (commands, isClosed) = loop.takeCommands()
            for command in commands { obey(command) }
            // No request is left after this: the loop takes none once it is closed.
            if isClosed { break }
            var running: Int32 = 0
            let status = curl_multi_perform(multi, &running)
            reap()
            for transfer in admission.next() { add(transfer) }
            if status != CURLM_OK { failAll("libcurl failed: \(CurlText.message(curl_multi_strerror(status)))") }
            let now = monotonicSeconds()
            if now >= nextDeadline { endLate(now) }
            curl_multi_poll(multi, nil, 0, waitingTime(now), nil)
        }
        failAll("the HTTP client was shut down")
        loop.takeBackMulti()
        curl_multi_cleanup(multi)
    }

    private func obey(_ command: EventLoop.Command) {
        switch command {
        case .start(let id, let request, let receiver): start(id, request, receiver)
        case .cancel(let id):
            guard let transfer = transfers[id] else { return }
            end(transfer, HTTPError(.cancelled, wasSent: transfer.mayBeSent, "cancelled"))
        case .resume(let id):
            guard let transfer = transfers[id] else { return }
            let status = transfer.resume()
            if status != CURLE_OK { end(transfer, transfer.error(status)) }
        }
    }

    private func start(_ id: TransferID, _ request: PreparedRequest, _ receiver: Receiver) {
        guard let transfer = Transfer(id, request, receiver, options) else {
            receiver.fail(HTTPError(.closed, wasSent: false, "libcurl has no room for another transfer"))
            return
        }
        if let error = transfer.lateness(monotonicSeconds()) {
            transfer.free()
            receiver.fail(error)
            return
        }
        transfers[id] = transfer
        nextDeadline = min(nextDeadline, transfer.nextDeadline)
        if admission.admits(transfer) { add(transfer) }
    }

    private func add(_ transfer: Transfer) {
        let status = curl_multi_add_handle(multi, transfer.easy)
        guard status != CURLM_OK else { return }
        end(transfer, HTTPError(.closed, wasSent: false, "libcurl did not take another transfer"))
    }

    /// Takes out what libcurl is done with.
    private func reap() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // The message is gone once its handle is taken out.
            let status = message.pointee.data.result
            var pointer: UnsafeMutableRawPointer?
            ccurl_get_pointer(easy, CURLINFO_PRIVATE, &pointer)
            guard let pointer else { continue }
            let transfer = Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
            if transfer.wantsAnotherStart(after: status) {
                curl_multi_remove_handle(multi, easy)
                transfer.prepareAnotherStart()
                if curl_multi_add_handle(multi, easy) == CURLM_OK { continue }
            }
            end(transfer, transfer.outcome(status))
        }
    }

    private func endLate(_ now: Double) {
        nextDeadline = .infinity
        for transfer in Array(transfers.values) {
            if let error = transfer.lateness(now) {
                end(transfer, error)
            } else {
                nextDeadline = min(nextDeadline, transfer.nextDeadline)
            }
        }
    }

    private func failAll(_ message: String) {
        for transfer in Array(transfers.values) {
            end(transfer, HTTPError(.closed, wasSent: transfer.mayBeSent, message))
        }
    }

    /// The one place where a transfer ends: everything of it is given back before anybody hears of it.
    private func end(_ transfer: Transfer, _ error: HTTPError?) {
        transfers[transfer.id] = nil
        let timings = transfer.timings
        if admission.remove(transfer) { curl_multi_remove_handle(multi, transfer.easy) }
        transfer.free()
        transfer.report(error, timings)
    }

    /// Milliseconds; libcurl shortens it to its own next need.
    private func waitingTime(_ now: Double) -> Int32 {
        // Rounded up: waking too early would spin.
        Int32(min(60_000, max(0, ((nextDeadline - now) * 1000).rounded(.up))))
    }
}
