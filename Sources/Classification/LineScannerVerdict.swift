import Diffs

/// What a whole line is, once it has been read.
extension LineScanner {
    /// A line that is nothing but comment.
    func commentLine(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Line, _ facts: LineFacts, _ mode: Mode, _ tally: inout Tally
    ) -> LineFacts {
        var facts = facts
        facts.flags.insert(.comment)
        facts.hash = line.hash
        facts.shape = line.shape
        countComment(bytes, line, facts, &tally)
        return facts
    }

    private func countComment(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Line, _ facts: LineFacts, _ tally: inout Tally
    ) {
        tally.add(.comment, line.side)
        if facts.flags.contains(.directive) { tally.add(.directive, line.side) }
        if facts.flags.contains(.documentation) { tally.add(.documentation, line.side) }
        if facts.flags.contains(.hidden) { tally.add(.hidden, line.side) }
    }

    func conclude(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Line, _ facts: inout LineFacts, _ mode: inout Mode,
        _ tally: inout Tally
    ) {
        facts.hash = line.hash
        facts.shape = line.shape
        facts.names = line.names
        facts.tokens = line.tokens
        if line.tokens == 0 {
            facts.flags.insert(.comment)
            countComment(bytes, line, facts, &tally)
            return
        }
        let side = line.side
        tally.add(.tokens, side, UInt32(truncatingIfNeeded: line.tokens))
        tally.add(.indent, side, UInt32(truncatingIfNeeded: min(facts.indent, 80)))
        if facts.flags.contains(.directive) { tally.add(.directive, side) }
        if facts.flags.contains(.hidden) { tally.add(.hidden, side) }
        if facts.flags.contains(.inString) {
            tally.add(.inString, side)
            if facts.flags.contains(.documentation) { tally.add(.documentation, side) }
            return
        }
        if style.starComments, bytes[line.start] == UInt8(ascii: "*"),
            line.start &+ 1 == line.end || isSpace(bytes[line.start &+ 1])
        {
            facts.flags.insert(.assumedComment)
        }
        if facts.flags.contains(.annotation) { tally.add(.annotation, side) }
        if line.words == 0 && line.strings == 0 && line.numbers == 0 || isCloserWord(line) {
            facts.flags.insert(.closer)
            tally.add(.closer, side)
            return
        }
        imports(line, &facts, &mode, &tally)
        declarations(line, &facts, &tally)
        if line.namesGuard, style.role == .code, facts.flags.isDisjoint(with: [.importing, .declaration]) {
            facts.flags.insert(.guards)
            tally.add(.guards, side)
        }
        let isImport = facts.flags.contains(.importing)
        if !isImport, line.calls == 0, line.words <= 4, line.operators <= 1,
            line.assigns == 1 && line.separators <= 1 || line.separators == 1 && line.assigns == 0,
            line.firstWord & (Lexicon.declaration | Lexicon.acting) == 0
        {
            facts.flags.insert(.keyValue)
            tally.add(.keyValue, side)
        }
        if line.words >= 4, line.calls == 0, line.assigns == 0, line.operators &* 4 <= line.words,
            line.words &* 3 >= line.tokens &* 2,
            line.lastByte != UInt8(ascii: "{"), line.lastByte != UInt8(ascii: ";"), line.lastByte != UInt8(ascii: "(")
        {
            facts.flags.insert(.prose)
            tally.add(.prose, side)
        }
    }

    /// `end`, `fi`, `done` and the like alone on a line.
    private func isCloserWord(_ line: Line) -> Bool {
        line.words == 1 && line.tokens <= 2 && line.firstWord & Lexicon.closing != 0
    }

    private func imports(_ line: Line, _ facts: inout LineFacts, _ mode: inout Mode, _ tally: inout Tally) {
        facts.module = line.module
        if line.importList {
            // Inside `import { … }` or `from x import ( … )`: names, commas, strings.
            let closes = line.lastByte == line.importCloser || line.sawFrom
            if line.calls == 0, line.assigns == 0, line.operators == 0 {
                mark(&facts, line, &tally, strict: !line.afterTerminator)
            }
            mode = closes || line.tokens > 40 ? .code : .importList(line.importCloser)
            return
        }
        guard mode == .code else { return }
        let leads = line.firstWord & Lexicon.importing != 0 && line.assigns == 0
        let requires = line.assigns == 1 && line.calls == 1 && line.strings == 1 && line.sawFrom && line.words <= 3
        if !leads && !requires {
            let isName =
                line.strings == 1 && line.tokens <= 2 || line.words == 1 && line.tokens <= 2 && line.numbers == 0
            // An annotation does something, whatever is imported near by.
            if isName, !facts.flags.contains(.annotation) { facts.flags.insert(.nameOnly) }
            return
        }
        // Sentences begin with "from" and "use" too.
        if line.words > 12 && line.strings == 0 && line.separators == 0 { return }
        if style.role == .prose { return }
        let opensList = line.lastByte == UInt8(ascii: "{") || line.lastByte == UInt8(ascii: "(")
        if opensList {
            mode = .importList(line.lastByte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")"))
        }
        let quietCalls = requires || line.calls == 0 || line.calls == 1 && line.strings == 1 && line.words <= 3
        guard quietCalls || opensList else { return }
        mark(&facts, line, &tally, strict: !line.afterTerminator && line.operators <= 1)
    }

    private func mark(_ facts: inout LineFacts, _ line: Line, _ tally: inout Tally, strict: Bool) {
        facts.flags.insert(.importing)
        if strict { facts.flags.insert(.strictImport) }
        tally.add(.importing, line.side)
    }

    private func declarations(_ line: Line, _ facts: inout LineFacts, _ tally: inout Tally) {
        if facts.flags.contains(.importing) || style.role == .prose || style.role == .data { return }
        var isDeclaration = line.firstWord & Lexicon.declaration != 0
        if isDeclaration, line.firstWord & Lexicon.typeDeclaration != 0 {
            // `type: string`, `message = …`: a key, not a declaration.
            if line.words < 2 || line.assigns == 1 && line.words < 3 && line.separators == 0 && line.modifiers == 0 {
                isDeclaration = line.modifiers > 0
            }
            if line.separators > 0, line.words <= 2, line.modifiers == 0, line.lastByte != UInt8(ascii: "{"),
                line.lastByte != UInt8(ascii: ":")
            {
                isDeclaration = false
            }
            if isDeclaration {
                facts.flags.insert(.typeDeclaration)
                tally.add(.typeDeclaration, line.side)
            }
        }
        if !isDeclaration, line.calls >= 1, line.lastByte == UInt8(ascii: "{"), line.assigns == 0,
            line.firstWord & Lexicon.acting == 0, facts.indent <= 8, line.words >= 1
        {
            // C-family functions and methods have no keyword: `int main(void) {`, `search(path: string) {`.
            isDeclaration = line.strings == 0 && line.words >= line.calls
        }
        if !isDeclaration, line.modifiers > 0, line.exported, line.words > line.modifiers, line.calls <= 1 {
            isDeclaration = line.firstWord & Lexicon.acting == 0
        }
        guard isDeclaration else { return }
        facts.flags.insert(.declaration)
        tally.add(.declaration, line.side)
        if line.exported {
            facts.flags.insert(.exported)
            tally.add(.exported, line.side)
        }
    }

    /// Calls `visit` for each word (cut at capitals and underscores) with its range, classes and hash.
    @inline(__always)
    func forEachWord(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>,
        _ visit: (Range<Int>, Lexicon.Classes, UInt64) -> Void
    ) {
        var hash = Lexicon.hashSeed
        var start = range.lowerBound
        var last: UInt8 = 0
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes[position]
            let byteClass = byteClasses[Int(byte)]
            let belongs = (byteClass == ByteClass.letter || byteClass == ByteClass.digit) && byte != UInt8(ascii: "_")
            let isCapital = byte >= 0x41 && byte <= 0x5A
            if !belongs || isCapital && last >= 0x61 && last <= 0x7A {
                if position > start {
                    let classes = lexicon.classes(of: hash)
                    if classes != 0 { visit(start..<position, classes, hash) }
                }
                hash = Lexicon.hashSeed
                start = belongs ? position : position &+ 1
            }
            if belongs { hash = Lexicon.step(hash, isCapital ? byte | 0x20 : byte) }
            last = byte
            position &+= 1
        }
        if position > start {
            let classes = lexicon.classes(of: hash)
            if classes != 0 { visit(start..<position, classes, hash) }
        }
    }
}
