/// What one listening address takes at most.
package struct HTTPLimits: Sendable, Hashable {
    /// The largest body.
    package var bodyBytes = 25 << 20
    /// What all bodies being read may hold together, beyond the first `freeBodyBytes` of each.
    package var sharedBodyBytes = 128 << 20
    /// So much of a body is always taken, so that large deliveries never keep small ones out.
    package var freeBodyBytes = 64 << 10
    /// Of all header fields together, the request line included.
    package var headerBytes = 32 << 10
    package var headerFields = 100
    /// Beyond them, connections wait to be accepted.
    package var connections = 1024
    /// From a request's head to the end of its body.
    package var bodySeconds = 20.0
    /// How long a connection may be silent between requests, and how long a head may take to come.
    package var idleSeconds = 30.0
    /// How long the rest of a refused request is read, so that its sender gets to see the answer.
    package var lingerSeconds = 2.0

    package init() {}
}
