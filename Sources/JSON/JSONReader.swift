import Glibc

/// Why a text was not taken as JSON.
package enum JSONProblem: Error, Sendable, Equatable {
    case notJSON(atByte: Int)
    /// More bytes, values or levels than allowed.
    case tooMuch
    /// Which of the two values is meant cannot be known.
    case duplicateKey
}

/// Reads JSON (RFC 8259) from a stranger: bounded in bytes, values and depth, no repeated keys, numbers kept as text.
///
/// Invalid UTF-8 and lone surrogates in strings become U+FFFD, as every JSON library of the providers' clients does.
package struct JSONReader {
    package struct Limits: Sendable {
        package var bytes: Int
        package var values: Int
        package var depth: Int

        package init(bytes: Int = 4 << 20, values: Int = 200_000, depth: Int = 64) {
            self.bytes = bytes
            self.values = values
            self.depth = depth
        }
    }

    private let bytes: UnsafeRawBufferPointer
    private let names: JSONNames.View?
    private let limits: Limits
    private var index = 0
    private var valuesLeft: Int

    private init(_ bytes: UnsafeRawBufferPointer, _ names: JSONNames.View?, _ limits: Limits) {
        self.bytes = bytes
        self.names = names
        self.limits = limits
        valuesLeft = limits.values
    }

    /// - Parameter names: Members of other names are left out, at every level. They count towards the limits and must be
    ///   JSON as well, but for what stands inside their strings.
    package static func read(
        _ bytes: [UInt8], keeping names: JSONNames? = nil, limits: Limits = Limits()
    ) throws(JSONProblem) -> JSONValue {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONProblem) in try read(bytes, keeping: names, limits: limits) }
        }
        return try result.get()
    }

    /// The same for a text that is lent.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, keeping names: JSONNames? = nil, limits: Limits = Limits()
    ) throws(JSONProblem) -> JSONValue {
        guard let names else { return try read(bytes, nil, limits).get() }
        return try names.withView { read(bytes, $0, limits) }.get()
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, _ names: JSONNames.View?, _ limits: Limits
    ) -> Result<JSONValue, JSONProblem> {
        Result { () throws(JSONProblem) in
            guard bytes.count <= limits.bytes else { throw .tooMuch }
            var reader = JSONReader(bytes, names, limits)
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
            let value = try reader.value(depth: 0)
            reader.skipSpace()
            guard reader.index == bytes.count else { throw .notJSON(atByte: reader.index) }
            return value
        }
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20:
                index += 1
                // Indented texts are blanks for a good part.
                while index + 8 <= bytes.count,
                    bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) == 0x2020_2020_2020_2020
                {
                    index += 8
                }
            case 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func enter(depth: Int) throws(JSONProblem) {
        guard depth < limits.depth, valuesLeft > 0 else { throw .tooMuch }
        valuesLeft -= 1
        skipSpace()
    }

    private mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
        try enter(depth: depth)
        switch current {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(text(try number()))
        }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        let length = text.utf8CodeUnitCount
        guard let base = bytes.baseAddress, index + length <= bytes.count,
            memcmp(base + index, text.utf8Start, length) == 0
        else { throw .notJSON(atByte: index) }
        index += length
        return value
    }

    private mutating func expect(_ byte: UInt8) throws(JSONProblem) {
        skipSpace()
        guard current == byte else { throw .notJSON(atByte: index) }
        index += 1
    }

    /// After an element: true when another follows.
    private mutating func another(before close: UInt8) throws(JSONProblem) -> Bool {
        skipSpace()
        switch current {
        case UInt8(ascii: ","):
            index += 1
            return true
        case close:
            index += 1
            return false
        default: throw .notJSON(atByte: index)
        }
    }

    private mutating func object(depth: Int) throws(JSONProblem) -> JSONObject {
        index += 1
        skipSpace()
        if current == UInt8(ascii: "}") {
            index += 1
            return JSONObject()
        }
        var members: [JSONObject.Member] = []
        var keys = SeenKeys()
        repeat {
            skipSpace()
            guard let key = try wantedKey() else {
                try expect(UInt8(ascii: ":"))
                try skipValue(depth: depth + 1)
                continue
            }
            guard keys.insert(key, among: members) else { throw .duplicateKey }
            try expect(UInt8(ascii: ":"))
            members.append(JSONObject.Member(key: key, value: try value(depth: depth + 1)))
        } while try another(before: UInt8(ascii: "}"))
        return JSONObject(distinct: members)
    }

    /// Nil for a name that nobody asks for.
    private mutating func wantedKey() throws(JSONProblem) -> String? {
        guard current == UInt8(ascii: "\"") else { throw .notJSON(atByte: index) }
        guard let names else { return try string() }
        let start = index
        try skipString()
        let name = UnsafeRawBufferPointer(rebasing: bytes[start + 1..<index - 1])
        // One with escapes may be any.
        if names.contains(name) || name.baseAddress.map({ memchr($0, 0x5C, name.count) != nil }) ?? false {
            index = start
            return try string()
        }
        return nil
    }

    private mutating func array(depth: Int) throws(JSONProblem) -> [JSONValue] {
        index += 1
        skipSpace()
        if current == UInt8(ascii: "]") {
            index += 1
            return []
        }
        var elements: [JSONValue] = []
        repeat {
            elements.append(try value(depth: depth + 1))
        } while try another(before: UInt8(ascii: "]"))
        return elements
    }

    private mutating func number() throws(JSONProblem) -> Range<Int> {
        let start = index
        if current == UInt8(ascii: "-") { index += 1 }
        let whole = digits()
        guard whole > 0, whole == 1 || bytes[index - whole] != UInt8(ascii: "0") else {
            throw .notJSON(atByte: start)
        }
        if current == UInt8(ascii: ".") {
            index += 1
            guard digits() > 0 else { throw .notJSON(atByte: index) }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            guard digits() > 0 else { throw .notJSON(atByte: index) }
        }
        return start..<index
    }

    private mutating func digits() -> Int {
        let start = index
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { index += 1 }
        return index - start
    }

    private mutating func string() throws(JSONProblem) -> String {
        index += 1
        let start = index
        skipPlain()
        if current == UInt8(ascii: "\"") {
            defer { index += 1 }
            return text(start..<index)
        }
        var text = Array(UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                index += 1
                try escape(into: &text)
            case 0x00..<0x20:
                throw .notJSON(atByte: index)
            default:
                let start = index
                skipPlain()
                text.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
            }
        }
        throw .notJSON(atByte: index)
    }

    /// To the next byte that means something in a string.
    private mutating func skipPlain() {
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return }
            index += 1
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONProblem) {
        guard let byte = current else { throw .notJSON(atByte: index) }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeEscape()).utf8)
        default: throw .notJSON(atByte: index - 1)
        }
    }

    private mutating func unicodeEscape() throws(JSONProblem) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A high surrogate counts only with the low one behind it.
        guard first < 0xDC00, bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
            return "\u{FFFD}"
        }
        let mark = index
        index += 2
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second) else {
            index = mark
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
        guard bytes.count - index >= 4 else { throw .notJSON(atByte: index) }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
                throw .notJSON(atByte: index)
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}

// MARK: What is left out

extension JSONReader {
    private mutating func skipValue(depth: Int) throws(JSONProblem) {
        try enter(depth: depth)
        switch current {
        case UInt8(ascii: "{"): try skipMembers(depth: depth)
        case UInt8(ascii: "["): try skipElements(depth: depth)
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "t"): _ = try word("true", .null)
        case UInt8(ascii: "f"): _ = try word("false", .null)
        case UInt8(ascii: "n"): _ = try word("null", .null)
        default: _ = try number()
        }
    }

    private mutating func skipMembers(depth: Int) throws(JSONProblem) {
        index += 1
        skipSpace()
        if current == UInt8(ascii: "}") {
            index += 1
            return
        }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw .notJSON(atByte: index) }
            try skipString()
            try expect(UInt8(ascii: ":"))
            try skipValue(depth: depth + 1)
        } while try another(before: UInt8(ascii: "}"))
    }

    private mutating func skipElements(depth: Int) throws(JSONProblem) {
        index += 1
        skipSpace()
        if current == UInt8(ascii: "]") {
            index += 1
            return
        }
        repeat { try skipValue(depth: depth + 1) } while try another(before: UInt8(ascii: "]"))
    }

    /// Most of a text is inside strings: the C library looks at many bytes at once.
    private mutating func skipString() throws(JSONProblem) {
        guard let base = bytes.baseAddress else { throw .notJSON(atByte: index) }
        let start = index + 1
        var from = start
        while from < bytes.count, let found = memchr(base + from, 0x22, bytes.count - from) {
            let quote = base.distance(to: UnsafeRawPointer(found))
            var slashes = 0
            while quote - slashes > start, bytes[quote - slashes - 1] == 0x5C { slashes += 1 }
            from = quote + 1
            // An odd number: the quote itself is escaped.
            if slashes % 2 == 0 {
                index = from
                return
            }
        }
        throw .notJSON(atByte: bytes.count)
    }
}

/// Finds repeated keys: by comparing in objects of the usual size, by a set in large ones.
private struct SeenKeys {
    private var set: Set<String> = []

    /// False when the key is there already.
    mutating func insert(_ key: String, among members: [JSONObject.Member]) -> Bool {
        if members.count < 16 { return !members.contains { $0.key == key } }
        if set.isEmpty { set = Set(members.map(\.key)) }
        return set.insert(key).inserted
    }
}
