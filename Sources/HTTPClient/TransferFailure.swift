import CCurl
import Glibc

/// What libcurl's error codes mean here.
enum TransferFailure {
    static func error(
        _ status: CURLcode, _ easy: UnsafeMutableRawPointer, _ request: PreparedRequest, mayBeSent: Bool, hasHead: Bool
    ) -> HTTPError {
        let place = request.proxy.map { "the proxy \($0.authority)" } ?? request.destination
        let reason = CurlText.message(curl_easy_strerror(status))
        switch status {
        // The second is also said of an answer in another version of HTTP.
        case CURLE_URL_MALFORMAT where !mayBeSent, CURLE_UNSUPPORTED_PROTOCOL where !mayBeSent:
            return HTTPError(.invalidURL, wasSent: mayBeSent, "libcurl does not take the address: \(reason)")
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return HTTPError(.nameLookup, wasSent: mayBeSent, "the name of \(place) could not be looked up")
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_INTERFACE_FAILED:
            return HTTPError(.connect, wasSent: mayBeSent, "no connection to \(place): \(systemError(easy) ?? reason)")
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CIPHER,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CRL_BADFILE:
            return HTTPError(.tls, wasSent: mayBeSent, "no TLS connection to \(request.destination): \(reason)")
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPError(
                .timeout(.connect), wasSent: mayBeSent,
                "no connection to \(place) within \(CurlText.seconds(request.limits.connectSeconds))")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            let when = hasHead ? "in the middle of its answer" : "before an answer began"
            let kind: HTTPError.Kind = mayBeSent ? .connectionLost : .connect
            return HTTPError(kind, wasSent: mayBeSent, "the connection to \(place) broke \(when): \(reason)")
        case CURLE_OUT_OF_MEMORY where mayBeSent && !hasHead:
            // How libcurl 7 names a header line beyond its own limit.
            return HTTPError(.headersTooLarge, wasSent: mayBeSent, "a header line of the answer is too long")
        default:
            return HTTPError(
                .protocolError, wasSent: mayBeSent, "what \(request.destination) answered cannot be read: \(reason)")
        }
    }

    private static func systemError(_ easy: UnsafeMutableRawPointer) -> String? {
        var code = 0
        ccurl_get_long(easy, CURLINFO_OS_ERRNO, &code)
        return code > 0 ? CurlText.message(strerror(Int32(truncatingIfNeeded: code))) : nil
    }
}

/// Texts for one line of a message.
enum CurlText {
    static func message(_ text: UnsafePointer<CChar>?) -> String {
        guard let text else { return "unknown error" }
        return String(cString: text)
    }

    /// "10 s", "0.5 s".
    static func seconds(_ seconds: Double) -> String {
        guard let whole = Int(exactly: seconds) else { return "\(seconds) s" }
        return "\(whole) s"
    }
}
