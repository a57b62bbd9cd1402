import NIOCore
import Synchronization

/// The connections of a listener, so that they can be cut.
///
/// Cancelling the server's task instead would also drop connections that were accepted and not yet taken up, and NIO ends
/// the process over those.
final class OpenConnections: Sendable {
    private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

    func add(_ channel: any Channel) {
        channels.withLock { $0[ObjectIdentifier(channel)] = channel }
    }

    func remove(_ channel: any Channel) {
        channels.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    func cut() {
        for channel in channels.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    }
}
