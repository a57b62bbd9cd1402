/// How a client reaches the world. Nothing comes from the environment.
package struct HTTPClientConfiguration: Sendable {
    /// The only places requests may go to; empty: none.
    package var allowed: Set<HTTPOrigin>
    /// "http://[user:password@]host:port", or https, socks5, socks5h. A direct connection when nil.
    package var proxy: String?
    /// Hosts reached directly in spite of a proxy: a host name with everything below it, an address, an address range
    /// ("10.0.0.0/8"), or "*" for all.
    package var noProxy: [String]
    /// A PEM file of certificates trusted beside the system's directory of them.
    package var caFile: String?
    package var maxConnections: Int
    package var maxConnectionsPerHost: Int
    /// How long a connection that nobody uses is counted on. The longer it waited, the likelier the server closes it just
    /// when it is used again.
    package var idleConnectionSeconds: Int
    package var userAgent: String
    /// Whole answers may come compressed; streams never do.
    package var allowsCompression: Bool

    package init(
        allowed: Set<HTTPOrigin>, proxy: String? = nil, noProxy: [String] = [], caFile: String? = nil,
        maxConnections: Int = 256, maxConnectionsPerHost: Int = 256, idleConnectionSeconds: Int = 30,
        userAgent: String = "hunkwise", allowsCompression: Bool = true
    ) {
        self.allowed = allowed
        self.proxy = proxy
        self.noProxy = noProxy
        self.caFile = caFile
        self.maxConnections = maxConnections
        self.maxConnectionsPerHost = maxConnectionsPerHost
        self.idleConnectionSeconds = idleConnectionSeconds
        self.userAgent = userAgent
        self.allowsCompression = allowsCompression
    }
}
