/// The `network` block: how the world is reached. Nothing of it is read from the environment.
package struct NetworkSettings: Sendable, Hashable {
    /// "http://host:port", or https, socks5, socks5h; nil for a direct connection.
    package var proxy: String?
    /// Hosts reached directly in spite of the proxy.
    package var noProxy: [String] = []
    /// A PEM file of certificates trusted beside the system's.
    package var caFile: String?

    package init() {}
}
