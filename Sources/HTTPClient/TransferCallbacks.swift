import CCurl
import Glibc

/// The functions libcurl calls, on the event thread, with the transfer as their user data. None keeps a pointer it was
/// given, and none waits.
enum TransferCallbacks {
    static func install(on easy: UnsafeMutableRawPointer, _ transfer: UnsafeMutableRawPointer) {
        ccurl_set_pointer(easy, CURLOPT_PRIVATE, transfer)
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, transfer)
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, transfer)
        ccurl_set_pointer(easy, CURLOPT_XFERINFODATA, transfer)
        ccurl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, transfer)
        ccurl_set_pointer(easy, CURLOPT_RESOLVER_START_DATA, transfer)
        ccurl_set_pointer(easy, CURLOPT_PREREQDATA, transfer)
        ccurl_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, user in
            guard let transfer = find(user) else { return 0 }
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            // Anything but the number of bytes is a refusal.
            return transfer.receive(line: line) ? line.count : line.count &+ 1
        }
        ccurl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, user in
            guard let transfer = find(user) else { return 0 }
            let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
            return switch transfer.receive(body: piece) {
            case .taken: piece.count
            case .held: ccurl_pause()
            case .givenUp: piece.count &+ 1
            }
        }
        ccurl_set_long(easy, CURLOPT_NOPROGRESS, 0)
        ccurl_set_progress(easy) { user, _, down, _, up in
            find(user)?.progress(down: down, up: up)
            return 0
        }
        ccurl_set_open_socket(easy) { user, _, address in
            guard let transfer = find(user), let address, let bytes = ccurl_address(address) else {
                return ccurl_bad_socket()
            }
            let ip = IPAddress(socketAddress: bytes, length: Int(address.pointee.addrlen))
            guard transfer.mayOpen(ip) else { return ccurl_bad_socket() }
            // Not inherited by the programs this process starts.
            return socket(
                address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
                address.pointee.protocol)
        }
        ccurl_set_before_lookup(easy) { _, _, user in
            find(user)?.beginConnecting()
            return 0
        }
        ccurl_set_before_request(easy) { user, ip, _, _, _ in
            let address = ip.flatMap { IPAddress(String(cString: $0)) }
            return find(user)?.mayProceed(to: address) == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
    }
}

/// Not a method: a function that C calls may capture nothing, not even the type.
private func find(_ user: UnsafeMutableRawPointer?) -> Transfer? {
    user.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}
