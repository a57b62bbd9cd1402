/// One header field of a request. What is sensitive is never printed, dumped or put into a message.
package struct HTTPHeader: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let name: String
    package let isSensitive: Bool
    let value: [UInt8]

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = Array(value.utf8)
        isSensitive = false
    }

    package init(_ name: String, sensitive bytes: [UInt8]) {
        self.name = name
        value = bytes
        isSensitive = true
    }

    package var description: String {
        isSensitive ? "\(name): [secret]" : "\(name): \(String(decoding: value, as: UTF8.self))"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(reflecting: description) }
}
