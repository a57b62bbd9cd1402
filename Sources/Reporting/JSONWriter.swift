import Domain

/// Writes JSON as bytes, in the order it is told, compact or indented by two spaces.
///
/// Text comes out with every control, bidirectional and otherwise hidden character as a `\u` escape, so that a JSON
/// report may be printed on a terminal or pasted into a page without acting on it.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let indented: Bool
    private var depth = 0
    private var isFirst = true

    init(indented: Bool = false) {
        self.indented = indented
    }

    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Ends a document or a line of JSON Lines.
    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        isFirst = true
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        body(&self)
        close(UInt8(ascii: "}"))
    }

    mutating func object(_ key: StaticString, _ body: (inout JSONWriter) -> Void) {
        self.key(key)
        object(body)
    }

    mutating func array<Items: Sequence>(
        _ key: StaticString, _ items: Items, _ body: (inout JSONWriter, Items.Element) -> Void
    ) {
        self.key(key)
        array(items, body)
    }

    mutating func array<Items: Sequence>(_ items: Items, _ body: (inout JSONWriter, Items.Element) -> Void) {
        open(UInt8(ascii: "["))
        for item in items {
            separate()
            body(&self, item)
        }
        close(UInt8(ascii: "]"))
    }

    mutating func null(_ key: StaticString) {
        self.key(key)
        append("null")
    }

    mutating func field(_ key: StaticString, _ value: Bool?) {
        self.key(key)
        append(value.map { $0 ? "true" : "false" } ?? "null")
    }

    mutating func field(_ key: StaticString, _ value: Int?) {
        self.key(key)
        if let value { integer(value) } else { append("null") }
    }

    /// A number rounded to four decimals; null if it is not finite.
    mutating func field(_ key: StaticString, _ value: Double) {
        self.key(key)
        number(value)
    }

    mutating func field(_ key: StaticString, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { append("null") }
    }

    /// Opens a member of the current object; a value must follow.
    mutating func key(_ key: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(key)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        if indented { bytes.append(UInt8(ascii: " ")) }
    }

    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func integer(_ value: Int) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(UInt64(value.magnitude), padded: 1)
    }

    private mutating func number(_ value: Double) {
        guard value.isFinite, value.magnitude < 1e12 else { return append("null") }
        let scaled = UInt64((value.magnitude * 10_000).rounded())
        if value < 0, scaled > 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(scaled / 10_000, padded: 1)
        var fraction = scaled % 10_000
        guard fraction > 0 else { return }
        var width = 4
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        bytes.append(UInt8(ascii: "."))
        appendDigits(fraction, padded: width)
    }

    private mutating func appendDigits(_ value: UInt64, padded width: Int) {
        let start = bytes.count
        var rest = value
        while rest > 0 || bytes.count - start < width {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        bytes[start...].reverse()
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func open(_ bracket: UInt8) {
        bytes.append(bracket)
        depth += 1
        isFirst = true
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if indented, !isFirst { newLine() }
        bytes.append(bracket)
        isFirst = false
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        if indented, depth > 0 { newLine() }
        isFirst = false
    }

    private mutating func newLine() {
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth {
            bytes.append(UInt8(ascii: " "))
            bytes.append(UInt8(ascii: " "))
        }
    }

    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var copied = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                index += 1
                continue
            }
            if byte < 0x80 {
                bytes.append(contentsOf: text[copied..<index])
                appendEscape(ofASCII: byte)
                index += 1
                copied = index
                continue
            }
            let (scalar, width) = Self.scalar(in: text, at: index)
            if scalar.isHidden {
                bytes.append(contentsOf: text[copied..<index])
                for unit in String(Character(scalar)).utf16 { appendUnicodeEscape(unit) }
                copied = index + width
            }
            index += width
        }
        bytes.append(contentsOf: text[copied...])
    }

    /// The scalar whose valid encoding of two to four bytes starts at `index`.
    private static func scalar(
        in text: UnsafeBufferPointer<UInt8>, at index: Int
    ) -> (scalar: Unicode.Scalar, width: Int) {
        let lead = text[index]
        let width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        var value = UInt32(lead) & (0x7F >> UInt32(width))
        for offset in 1..<width where index + offset < text.count {
            value = value << 6 | UInt32(text[index + offset] & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", min(width, text.count - index))
    }

    private mutating func appendEscape(ofASCII byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        default:
            bytes.removeLast()
            appendUnicodeEscape(UInt16(byte))
        }
    }

    private mutating func appendUnicodeEscape(_ unit: UInt16) {
        append("\\u")
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(unit >> shift & 0xF)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}
