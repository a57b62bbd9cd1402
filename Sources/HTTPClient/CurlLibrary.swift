import CCurl

/// The libcurl this program runs with, which may be newer or older than the one it was built with.
package enum CurlLibrary {
    /// For example "8.5.0".
    package static let version = text(information?.version) ?? "unknown"

    /// The TLS library with its version, e.g. "OpenSSL/3.0.15"; nil when libcurl was built without TLS.
    package static let tlsBackend = text(information?.ssl_version)

    package static let supportsHTTP2 = features & CURL_VERSION_HTTP2 != 0

    /// Compressed answers can be read.
    package static let supportsCompression = features & CURL_VERSION_LIBZ != 0

    /// Names are looked up without blocking a thread for the time of a look-up.
    package static let looksUpNamesAsynchronously = features & CURL_VERSION_ASYNCHDNS != 0

    /// What is missing for talking to forges and model providers, in words; empty when all is there.
    package static var problems: [String] {
        var problems: [String] = []
        if isTooOld { problems.append("libcurl \(version) is too old: 7.87 or newer is needed for requests over HTTP") }
        if tlsBackend == nil { problems.append("libcurl was built without TLS: no https address can be reached") }
        if !supportsHTTP2 {
            problems.append("libcurl was built without HTTP/2: parallel requests need more connections")
        }
        return problems
    }

    /// Whether the library could be made ready; done once in a process.
    static let isReady = !isTooOld && ccurl_global_init() == CURLE_OK

    /// Older ones know some options not (CURLOPT_PREREQFUNCTION, CURLOPT_PROTOCOLS_STR, CURLOPT_QUICK_EXIT), and would go
    /// on without their protection.
    private static let isTooOld = (information?.version_num ?? 0) < 0x07_57_00

    private static var information: curl_version_info_data? { ccurl_version_info()?.pointee }

    private static let features = information?.features ?? 0

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        guard let pointer else { return nil }
        let text = String(cString: pointer)
        return text.isEmpty ? nil : text
    }
}
