import Domain

/// Builds one JSON object on one line, of values that may be hostile: texts are cut, and what a reader does not see or
/// would be deceived by comes out as an escape.
struct JSONLine {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// The longest text kept of a value, in bytes.
    static let maxTextBytes = 500

    init() {
        bytes.reserveCapacity(256)
    }

    mutating func add(_ key: StaticString, _ text: String) {
        add(key: key)
        append(text)
    }

    mutating func add(_ key: String, _ text: String) {
        separate()
        append(key)
        bytes.append(UInt8(ascii: ":"))
        append(text)
    }

    mutating func add(_ key: StaticString, _ number: some BinaryInteger) {
        add(key: key)
        bytes += String(number).utf8
    }

    mutating func add(_ key: StaticString, _ flag: Bool) {
        add(key: key)
        bytes += (flag ? "true" : "false").utf8
    }

    /// With milliseconds; null for what is no number.
    mutating func add(_ key: StaticString, seconds: Double) {
        add(key: key)
        guard seconds.isFinite, seconds.magnitude < 1e12 else {
            bytes += "null".utf8
            return
        }
        let milliseconds = Int64((seconds * 1000).rounded())
        let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        bytes += ((milliseconds < 0 ? "-" : "") + String(whole) + ".").utf8
        let digits = String(rest)
        for _ in digits.utf8.count..<3 { bytes.append(UInt8(ascii: "0")) }
        bytes += digits.utf8
    }

    /// The object's text.
    consuming func closed(withLineEnd: Bool) -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        if withLineEnd { bytes.append(UInt8(ascii: "\n")) }
        return bytes
    }

    private mutating func separate() {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func add(key: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        if text.utf8.count <= Self.maxTextBytes, text.utf8.allSatisfy(Self.isPlain) {
            bytes += text.utf8
            return
        }
        var room = Self.maxTextBytes
        for scalar in text.unicodeScalars {
            let width = UTF8.width(scalar)
            guard width <= room else {
                bytes += "…".utf8
                break
            }
            room -= width
            append(scalar)
        }
    }

    /// Printable ASCII that needs no escape.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes += #"\""#.utf8
        case "\\": bytes += #"\\"#.utf8
        case "\n": bytes += #"\n"#.utf8
        case "\t": bytes += #"\t"#.utf8
        default:
            if scalar.isHidden {
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    let digits = String(unit, radix: 16)
                    bytes += (#"\u"# + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8
                }
            } else if scalar.isASCII {
                bytes.append(UInt8(scalar.value))
            } else {
                bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
    }
}
