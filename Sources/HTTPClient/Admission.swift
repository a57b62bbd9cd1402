/// Lets requests to an https server into libcurl at the pace at which connections for them are known to exist.
///
/// An HTTP/2 server takes about a hundred requests on a connection. libcurl, given two hundred at once, opens a connection
/// for each beyond the first hundred, with a handshake each. So the requests beyond what the connections made so far can
/// carry wait, and one at a time goes ahead; if it opened a connection, a hundred more may follow. Against a server of
/// HTTP/1.1 every request opens one, and nothing waits.
struct Admission {
    /// What servers and libcurl usually allow.
    static let streamsOfConnection = 100

    private struct Load {
        var waiting: [Transfer] = []
        var underWay: [TransferID: Transfer] = [:]
        var connections = 0
        var idleSince = 0.0

        var capacity: Int { Admission.streamsOfConnection * max(1, connections) }
    }

    private let idleConnectionSeconds: Double
    private var loads: [HTTPOrigin: Load] = [:]
    private var crowded: Set<HTTPOrigin> = []

    init(idleConnectionSeconds: Int) {
        self.idleConnectionSeconds = Double(idleConnectionSeconds)
    }

    /// Whether the transfer may go to libcurl now; else `next` gives it out later.
    mutating func admits(_ transfer: Transfer) -> Bool {
        let origin = transfer.request.address.origin
        guard origin.scheme == .https else { return true }
        var load = loads.removeValue(forKey: origin) ?? Load()
        defer { loads[origin] = load }
        if load.underWay.isEmpty, monotonicSeconds() - load.idleSince > idleConnectionSeconds { load.connections = 0 }
        guard load.waiting.isEmpty, load.underWay.count < load.capacity else {
            load.waiting.append(transfer)
            crowded.insert(origin)
            return false
        }
        load.underWay[transfer.id] = transfer
        return true
    }

    /// Those of the waiting that may go to libcurl now.
    mutating func next() -> [Transfer] {
        var admitted: [Transfer] = []
        for origin in crowded {
            guard var load = loads.removeValue(forKey: origin) else { continue }
            load.connections += load.underWay.values.count { $0.takeOpenedConnection() }
            var room = load.capacity - load.underWay.count
            if room <= 0, load.underWay.values.allSatisfy(\.mayBeSent) { room = 1 }
            let chosen = load.waiting.prefix(max(0, room))
            load.waiting.removeFirst(chosen.count)
            for transfer in chosen { load.underWay[transfer.id] = transfer }
            admitted += chosen
            if load.waiting.isEmpty { crowded.remove(origin) }
            loads[origin] = load
        }
        return admitted
    }

    /// True if the transfer had gone to libcurl.
    mutating func remove(_ transfer: Transfer) -> Bool {
        let origin = transfer.request.address.origin
        guard origin.scheme == .https, var load = loads.removeValue(forKey: origin) else { return true }
        defer { loads[origin] = load }
        guard load.underWay.removeValue(forKey: transfer.id) != nil else {
            load.waiting.removeAll { $0 === transfer }
            if load.waiting.isEmpty { crowded.remove(origin) }
            return false
        }
        if transfer.takeOpenedConnection() { load.connections += 1 }
        if load.underWay.isEmpty { load.idleSince = monotonicSeconds() }
        return true
    }
}
