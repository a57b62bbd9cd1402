import Diffs

/// Comments, strings and the verdict on the whole line.
extension LineScanner {
    // MARK: - Strings

    /// Scans what begins with a quote. True: the rest of the line belongs to a string that goes on below.
    func quoted(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, _ facts: inout LineFacts, _ mode: inout Mode,
        _ tally: inout Tally
    ) -> Bool {
        let quote = bytes[line.position]
        let end = line.end
        let start = line.position
        if style.tripleQuotes, quote != UInt8(ascii: "`"), start &+ 2 < end, bytes[start &+ 1] == quote,
            bytes[start &+ 2] == quote
        {
            if mode == .documentationFromAbove(quote) {
                mode = .code
                facts.flags.insert(.opensString)
                line.position = start &+ 3
                line.mix(UInt64(quote), shape: 3)
                return false
            }
            let opensDocumentation = line.tokens <= 1 && line.words == line.tokens && line.modifiers == 0
            line.position = start &+ 3
            facts.flags.insert(.opensString)
            if opensDocumentation { facts.flags.formUnion([.inString, .documentation]) }
            mode = opensDocumentation ? .documentation(quote) : .string(quote)
            finishTripleQuoted(bytes, &line, &facts, &mode, quote)
            return line.position >= end
        }
        var position = start &+ 1
        var hash = Lexicon.hashSeed
        var isClosed = false
        var isPattern = false
        while position < end {
            let byte = bytes[position]
            if byte == quote {
                isClosed = true
                break
            }
            hash = Lexicon.step(hash, byte)
            if byte == UInt8(ascii: "\\"), position &+ 1 < end {
                position &+= 1
                hash = Lexicon.step(hash, bytes[position])
                if LineScanner.isPatternEscape(bytes[position]) { isPattern = true }
            }
            position &+= 1
        }
        if isPattern { tally.add(.regex, line.side) }
        line.previousWasWord = false
        if !isClosed {
            if quote == UInt8(ascii: "`"), style.backticks {
                facts.flags.insert(.opensString)
                wordsOfString(bytes, start &+ 1..<end, &line, &tally)
                line.mix(hash, shape: 3)
                line.strings &+= 1
                line.position = end
                mode = .backtick
                return true
            }
            if quote == UInt8(ascii: "'") {
                // An apostrophe, a lifetime or a character the scanner does not understand: one symbol.
                line.mix(UInt64(quote), shape: UInt64(quote))
                line.position = start &+ 1
                return false
            }
        }
        if line.firstWord & Lexicon.importing != 0 || line.sawFrom, line.module == 0 || line.strings == 0 {
            line.module = hash
        }
        wordsOfString(bytes, start &+ 1..<min(position, end), &line, &tally)
        if isLongBlob(bytes, start &+ 1..<min(position, end)) { tally.add(.blob, line.side) }
        line.mix(hash ^ UInt64(quote), shape: 3)
        line.strings &+= 1
        line.leading = false
        if line.terminated { line.afterTerminator = true }
        line.lastByte = quote
        tally.add(.string, line.side)
        line.position = min(position &+ 1, end)
        return false
    }

    private func wordsOfString(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ line: inout Line, _ tally: inout Tally
    ) {
        forEachWord(bytes, range) { _, classes, _ in
            let telling = classes & Lexicon.tellingWhenQuoted
            if telling != 0 { tally.add(words: telling, line.side) }
        }
    }

    /// A long run without spaces: encoded data that nobody can read.
    private func isLongBlob(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 120 else { return false }
        var spaces = 0
        for index in range where isSpace(bytes[index]) { spaces &+= 1 }
        return spaces &* 40 < range.count
    }

    func finishTripleQuoted(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, _ facts: inout LineFacts, _ mode: inout Mode,
        _ quote: UInt8
    ) {
        var position = line.position
        var hash = Lexicon.hashSeed
        let contentStart = position
        while position < line.end {
            let byte = bytes[position]
            if byte == quote, position &+ 2 < line.end, bytes[position &+ 1] == quote, bytes[position &+ 2] == quote {
                markDirectives(bytes, contentStart..<position, &facts)
                line.mix(hash, shape: 3)
                line.position = position &+ 3
                line.strings &+= 1
                facts.flags.insert(.opensString)
                mode = .code
                return
            }
            hash = Lexicon.step(hash, byte)
            position &+= byte == UInt8(ascii: "\\") && position &+ 1 < line.end ? 2 : 1
        }
        markDirectives(bytes, contentStart..<line.end, &facts)
        line.mix(hash, shape: 3)
        line.strings &+= 1
        line.position = line.end
    }

    func finishBacktick(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, _ facts: inout LineFacts, _ mode: inout Mode
    ) {
        var position = line.position
        var hash = Lexicon.hashSeed
        while position < line.end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "`") {
                line.mix(hash, shape: 3)
                line.position = position &+ 1
                facts.flags.insert(.opensString)
                mode = .code
                return
            }
            hash = Lexicon.step(hash, byte)
            position &+= byte == UInt8(ascii: "\\") && position &+ 1 < line.end ? 2 : 1
        }
        line.mix(hash, shape: 3)
        line.position = line.end
    }

    // MARK: - Comments

    @inline(__always)
    func startsComment(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Line) -> Bool {
        let position = line.position
        let next = position &+ 1 < line.end ? bytes[position &+ 1] : 0
        switch bytes[position] {
        case UInt8(ascii: "/"):
            // "://" is the middle of an address.
            return next == UInt8(ascii: "/") && style.slashComments && line.lastByte != UInt8(ascii: ":")
                || next == UInt8(ascii: "*") && style.starComments
        case UInt8(ascii: "#"):
            guard style.hashComments else { return false }
            return position == line.start || isSpace(bytes[position &- 1])
        case UInt8(ascii: "-"):
            return next == UInt8(ascii: "-") && style.dashComments
        case UInt8(ascii: ";"):
            return style.semicolonComments
        case UInt8(ascii: "%"):
            return style.percentComments
        case UInt8(ascii: "<"):
            return style.markupComments && next == UInt8(ascii: "!") && position &+ 3 < line.end
                && bytes[position &+ 2] == UInt8(ascii: "-") && bytes[position &+ 3] == UInt8(ascii: "-")
        default:
            return false
        }
    }

    /// Scans a comment. True: the rest of the line belongs to it.
    func comment(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, _ facts: inout LineFacts, _ mode: inout Mode,
        _ tally: inout Tally
    ) -> Bool {
        let start = line.position
        if line.commentStart == nil { line.commentStart = start }
        let first = bytes[start]
        let next = start &+ 1 < line.end ? bytes[start &+ 1] : 0
        let isBlock = first == UInt8(ascii: "<") || first == UInt8(ascii: "/") && next == UInt8(ascii: "*")
        if !isBlock {
            if style.slashComments, start &+ 2 < line.end, bytes[start &+ 2] == first || bytes[start &+ 2] == 0x21 {
                facts.flags.insert(.documentation)
            }
            markDirectives(bytes, start..<line.end, &facts)
            hashComment(bytes, start..<line.end, &line)
            line.position = line.end
            return true
        }
        if start &+ 2 < line.end {
            let third = bytes[start &+ 2]
            if third == UInt8(ascii: "*") { facts.flags.insert(.documentation) }
            // Query hints, conditional comments and the like are obeyed.
            if third == UInt8(ascii: "+") || third == UInt8(ascii: "!") || third == UInt8(ascii: "#")
                || third == UInt8(ascii: "@") || third == UInt8(ascii: "[")
            {
                facts.flags.insert(.directive)
            }
        }
        mode = .comment
        line.position = min(start &+ (first == UInt8(ascii: "<") ? 4 : 2), line.end)
        finishComment(bytes, &line, &facts, &mode)
        return line.position >= line.end
    }

    /// Reads on inside a block comment up to its end, or the line's.
    func finishComment(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: inout Line, _ facts: inout LineFacts, _ mode: inout Mode
    ) {
        if line.commentStart == nil { line.commentStart = line.position }
        let start = line.position
        var position = start
        let last: UInt8 = style.markupComments ? UInt8(ascii: ">") : UInt8(ascii: "/")
        let closing: UInt8 = style.markupComments ? UInt8(ascii: "-") : UInt8(ascii: "*")
        while position < line.end {
            if bytes[position] == closing, position &+ 1 < line.end, bytes[position &+ 1] == last {
                position &+= 2
                mode = .code
                break
            }
            position &+= 1
        }
        markDirectives(bytes, start..<position, &facts)
        hashComment(bytes, start..<position, &line)
        while position < line.end, isSpace(bytes[position]) { position &+= 1 }
        line.position = position
    }

    private func hashComment(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ line: inout Line) {
        var hash = Lexicon.hashSeed
        for index in range where !isSpace(bytes[index]) { hash = Lexicon.step(hash, bytes[index]) }
        line.hash = (line.hash.rotated5 ^ hash) &* 0x9E37_79B9_7F4A_7C15
        line.shape = (line.shape.rotated5 ^ 4) &* 0x9E37_79B9_7F4A_7C15
        line.stream = (line.stream.rotated5 ^ hash) &* 0x9E37_79B9_7F4A_7C15
    }

    /// Marks a comment that some tool obeys, or that hides what it says.
    private func markDirectives(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ facts: inout LineFacts
    ) {
        // Only what changes can hide anything.
        if facts.kind.isContext { return }
        var found = false
        forEachWord(bytes, range) { word, classes, _ in
            if classes & Lexicon.directive != 0 { found = true }
            if classes & Lexicon.maybeDirective != 0 {
                let before = word.lowerBound > 0 ? bytes[word.lowerBound &- 1] : 0
                let after = word.upperBound < range.upperBound ? bytes[word.upperBound] : 0
                if after == UInt8(ascii: ":") || before == UInt8(ascii: "@") || before == UInt8(ascii: "+")
                    || word.lowerBound == range.lowerBound &+ 2 && before == UInt8(ascii: "/")
                    || after == UInt8(ascii: "=") || after == UInt8(ascii: "-") && before == UInt8(ascii: "@")
                {
                    found = true
                }
            }
        }
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byteClasses[Int(byte)] == ByteClass.space || byte >= 0x61 && byte <= 0x7A {
                index &+= 1
                continue
            }
            let next = index &+ 1 < range.upperBound ? bytes[index &+ 1] : 0
            switch byte {
            case UInt8(ascii: ">"):
                // An example that a test runner executes.
                if next == byte, index &+ 2 < range.upperBound, bytes[index &+ 2] == byte { found = true }
            case UInt8(ascii: "`"):
                if next == byte, index &+ 2 < range.upperBound, bytes[index &+ 2] == byte { found = true }
            case UInt8(ascii: "#"):
                if next == UInt8(ascii: "!"), index == range.lowerBound { found = true }
            case UInt8(ascii: "?"):
                // Leaves PHP even inside a line comment.
                if next == UInt8(ascii: ">") { found = true }
            case 0xE2, 0xEF, 0xF3, 0x00...0x08:
                if isHidden(bytes, index, range.upperBound) { facts.flags.insert(.hidden) }
            default:
                break
            }
            index &+= 1
        }
        if found { facts.flags.insert(.directive) }
    }

    /// Zero-width and direction-turning characters, tags, and control bytes.
    private func isHidden(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ end: Int) -> Bool {
        let byte = bytes[index]
        if byte < 0x09 { return true }
        guard index &+ 2 < end else { return false }
        let second = bytes[index &+ 1]
        let third = bytes[index &+ 2]
        switch byte {
        case 0xE2:
            return second == 0x80 && (third >= 0x8B && third <= 0x8F || third >= 0xA8 && third <= 0xAE)
                || second == 0x81 && third >= 0xA0 && third <= 0xAF
        case 0xEF: return second == 0xBB && third == 0xBF
        default: return second == 0xA0
        }
    }
}
