/// Reads an event stream (WHATWG HTML, "Server-sent events") from pieces of any size.
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

    package init(maxEventBytes: Int = 4 << 20) {
        self.maxEventBytes = maxEventBytes
    }

    /// The events that these bytes complete.
    package mutating func feed(_ bytes: [UInt8]) throws(HTTPError) -> [Event] { [] }

    /// The event that only lacks its closing blank line when the stream ends. (A browser would drop it.)
    package mutating func finish() throws(HTTPError) -> Event? { nil }
}
