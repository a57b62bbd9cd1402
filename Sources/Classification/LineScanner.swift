import Diffs

/// Reads the lines of a hunk once, byte by byte, into `LineFacts` and a `Tally`: every feature that needs no grammar
/// comes from here.
///
/// Time is linear in the bytes; nothing is allocated a line. A hunk shows neither the beginning nor the end of its file,
/// so the scanner carries what it saw open (a comment, a string, an import list) from line to line, a side at a time.
struct LineScanner {
    /// What a line begins inside of.
    enum Mode: Equatable {
        case code
        case comment
        /// A comment that the hunk does not open but visibly closes.
        case commentFromAbove
        case string(UInt8)
        case documentation(UInt8)
        /// A documentation string that the hunk seems to close but does not open.
        case documentationFromAbove(UInt8)
        case backtick
        case importList(UInt8)
    }

    let style: SourceStyle
    let lexicon = Lexicon.shared
    let byteClasses = ByteClass.of

    init(style: SourceStyle) {
        self.style = style
    }

    /// Scans one line. `mode` is what the line begins inside of and becomes what the next one does.
    func scan(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, kind: DiffLine.Kind, side: Int, mode: inout Mode,
        tally: inout Tally
    ) -> LineFacts {
        var facts = LineFacts(kind: kind)
        var position = range.lowerBound
        var end = range.upperBound
        while end > position, isSpace(bytes[end &- 1]) { end &-= 1 }
        var indent = 0
        while position < end, isSpace(bytes[position]) {
            indent &+= bytes[position] == 0x09 ? 4 : 1
            position &+= 1
        }
        facts.indent = indent
        tally.add(.lines, side)
        tally.add(.bytes, side, UInt32(truncatingIfNeeded: end &- position))
        if position == end {
            facts.flags.insert(.blank)
            tally.add(.blank, side)
            return facts
        }
        if end &- position > 400 { tally.add(.longLine, side) }
        if bytes[end &- 1] == UInt8(ascii: "\\") { facts.flags.insert(.continued) }
        var line = Line(position: position, start: position, end: end, side: side)
        line.stream = tally.streams[side]
        defer { tally.streams[side] = line.stream }
        switch mode {
        case .comment, .commentFromAbove:
            finishComment(bytes, &line, &facts, &mode)
            if line.position == end, line.tokens == 0 {
                return commentLine(bytes, line, facts, mode, &tally)
            }
        case .documentationFromAbove:
            // Only a guess, so the line is read as code all the same.
            facts.flags.insert(.assumedComment)
        case .string(let quote), .documentation(let quote):
            let isDocumentation = mode == .documentation(quote)
            facts.flags.formUnion(isDocumentation ? [.inString, .documentation] : .inString)
            finishTripleQuoted(bytes, &line, &facts, &mode, quote)
        case .backtick:
            facts.flags.insert(.inString)
            finishBacktick(bytes, &line, &facts, &mode)
        case .importList(let closer):
            line.importList = true
            line.importCloser = closer
        case .code:
            break
        }
        scanCode(bytes, &line, &facts, &mode, &tally)
        conclude(bytes, line, &facts, &mode, &tally)
        return facts
    }

    /// What is known of a line while it is scanned.
    struct Line {
        var position: Int
        let start: Int
        let end: Int
        let side: Int
        var tokens = 0
        var words = 0
        var operators = 0
        var calls = 0
        var strings = 0
        var numbers = 0
        var assigns = 0
        var separators = 0
        var commentStart: Int?
        var firstWord: Lexicon.Classes = 0
        var leading = true
        var modifiers = 0
        var exported = false
        var seen: Lexicon.Classes = 0
        var hash: UInt64 = Lexicon.hashSeed
        var shape: UInt64 = Lexicon.hashSeed
        var names: UInt64 = Lexicon.hashSeed
        var module: UInt64 = 0
        var lastByte: UInt8 = 0
        var importList = false
        var importCloser: UInt8 = 0
        var sawFrom = false
        var terminated = false
        var afterTerminator = false
        var previousWasWord = false
        var namesGuard = false
        /// Of all tokens of the side so far, through its lines.
        var stream: UInt64 = 0

        @inline(__always)
        mutating func mix(_ value: UInt64, shape shapeValue: UInt64) {
            hash = (hash.rotated5 ^ value) &* 0x9E37_79B9_7F4A_7C15
            shape = (shape.rotated5 ^ shapeValue) &* 0x9E37_79B9_7F4A_7C15
            stream = (stream.rotated5 ^ value) &* 0x9E37_79B9_7F4A_7C15
            tokens &+= 1
        }
    }

    // MARK: - Code

    private func scanCode(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, _ facts: inout LineFacts, _ mode: inout Mode,
        _ tally: inout Tally
    ) {
        let end = line.end
        while line.position < end {
            let byte = bytes[line.position]
            switch byteClasses[Int(byte)] {
            case ByteClass.space:
                line.position &+= 1
            case ByteClass.letter:
                word(bytes, &line, isAnnotation: facts.flags.contains(.annotation), &tally)
            case ByteClass.digit:
                number(bytes, &line, &tally)
            case ByteClass.quote:
                if quoted(bytes, &line, &facts, &mode, &tally) { return }
            default:
                if startsComment(bytes, line) {
                    if comment(bytes, &line, &facts, &mode, &tally) { return }
                } else {
                    symbol(bytes, &line, &facts, &tally)
                }
            }
        }
    }

    private func word(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, isAnnotation: Bool, _ tally: inout Tally
    ) {
        let end = line.end
        var position = line.position
        var part = Lexicon.hashSeed
        var whole = Lexicon.hashSeed
        var classes: Lexicon.Classes = 0
        var first: Lexicon.Classes = 0
        var parts = 0
        var partLength = 0
        var last: UInt8 = 0
        while position < end {
            let byte = bytes[position]
            let byteClass = byteClasses[Int(byte)]
            guard byteClass == ByteClass.letter || byteClass == ByteClass.digit else { break }
            whole = Lexicon.step(whole, byte)
            let isCapital = byte >= 0x41 && byte <= 0x5A
            if byte == UInt8(ascii: "_") {
                if partLength > 0 {
                    classes |= lexicon.classes(of: part)
                    if parts == 0 { first = classes }
                    parts &+= 1
                    part = Lexicon.hashSeed
                    partLength = 0
                }
            } else {
                if isCapital, partLength > 0 {
                    let next = position &+ 1 < end ? bytes[position &+ 1] : 0
                    if Lexicon.startsWord(after: last, before: next) {
                        classes |= lexicon.classes(of: part)
                        if parts == 0 { first = classes }
                        parts &+= 1
                        part = Lexicon.hashSeed
                        partLength = 0
                    }
                }
                part = Lexicon.step(part, isCapital ? byte | 0x20 : byte)
                partLength &+= 1
            }
            last = byte
            position &+= 1
        }
        if partLength > 0 {
            classes |= lexicon.classes(of: part)
            if parts == 0 { first = classes }
            parts &+= 1
        }
        if !line.namesGuard { line.namesGuard = GuardWords.name(classes, first: first, isAnnotation: isAnnotation) }
        line.position = position
        let single = parts == 1 ? classes : 0
        let counted = classes & Lexicon.wordClasses
        tally.add(words: counted, line.side)
        line.seen |= counted
        if single & Lexicon.structural != 0 || single & Lexicon.declaration != 0 {
            line.mix(whole, shape: whole)
        } else {
            line.mix(whole, shape: 1)
            line.names = (line.names.rotated5 ^ whole) &* 0x9E37_79B9_7F4A_7C15
        }
        line.words &+= 1
        if line.leading {
            if single & Lexicon.modifier != 0, single & Lexicon.declaration == 0 {
                line.modifiers &+= 1
                if single & Lexicon.bit(.visibility) != 0 { line.exported = true }
            } else {
                line.firstWord = single
                line.leading = false
            }
        } else if line.firstWord & Lexicon.importing != 0, line.module == 0 {
            line.module = whole
        }
        if single & Lexicon.importing != 0 { line.sawFrom = true }
        if line.terminated { line.afterTerminator = true }
        line.lastByte = UInt8(ascii: "a")
        line.previousWasWord = true
    }

    private func number(_ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, _ tally: inout Tally) {
        var position = line.position
        var whole = Lexicon.hashSeed
        var dots = 0
        while position < line.end {
            let byte = bytes[position]
            let byteClass = byteClasses[Int(byte)]
            guard byteClass == ByteClass.letter || byteClass == ByteClass.digit || byte == UInt8(ascii: ".") else {
                break
            }
            if byte == UInt8(ascii: ".") { dots &+= 1 }
            whole = Lexicon.step(whole, byte)
            position &+= 1
        }
        if dots >= 2 { tally.add(.version, line.side) }
        line.position = position
        line.mix(whole, shape: 2)
        line.numbers &+= 1
        line.leading = false
        if line.terminated { line.afterTerminator = true }
        line.lastByte = UInt8(ascii: "0")
        line.previousWasWord = false
        tally.add(.number, line.side)
    }
}

extension UInt64 {
    @inline(__always)
    var rotated5: UInt64 { self << 5 | self >> 59 }
}

@inline(__always)
func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0C
}

/// What a byte can begin.
enum ByteClass {
    static let symbol: UInt8 = 0
    static let space: UInt8 = 1
    static let letter: UInt8 = 2
    static let digit: UInt8 = 3
    static let quote: UInt8 = 4

    /// By byte; letters are ASCII letters, "_", "$" and all bytes from 0x80.
    static let of = FixedTable<UInt8>(
        (0..<256).map { byte in
            switch UInt8(byte) {
            case 0x20, 0x09, 0x0D, 0x0C: space
            case 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...0xFF: letter
            case 0x30...0x39: digit
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): quote
            default: symbol
            }
        })
}
