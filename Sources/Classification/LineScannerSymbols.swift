import Diffs

/// Operators, brackets and the other signs.
extension LineScanner {
    /// Scans one sign, or two or three that belong together.
    func symbol(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, _ facts: inout LineFacts, _ tally: inout Tally
    ) {
        let byte = bytes[line.position]
        let next = line.position &+ 1 < line.end ? bytes[line.position &+ 1] : 0
        let side = line.side
        var width = 1
        var isOperator = true
        switch byte {
        case UInt8(ascii: "("):
            isOperator = false
            if next == UInt8(ascii: "?") { tally.add(.regex, side) }
            if line.previousWasWord {
                line.calls &+= 1
                tally.add(.call, side)
            }
        case UInt8(ascii: "["):
            isOperator = false
            if next == UInt8(ascii: "^") { tally.add(.regex, side) }
            if line.previousWasWord { tally.add(.indexing, side) }
        case UInt8(ascii: "\\"):
            isOperator = false
            if LineScanner.isPatternEscape(next) { tally.add(.regex, side) }
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            isOperator = false
        case UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: ":"):
            isOperator = false
            if byte == UInt8(ascii: ":") {
                line.separators &+= 1
                if next == UInt8(ascii: ":") { width = 2 }
                if next == UInt8(ascii: "=") {
                    width = 2
                    line.assigns &+= 1
                    tally.add(.assign, side)
                }
            }
        case UInt8(ascii: ";"):
            isOperator = false
            line.terminated = true
        case UInt8(ascii: "<"), UInt8(ascii: ">"):
            if next == byte {
                width = 2
                tally.add(.arithmetic, side)
            } else {
                if next == UInt8(ascii: "=") || next == UInt8(ascii: "-") { width = 2 }
                // "a < b" compares; "List<T>" and "<div" rarely have spaces around.
                if line.position > line.start, isSpace(bytes[line.position &- 1]) { tally.add(.comparison, side) }
            }
        case UInt8(ascii: "="):
            if next == UInt8(ascii: "=") {
                width = 2
                if line.position &+ 2 < line.end, bytes[line.position &+ 2] == UInt8(ascii: "=") { width = 3 }
                tally.add(.equality, side)
            } else if next == UInt8(ascii: ">") || next == UInt8(ascii: "~") {
                width = 2
            } else {
                line.assigns &+= 1
                tally.add(.assign, side)
            }
        case UInt8(ascii: "!"):
            if next == UInt8(ascii: "=") {
                width = 2
                if line.position &+ 2 < line.end, bytes[line.position &+ 2] == UInt8(ascii: "=") { width = 3 }
                tally.add(.equality, side)
            } else {
                tally.add(.logical, side)
            }
        case UInt8(ascii: "&"), UInt8(ascii: "|"):
            if next == byte {
                width = 2
                tally.add(.logical, side)
            } else if byte == UInt8(ascii: "&") || next != 0x20 {
                tally.add(.operators, side)
            }
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%"),
            UInt8(ascii: "^"), UInt8(ascii: "~"):
            if next == UInt8(ascii: ">") { width = 2 } else { tally.add(.arithmetic, side) }
        case UInt8(ascii: "?"):
            if next == UInt8(ascii: ".") || next == UInt8(ascii: "?") {
                width = 2
                tally.add(.optional, side)
            } else {
                tally.add(.ternary, side)
            }
        case UInt8(ascii: "@"):
            isOperator = false
            if line.tokens == 0, next != 0, byteClasses[Int(next)] == ByteClass.letter {
                facts.flags.insert(.annotation)
            }
        case UInt8(ascii: "#"):
            isOperator = false
            if line.tokens == 0, next == UInt8(ascii: "[") { facts.flags.insert(.annotation) }
        default:
            isOperator = false
        }
        if isOperator {
            line.operators &+= 1
            tally.add(.operators, side)
        }
        var value = UInt64(byte)
        for offset in 1..<max(width, 1) where width > 1 {
            value = value << 8 | UInt64(bytes[line.position &+ offset])
        }
        // "+ +" is not "++": a symbol right after its like is another token.
        if byte == line.lastByte, line.position > line.start, bytes[line.position &- 1] == byte { value |= 1 << 40 }
        line.mix(value, shape: value)
        if byte != UInt8(ascii: ";") {
            if line.terminated { line.afterTerminator = true }
            if byte != UInt8(ascii: "@"), byte != UInt8(ascii: "#"), byte != UInt8(ascii: "*") { line.leading = false }
        }
        line.lastByte = byte
        line.previousWasWord = false
        line.position &+= width
    }

    /// What follows a backslash in search patterns and hardly anywhere else.
    @inline(__always)
    static func isPatternEscape(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "s") || byte == UInt8(ascii: "d") || byte == UInt8(ascii: "w") || byte == UInt8(ascii: "A")
            || byte == UInt8(ascii: "S") || byte == UInt8(ascii: "z") || byte == UInt8(ascii: "Z")
    }
}
