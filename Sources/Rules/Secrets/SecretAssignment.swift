/// A name and the value it is given, as offsets into a line: `name = "value"`, `name: value`, `--name value`,
/// `<name>value</name>`, `set("name", "value")` and their like in any language.
struct SecretAssignment: Equatable {
    let name: Range<Int>
    let value: Range<Int>
    let isQuoted: Bool

    /// Shorter values are no secrets that anyone could tell.
    static let minValueLength = 8
    /// Longest value looked at, in bytes.
    static let maxValueLength = 1024
    private static let maxNameLength = 80

    /// Reads the assignment whose name includes the bytes before `end`; nil if there is none.
    init?(in line: UnsafeBufferPointer<UInt8>, nameIncludes end: Int) {
        var scanner = AssignmentScanner(line: line, position: end)
        var start = end
        while start > 0, end - start < Self.maxNameLength, line[start - 1].isNameByte { start -= 1 }
        scanner.skip(while: \.isNameByte, limit: Self.maxNameLength)
        let nameEnd = scanner.position
        guard let operation = scanner.readOperator(nameStart: start) else { return nil }
        guard let value = scanner.readValue(after: operation) else { return nil }
        self.name = start..<max(nameEnd, scanner.extendedNameEnd)
        self.value = value.range
        self.isQuoted = value.isQuoted
    }
}

/// Reads what follows a name in a line.
private struct AssignmentScanner {
    enum Operation {
        case assign, call, tag, option
    }

    /// What stands between a quoted name and its value, as in `name="password" value="…"`.
    private static let valueWords = ["value", "Value", "val", "content", "default"]

    let line: UnsafeBufferPointer<UInt8>
    var position: Int
    /// Where the name ends when it goes on after a blank ("facebook access_token").
    var extendedNameEnd = 0

    private func byte(at offset: Int) -> UInt8 { offset < line.count ? line[offset] : 0 }

    private var current: UInt8 { byte(at: position) }

    mutating func skip(while condition: (UInt8) -> Bool, limit: Int) {
        let stop = min(line.count, position + limit)
        while position < stop, condition(line[position]) { position += 1 }
    }

    private mutating func skipBlanks() { skip(while: \.isBlank, limit: 40) }

    /// Skips closing quotes and brackets of a name; true when there was a quote.
    private mutating func skipNameEnd() -> Bool {
        var quoted = false
        for _ in 0..<4 {
            if current == UInt8(ascii: "\\"), byte(at: position + 1).isQuote {
                position += 2
                quoted = true
            } else if current.isQuote {
                position += 1
                quoted = true
            } else if current == UInt8(ascii: "]") || current == UInt8(ascii: ")") {
                position += 1
            } else {
                break
            }
        }
        return quoted
    }

    mutating func readOperator(nameStart: Int) -> Operation? {
        let nameEnd = position
        var quoted = skipNameEnd()
        if current == UInt8(ascii: "(") {
            position += 1
            return .call
        }
        if current == UInt8(ascii: ">"), nameStart > 0, byte(at: nameStart - 1) == UInt8(ascii: "<") {
            position += 1
            return .tag
        }
        let hadBlank = current.isBlank
        skipBlanks()
        // A type, a second word of the name, or `value=` of an XML attribute between name and operator.
        if hadBlank, current.isASCIILetter {
            let word = position
            skip(while: { $0.isNameByte || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }, limit: 32)
            let wordEnd = position
            if quoted, !Self.valueWords.contains(where: { line[word..<wordEnd].elementsEqual($0.utf8) }) { return nil }
            quoted = skipNameEnd() || quoted
            skipBlanks()
            // Behind a quoted name only `value=` goes on; `json:"password" validate:"max=9"` says two things.
            guard current == UInt8(ascii: "=") || current == UInt8(ascii: ":") && !quoted else {
                position = word
                return isOption(nameStart: nameStart, quoted: quoted) ? .option : nil
            }
            if GenericSecret.mayHold(name: line[word..<wordEnd]) { extendedNameEnd = wordEnd }
        }
        if isAnnotated(), !quoted { return .assign }
        let first = current
        let second = byte(at: position + 1)
        switch (first, second) {
        case (UInt8(ascii: "="), _):
            skip(while: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ">") }, limit: 3)
        case (UInt8(ascii: ":"), UInt8(ascii: "-")):
            // `${NAME:-default}`
            return nil
        case (UInt8(ascii: ":"), _):
            skip(while: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }, limit: 3)
        case (UInt8(ascii: "?"), UInt8(ascii: "=")), (UInt8(ascii: "<"), UInt8(ascii: "-")),
            (UInt8(ascii: "-"), UInt8(ascii: ">")):
            position += 2
        case (UInt8(ascii: "|"), UInt8(ascii: "|")), (UInt8(ascii: "?"), UInt8(ascii: "?")):
            position += 2
            if current == UInt8(ascii: "=") { position += 1 }
        case (UInt8(ascii: ","), _) where quoted:
            position += 1
        default:
            return position > nameEnd && isOption(nameStart: nameStart, quoted: quoted) ? .option : nil
        }
        return .assign
    }

    /// `--name value` and `-name value`.
    private func isOption(nameStart: Int, quoted: Bool) -> Bool {
        !quoted && byte(at: nameStart) == UInt8(ascii: "-") && position < line.count
    }

    /// Moves behind `: Type =` when that is what follows.
    private mutating func isAnnotated() -> Bool {
        guard current == UInt8(ascii: ":") else { return false }
        let start = position
        position += 1
        skipBlanks()
        let isType: (UInt8) -> Bool = { byte in
            byte.isASCIILetter || byte.isASCIIDigit || "_<>?.[]| &*'".utf8.contains(byte)
        }
        if current.isASCIILetter || "&*[".utf8.contains(current) {
            skip(while: isType, limit: 40)
            if current == UInt8(ascii: "="), byte(at: position + 1) != UInt8(ascii: "=") {
                position += 1
                return true
            }
        }
        position = start
        return false
    }

    mutating func readValue(after operation: Operation) -> (range: Range<Int>, isQuoted: Bool)? {
        skipBlanks()
        if operation == .tag {
            let start = position
            skip(while: { $0 != UInt8(ascii: "<") }, limit: SecretAssignment.maxValueLength)
            return position > start && current == UInt8(ascii: "<") ? (start..<position, true) : nil
        }
        if current == UInt8(ascii: "[") || current == UInt8(ascii: "(") {
            position += 1
            skipBlanks()
        }
        // String prefixes: b"", r'', @"", f"".
        if current.isASCIILetter || current == UInt8(ascii: "@"), byte(at: position + 1).isQuote { position += 1 }
        var isEscaped = false
        if current == UInt8(ascii: "\\"), byte(at: position + 1).isQuote {
            isEscaped = true
            position += 1
        }
        guard current.isQuote else {
            guard operation != .call else { return nil }
            let start = position
            skip(while: { $0 > 0x20 && !"\"'`,;)}]<>".utf8.contains($0) }, limit: SecretAssignment.maxValueLength)
            return position > start ? (start..<position, false) : nil
        }
        let quote = current
        let opening = position
        skip(while: { $0 == quote }, limit: 3)
        // Two quotes are an empty text.
        if position == opening + 2 { return nil }
        let start = position
        while position < line.count, position - start < SecretAssignment.maxValueLength, current != quote {
            if current == UInt8(ascii: "\\") {
                if isEscaped { break }
                position += 1
            }
            position += 1
        }
        position = min(position, line.count)
        return position > start ? (start..<position, true) : nil
    }
}
