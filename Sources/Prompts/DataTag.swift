/// The lines between which a prompt's data stands.
///
/// The tag is the beginning of a digest that the caller computes with a key of the installation. It depends on the
/// data alone, so the same request has the same bytes and finds its cached answer; and whoever writes the data cannot
/// put the tag into it, because without the key it cannot be computed, and with every guess written into the data it
/// changes (64 bits). Should it occur all the same, another is taken. Besides, no line of a change begins with anything
/// but its number.
struct DataTag {
    let text: String

    /// - Parameter digest: A keyed digest, such as HMAC-SHA-256; its first eight bytes are used.
    init(for data: [UInt8], digest: ([UInt8]) -> [UInt8]) {
        var candidate = Self.hexadecimal(digest(data))
        var attempt: UInt8 = 0
        while Self.occurs(candidate, in: data) {
            attempt &+= 1
            if attempt < 8 {
                candidate = Self.hexadecimal(digest(data + [attempt]))
            } else {
                // Whatever the digest does, a tag longer than any run of zeros in the data is not in the data.
                candidate += "0"
            }
        }
        text = candidate
    }

    var opening: String { "<<<\(text)\n" }
    var closing: String { ">>>\(text)\n" }

    private static func hexadecimal(_ digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        let text = digest.prefix(8).map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }.joined()
        return text.isEmpty ? "data" : text
    }

    private static func occurs(_ text: String, in data: [UInt8]) -> Bool {
        let needle = Array(text.utf8)
        guard let first = needle.first, data.count >= needle.count else { return false }
        for start in 0...(data.count - needle.count) where data[start] == first {
            if data[start..<(start + needle.count)].elementsEqual(needle) { return true }
        }
        return false
    }
}
