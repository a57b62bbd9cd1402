/// Reads an event stream (WHATWG HTML, 9.2 "Server-sent events") from pieces of any size.
package struct ServerSentEvents: Sendable {
    package struct Event: Sendable, Hashable {
        /// "message" unless the server named it.
        package var event: String
        /// The data lines, joined by line feeds.
        package var data: [UInt8]
        /// The last id the stream gave, in this event or before.
        package var id: String?
        /// Milliseconds to wait before connecting again, where this event gave them.
        package var retry: Int?

        package init(event: String = "message", data: [UInt8], id: String? = nil, retry: Int? = nil) {
            self.event = event
            self.data = data
            self.id = id
            self.retry = retry
        }

        package var text: String { String(decoding: data, as: UTF8.self) }
    }

    private let maxEventBytes: Int
    /// Bytes of the event so far, comments included.
    private var eventBytes = 0
    private var isOverlong = false

    private var line: [UInt8] = []
    private var isFirstLine = true
    /// A line feed right after it belongs to it.
    private var endedWithReturn = false

    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var id: String?
    private var retry: Int?

    package init(maxEventBytes: Int = 4 << 20) {
        self.maxEventBytes = maxEventBytes
    }

    /// The events that these bytes complete. An event over the limit ends the reading: what came before it is still given
    /// out, and the next call throws.
    package mutating func feed(_ bytes: [UInt8]) throws(HTTPError) -> [Event] {
        if isOverlong { throw overlong }
        var events: [Event] = []
        var position = 0
        while position < bytes.count {
            if endedWithReturn {
                endedWithReturn = false
                if bytes[position] == UInt8(ascii: "\n") {
                    position += 1
                    continue
                }
            }
            let rest = bytes[position...]
            let end = rest.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            let piece = rest[..<(end ?? rest.endIndex)]
            guard piece.count <= maxEventBytes - eventBytes else {
                isOverlong = true
                if events.isEmpty { throw overlong }
                return events
            }
            eventBytes += piece.count
            line.append(contentsOf: piece)
            guard let end else { break }
            endedWithReturn = bytes[end] == UInt8(ascii: "\r")
            position = end + 1
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    /// The event that only lacks its closing blank line when the stream ends. A browser would drop it; some servers end
    /// so. A line without an end is dropped: it may be cut.
    package mutating func finish() throws(HTTPError) -> Event? {
        if isOverlong { throw overlong }
        line = []
        return dispatch()
    }

    private mutating func endLine() -> Event? {
        var whole: [UInt8] = []
        swap(&whole, &line)
        if isFirstLine {
            isFirstLine = false
            if whole.starts(with: [0xEF, 0xBB, 0xBF]) { whole.removeFirst(3) }
        }
        guard !whole.isEmpty else { return dispatch() }
        let colon = whole.firstIndex(of: UInt8(ascii: ":"))
        // A comment: some servers send them to keep the connection alive.
        if colon == 0 {
            if !hasData { eventBytes = 0 }
            return nil
        }
        var value = colon.map { whole[($0 + 1)...] } ?? []
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        set(String(decoding: whole[..<(colon ?? whole.endIndex)], as: UTF8.self), value)
        return nil
    }

    private mutating func set(_ field: String, _ value: ArraySlice<UInt8>) {
        switch field {
        case "data":
            if hasData { data.append(UInt8(ascii: "\n")) }
            hasData = true
            data.append(contentsOf: value)
        case "event": name = String(decoding: value, as: UTF8.self)
        case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        case "retry":
            let isNumber = !value.isEmpty && value.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            if isNumber { retry = Int(String(decoding: value, as: UTF8.self)) ?? retry }
        default: break
        }
    }

    private mutating func dispatch() -> Event? {
        defer {
            name = ""
            data = []
            hasData = false
            retry = nil
            eventBytes = 0
        }
        guard hasData else { return nil }
        return Event(event: name.isEmpty ? "message" : name, data: data, id: id, retry: retry)
    }

    private var overlong: HTTPError {
        HTTPError(.bodyTooLarge, wasSent: true, "an event of the answer is longer than \(maxEventBytes) bytes")
    }
}
