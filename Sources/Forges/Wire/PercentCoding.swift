/// Percent-encoding (RFC 3986) of what goes into addresses, and its undoing in form bodies.
enum PercentCoding {
    /// One segment of a path, or a value of a query: all but unreserved characters encoded.
    static func encode(_ text: String) -> String {
        encode(text, keeping: [])
    }

    /// A path of several segments: as `encode`, slashes kept.
    static func encodePath(_ text: String) -> String {
        encode(text, keeping: [UInt8(ascii: "/")])
    }

    /// The value of an `application/x-www-form-urlencoded` field; nil where a percent sign lacks its two digits.
    static func decodeForm(_ text: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+"):
                bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard text.endIndex - index > 2, let high = Hexadecimal.value(text[index + 1]),
                    let low = Hexadecimal.value(text[index + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 2
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        return bytes
    }

    private static func encode(_ text: String, keeping kept: [UInt8]) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                if kept.contains(byte) {
                    bytes.append(byte)
                } else {
                    bytes.append(UInt8(ascii: "%"))
                    bytes.append(contentsOf: Hexadecimal.text([byte]).utf8)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
