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
            let flaw = certificateFlaw(status, easy) ?? reason
            return HTTPError(.tls, wasSent: mayBeSent, "no TLS connection to \(request.destination): \(flaw)")
        case CURLE_OPERATION_TIMEDOUT:
            return HTTPError(
                .timeout(.connect), wasSent: mayBeSent,
                "no connection to \(place) within \(CurlText.seconds(request.limits.connectSeconds))")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM:
            let when = hasHead ? "in the middle of its answer" : "before an answer began"
            let kind: HTTPError.Kind = mayBeSent ? .connectionLost : .connect
            return HTTPError(kind, wasSent: mayBeSent, "the connection to \(place) broke \(when): \(reason)")
        case _ where mayBeSent && !hasHead && (status == CURLE_OUT_OF_MEMORY || status == tooLarge):
            // The first is how libcurl names a header line beyond its own limit before 8.6.
            return HTTPError(.headersTooLarge, wasSent: mayBeSent, "a header line of the answer is too long")
        default:
            return HTTPError(
                .protocolError, wasSent: mayBeSent, "what \(request.destination) answered cannot be read: \(reason)")
        }
    }

    /// CURLE_TOO_LARGE, which the headers of older versions do not have.
    private static let tooLarge = CURLcode(100)

    /// What is wrong with the server's certificate, and what helps.
    private static func certificateFlaw(_ status: CURLcode, _ easy: UnsafeMutableRawPointer) -> String? {
        if status == CURLE_SSL_CACERT_BADFILE { return "the configured CA file cannot be read" }
        guard status == CURLE_PEER_FAILED_VERIFICATION else { return nil }
        var result = 0
        ccurl_get_long(easy, CURLINFO_SSL_VERIFYRESULT, &result)
        // X509_V_ERR_… of OpenSSL. libcurl compares the name itself, and leaves the value for "not found good so far".
        return switch result {
        case 0, 1: "its certificate is for another name"
        case 9: "its certificate is not valid yet"
        case 10: "its certificate has expired"
        case 18, 19, 20, 21: "its certificate comes from an unknown authority; a private one needs a CA file configured"
        default: "its certificate is not valid"
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
