/// An error answer in a provider's own form.
struct Refusal: Error, Sendable {
    var status: Int
    var body: JSON
    var headers: [Header] = []
}

struct Header: Sendable {
    var name: String
    var value: String
}

/// The part of a request that decides what is answered.
struct Incoming: Sendable {
    var method: String
    var path: String
    var query: [String: String]
    /// Names in lower case.
    var headers: [String: String]
    var body: [UInt8]

    var isJSON: Bool {
        guard let kind = headers["content-type"] else { return false }
        return kind.lowercased().split(separator: ";").first?.filter { $0 != " " } == "application/json"
    }
}

/// An answer before it is put on the wire.
struct Reply: Sendable {
    var status = 200
    var contentType = "application/json"
    var headers: [Header] = []
    /// What is written, event by event for a stream, else at once.
    var parts: [[UInt8]]
    /// Bytes of the letter x after the part of that index.
    var padding = 0
    var paddingAfter = 0
    var isStream = false
}
