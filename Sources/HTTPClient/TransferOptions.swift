import CCurl

/// What every transfer of a client has in common.
struct TransferOptions {
    private let userAgent: String
    private let caFile: String?
    private let allowsCompression: Bool
    private let idleConnectionSeconds: Int

    init(_ configuration: HTTPClientConfiguration) {
        userAgent = configuration.userAgent
        caFile = configuration.caFile
        allowsCompression = configuration.allowsCompression
        // Zero would mean libcurl's own default.
        idleConnectionSeconds = max(1, configuration.idleConnectionSeconds)
    }

    /// Sets all but the callbacks, the body and the header fields.
    func apply(to easy: UnsafeMutableRawPointer, _ request: PreparedRequest, isStream: Bool) {
        ccurl_set_text(easy, CURLOPT_URL, request.address.url)
        ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        ccurl_set_text(easy, CURLOPT_USERAGENT, userAgent)
        ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // A look-up that is given up must not hold the event thread until it ends.
        ccurl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        ccurl_set_long(easy, CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        ccurl_set_long(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        ccurl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        ccurl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        // Rather one connection with many streams than many connections; over plain HTTP there is nothing to wait for.
        ccurl_set_long(easy, CURLOPT_PIPEWAIT, request.address.origin.scheme == .https ? 1 : 0)
        Self.setConnectTime(easy, request.limits.connectSeconds)
        ccurl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
        ccurl_set_long(easy, CURLOPT_TCP_KEEPIDLE, 30)
        ccurl_set_long(easy, CURLOPT_TCP_KEEPINTVL, 15)
        ccurl_set_long(easy, CURLOPT_MAXAGE_CONN, idleConnectionSeconds)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        ccurl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if allowsCompression, !isStream { ccurl_set_text(easy, CURLOPT_ACCEPT_ENCODING, "gzip") }
        // An empty text, because without one libcurl asks the environment.
        ccurl_set_text(easy, CURLOPT_PROXY, request.proxy?.url ?? "")
        ccurl_set_text(easy, CURLOPT_NOPROXY, "")
        ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        if let caFile {
            ccurl_set_text(easy, CURLOPT_CAINFO, caFile)
            ccurl_set_text(easy, CURLOPT_PROXY_CAINFO, caFile)
        }
        setMethod(easy, request)
    }

    private func setMethod(_ easy: UnsafeMutableRawPointer, _ request: PreparedRequest) {
        if request.announcesLength {
            ccurl_set_long(easy, CURLOPT_POST, 1)
            ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
        } else if request.method == "HEAD" {
            ccurl_set_long(easy, CURLOPT_NOBODY, 1)
        }
        ccurl_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method)
    }

    /// How long libcurl tries the addresses of a name, one after the other.
    static func setConnectTime(_ easy: UnsafeMutableRawPointer, _ seconds: Double) {
        // At least one, because zero means libcurl's own default; a time without end becomes a day.
        let milliseconds = seconds > 0 ? Int(max(1, min(seconds, 86_400) * 1000)) : 1
        ccurl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
    }
}
