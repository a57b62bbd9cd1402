/// Which addresses a request may connect to, checked on the address itself when the connection is made, so that a name
/// which changes its mind cannot pass.
package enum AddressRule: Sendable, Hashable {
    case any
    /// Loopback, private (RFC 1918), link-local and unique local (RFC 4193) addresses.
    case privateOnly
    /// Addresses of the public Internet.
    case publicOnly
}
