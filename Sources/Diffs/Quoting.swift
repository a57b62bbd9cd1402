/// The quoting git uses for paths with unusual bytes: a C string in double quotes.
enum PathQuoting {
    /// Reads a quoted name that starts at `start` with `"`.
    ///
    /// Returns the bytes it stands for and the index after the closing quote; nil if it is not well formed.
    static func unquote(_ bytes: ArraySlice<UInt8>) -> (name: [UInt8], end: Int)? {
        var index = bytes.startIndex
        guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else { return nil }
        index += 1
        var name: [UInt8] = []
        name.reserveCapacity(bytes.count)
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return (name, index) }
            guard byte == UInt8(ascii: "\\") else {
                name.append(byte)
                continue
            }
            guard index < bytes.endIndex else { return nil }
            let escape = bytes[index]
            index += 1
            if let plain = letters[escape] {
                name.append(plain)
                continue
            }
            // Three octal digits, at most \377.
            guard (UInt8(ascii: "0")...UInt8(ascii: "3")).contains(escape), index + 1 < bytes.endIndex,
                let middle = octalDigit(bytes[index]), let last = octalDigit(bytes[index + 1])
            else { return nil }
            index += 2
            name.append((escape - UInt8(ascii: "0")) << 6 | middle << 3 | last)
        }
        return nil
    }

    private static let letters: [UInt8: UInt8] = [
        UInt8(ascii: "a"): 0x07, UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0A,
        UInt8(ascii: "v"): 0x0B, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "r"): 0x0D,
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    ]

    private static func octalDigit(_ byte: UInt8) -> UInt8? {
        (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) ? byte - UInt8(ascii: "0") : nil
    }

    /// Appends `byte` as it stands inside double quotes. Bytes from 0x80 on are written as octal escapes if `escapeHigh`.
    static func appendEscaped(_ byte: UInt8, escapeHigh: Bool, to output: inout [UInt8]) {
        let letter: Character? =
            switch byte {
            case 0x07: "a"
            case 0x08: "b"
            case 0x09: "t"
            case 0x0A: "n"
            case 0x0B: "v"
            case 0x0C: "f"
            case 0x0D: "r"
            case UInt8(ascii: "\""): "\""
            case UInt8(ascii: "\\"): "\\"
            default: nil
            }
        if let letter {
            output.append(UInt8(ascii: "\\"))
            output.append(contentsOf: letter.utf8)
        } else if byte < 0x20 || byte == 0x7F || (byte >= 0x80 && escapeHigh) {
            output.append(UInt8(ascii: "\\"))
            output.append(UInt8(ascii: "0") + (byte >> 6))
            output.append(UInt8(ascii: "0") + (byte >> 3 & 7))
            output.append(UInt8(ascii: "0") + (byte & 7))
        } else {
            output.append(byte)
        }
    }

    /// True for bytes that git never writes bare in a path.
    static func mustEscape(_ byte: UInt8, escapeHigh: Bool) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            || (byte >= 0x80 && escapeHigh)
    }

    /// `prefix` + `name`, in double quotes if a byte of the name demands it, or `always`.
    static func quoteIfNeeded(
        _ name: [UInt8], prefix: String = "", escapeHigh: Bool, always: Bool = false
    ) -> [UInt8] {
        guard always || name.contains(where: { mustEscape($0, escapeHigh: escapeHigh) }) else {
            return Array(prefix.utf8) + name
        }
        var output: [UInt8] = [UInt8(ascii: "\"")]
        output.reserveCapacity(prefix.utf8.count + name.count * 2 + 2)
        output.append(contentsOf: prefix.utf8)
        for byte in name { appendEscaped(byte, escapeHigh: escapeHigh, to: &output) }
        output.append(UInt8(ascii: "\""))
        return output
    }
}

extension Path {
    /// Reads a path as git writes it: bare, or C-quoted in double quotes. Nil if the quoting is not well formed.
    package init?(quoted text: [UInt8]) {
        guard text.first == UInt8(ascii: "\"") else {
            self.init(bytes: text)
            return
        }
        guard let (name, end) = PathQuoting.unquote(text[...]), end == text.endIndex else { return nil }
        self.init(bytes: name)
    }

    /// The path as git writes it with `core.quotePath` on: bare if it is printable ASCII without `"` and `\`, else
    /// C-quoted with every other byte escaped. Always ASCII; reads back with `init(quoted:)`.
    package var quoted: String {
        String(decoding: PathQuoting.quoteIfNeeded(bytes, escapeHigh: true), as: UTF8.self)
    }

    /// The path for people: text as it is where it is valid UTF-8 and shows as itself; otherwise C-quoted in double
    /// quotes. Line breaks, control characters and characters that reorder text (bidi) never come out bare.
    package var display: String {
        guard let text else { return quoted }
        let deceives = text.unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0x80...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
            default: false
            }
        }
        return deceives
            ? quoted : String(decoding: PathQuoting.quoteIfNeeded(bytes, escapeHigh: false), as: UTF8.self)
    }
}
