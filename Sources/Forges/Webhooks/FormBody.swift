/// Deliveries of webhooks set to `application/x-www-form-urlencoded`.
package enum FormBody {
    /// The JSON in the `payload` field; nil where there is none, or more than one. Never longer than the body.
    package static func payload(of body: UnsafeRawBufferPointer) -> [UInt8]? {
        let name = Array("payload=".utf8)
        let fields = body.split(separator: UInt8(ascii: "&"), maxSplits: 16, omittingEmptySubsequences: true)
            .filter { $0.starts(with: name) }
        guard fields.count == 1, let field = fields.first else { return nil }
        return PercentCoding.decodeForm(field.dropFirst(name.count))
    }
}
