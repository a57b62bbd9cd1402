import Diffs

/// Scans the lines of a hunk segment by segment, remembering what is open on each side.
///
/// The buffers are reused from hunk to hunk; one reader serves one thread.
struct SegmentReader {
    private let scanner: LineScanner
    private var oldMode = LineScanner.Mode.code
    private var newMode = LineScanner.Mode.code
    private(set) var tally = Tally()
    private(set) var facts: [LineFacts] = []
    private var modules: [(hash: UInt64, side: Int)] = []

    init(style: SourceStyle) {
        scanner = LineScanner(style: style)
        facts.reserveCapacity(128)
    }

    /// Prepares for the lines of another hunk.
    mutating func begin(_ lines: [HunkLine], _ bytes: UnsafeBufferPointer<UInt8>) {
        oldMode = .code
        newMode = .code
        if scanner.style.tripleQuotes {
            if let quote = startsInDocumentation(lines, bytes, skipping: .added) {
                oldMode = .documentationFromAbove(quote)
            }
            if let quote = startsInDocumentation(lines, bytes, skipping: .removed) {
                newMode = .documentationFromAbove(quote)
            }
        }
        guard scanner.style.starComments else { return }
        if startsInComment(lines, bytes, skipping: .added) { oldMode = .commentFromAbove }
        if startsInComment(lines, bytes, skipping: .removed) { newMode = .commentFromAbove }
    }

    /// True if the hunk closes a block comment on that side which it does not open, and every line before says so.
    private func startsInComment(
        _ lines: [HunkLine], _ bytes: UnsafeBufferPointer<UInt8>, skipping: DiffLine.Kind
    ) -> Bool {
        for line in lines where line.kind != skipping {
            var start = line.range.lowerBound
            var end = line.range.upperBound
            while start < end, isSpace(bytes[start]) { start &+= 1 }
            while end > start, isSpace(bytes[end &- 1]) { end &-= 1 }
            if start == end { continue }
            guard bytes[start] == UInt8(ascii: "*") else { return false }
            // "*/" alone closes; a line of code cannot look like that.
            if end &- start == 2, bytes[start &+ 1] == UInt8(ascii: "/") { return true }
        }
        return false
    }

    /// The quote of a documentation string that the hunk closes and seems not to open. Only a guess: three quotes look
    /// the same at both ends.
    private func startsInDocumentation(
        _ lines: [HunkLine], _ bytes: UnsafeBufferPointer<UInt8>, skipping: DiffLine.Kind
    ) -> UInt8? {
        var lastByte: UInt8 = 0
        var sawText = false
        for line in lines.prefix(200) where line.kind != skipping {
            var start = line.range.lowerBound
            var end = line.range.upperBound
            while start < end, isSpace(bytes[start]) { start &+= 1 }
            while end > start, isSpace(bytes[end &- 1]) { end &-= 1 }
            if start == end { continue }
            var index = start
            while index &+ 2 < end {
                let byte = bytes[index]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), bytes[index &+ 1] == byte,
                    bytes[index &+ 2] == byte
                {
                    // Alone on its line and not right below a heading: an end.
                    let opens = lastByte == UInt8(ascii: ":") || lastByte == UInt8(ascii: "=") || end &- start > 3
                    return sawText && !opens ? byte : nil
                }
                index &+= 1
            }
            sawText = true
            lastByte = bytes[end &- 1]
        }
        return nil
    }

    /// Scans the lines of one segment.
    mutating func read(
        _ lines: [HunkLine], _ range: Range<Int>, heading: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>, isPart: Bool
    ) -> SegmentShape {
        tally.reset()
        facts.removeAll(keepingCapacity: true)
        modules.removeAll(keepingCapacity: true)
        var headingMode = LineScanner.Mode.code
        _ = scanner.scan(bytes, heading, kind: .context, side: Tally.context, mode: &headingMode, tally: &tally)
        var shape = SegmentShape()
        shape.isPart = isPart
        shape.isProvenComment = true
        shape.isProvenImport = true
        var shapes: (removed: UInt64, added: UInt64) = (0, 0)
        var names: (removed: UInt64, added: UInt64) = (0, 0)
        var commentModesAgree = true
        var streamsAgree = true
        for index in range {
            let line = lines[index]
            let fact: LineFacts
            switch line.kind {
            case .context:
                let before = newMode
                if oldMode != newMode { commentModesAgree = false }
                // A token that moved past an unchanged line is a change of order.
                if tally.streams[Tally.removed] != tally.streams[Tally.added] { streamsAgree = false }
                fact = scanner.scan(
                    bytes, line.range, kind: .context, side: Tally.context, mode: &newMode, tally: &tally)
                // The old side reads the same bytes; only what was open before can make a difference.
                if oldMode == before { oldMode = newMode }
            case .added:
                fact = scanner.scan(bytes, line.range, kind: .added, side: Tally.added, mode: &newMode, tally: &tally)
                shape.added &+= 1
                shapes.added = mixed(shapes.added, fact.shape, fact)
                names.added = mixed(names.added, fact.names, fact)
            case .removed:
                fact = scanner.scan(
                    bytes, line.range, kind: .removed, side: Tally.removed, mode: &oldMode, tally: &tally)
                shape.removed &+= 1
                shapes.removed = mixed(shapes.removed, fact.shape, fact)
                names.removed = mixed(names.removed, fact.names, fact)
            }
            if fact.flags.contains(.importing), modules.count < 256 {
                modules.append((fact.module, line.kind.isAdded ? Tally.added : Tally.removed))
            }
            if !line.kind.isContext { note(fact, &shape) }
            if !fact.flags.isDisjoint(with: [.opensString, .inString]) { shape.touchesOpenString = true }
            facts.append(fact)
        }
        shape.guardsGone = guardsGone()
        if oldMode != newMode { commentModesAgree = false }
        if !commentModesAgree { shape.isProvenComment = false }
        let changed = shape.removed &+ shape.added
        if changed == 0 {
            shape.isProvenComment = false
            shape.isProvenImport = false
        }
        shape.hasSameShape = shape.removed > 0 && shapes.removed == shapes.added
        shape.hasSameNames = shape.hasSameShape && names.removed == names.added
        shape.newModules = modules.contains { module in
            module.side == Tally.added
                && !modules.contains { $0.side == Tally.removed && $0.hash == module.hash }
        }
        streamsAgree = streamsAgree && tally.streams[Tally.removed] == tally.streams[Tally.added]
        shape.isWhitespaceOnly = streamsAgree && isWhitespaceOnly(lines, range, bytes, shape)
        return shape
    }

    /// Removed lines that name an access check, but for those of a declaration that was removed as a whole.
    private func guardsGone() -> Int {
        guard tally(.guards, Tally.removed) > 0 else { return 0 }
        let dropsDeclaration = tally(.declaration, Tally.removed) > tally(.declaration, Tally.added)
        var count = 0
        for (index, fact) in facts.enumerated() where fact.kind.isRemoved && fact.flags.contains(.guards) {
            if dropsDeclaration, !annotatesWhatStays(index) { continue }
            count &+= 1
        }
        return count
    }

    /// Whether a line is an annotation of something that is not removed.
    private func annotatesWhatStays(_ index: Int) -> Bool {
        guard facts[index].flags.contains(.annotation) else { return false }
        for fact in facts[(index &+ 1)...] where !fact.kind.isAdded {
            if fact.flags.contains(.annotation) || fact.flags.contains(.comment) { continue }
            return fact.kind.isContext
        }
        return true
    }

    @inline(__always)
    private func mixed(_ hash: UInt64, _ value: UInt64, _ fact: LineFacts) -> UInt64 {
        fact.flags.contains(.blank) ? hash : (hash.rotated5 ^ value) &* 0x9E37_79B9_7F4A_7C15
    }

    private func note(_ fact: LineFacts, _ shape: inout SegmentShape) {
        let flags = fact.flags
        if flags.contains(.directive) || flags.contains(.hidden) { shape.hasDirective = true }
        if flags.contains(.nameOnly) { shape.nameOnly &+= 1 }
        if flags.contains(.blank) { return }
        if !flags.contains(.comment) || flags.contains(.continued) { shape.isProvenComment = false }
        if !flags.contains(.strictImport) { shape.isProvenImport = false }
        let looksLikeOne = flags.contains(.assumedComment) || flags.contains(.prose) && scanner.style.role != .prose
        if !flags.contains(.comment), looksLikeOne { shape.assumedComments &+= 1 }
    }

    /// Gives the segment what the rest of the change is compared with.
    func recordLines(in segment: inout ExaminedSegment) {
        var old: UInt64 = 0
        var new: UInt64 = 0
        for fact in facts where !fact.kind.isContext && !fact.flags.contains(.blank) {
            if fact.kind.isRemoved { old = mixed(old, fact.hash, fact) } else { new = mixed(new, fact.hash, fact) }
            // Braces and single words are everywhere.
            guard fact.tokens >= 3 else { continue }
            if fact.kind.isRemoved {
                segment.removedLines.append(fact.hash)
            } else {
                segment.addedLines.append(fact.hash)
            }
        }
        if segment.added > 0, segment.removed > 0 { segment.edit = old &* 31 ^ new }
    }

    // MARK: - Whitespace

    private func isWhitespaceOnly(
        _ lines: [HunkLine], _ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>, _ shape: SegmentShape
    ) -> Bool {
        let style = scanner.style
        guard !shape.touchesOpenString, !shape.hasDirective, hasSameInk(lines, range, bytes) else { return false }
        switch style.whitespace {
        case .significant:
            return false
        case .free:
            // A directive of the preprocessor, a line comment or a continued line ends with its line.
            let minding = zip(range, facts).contains { index, fact in
                !fact.kind.isContext
                    && (fact.flags.contains(.continued) || fact.flags.contains(.comment)
                        || firstByte(lines[index], bytes) == UInt8(ascii: "#"))
            }
            return !minding || sequencesAgree(lines, range, bytes, raw: false)
        case .lines:
            // A pattern literal may hold spaces that count; "/" outside a comment is all there is to see of one.
            let raw = zip(range, facts).contains { index, fact in
                !fact.kind.isContext && lines[index].range.contains { bytes[$0] == UInt8(ascii: "/") }
            }
            return sequencesAgree(lines, range, bytes, raw: raw)
        case .edges:
            return sequencesAgree(lines, range, bytes, raw: true)
        }
    }

    private func firstByte(_ line: HunkLine, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
        for index in line.range where !isSpace(bytes[index]) { return bytes[index] }
        return 0
    }

    /// The removed lines and the added lines, blank ones left out, are the same one by one.
    private func sequencesAgree(
        _ lines: [HunkLine], _ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>, raw: Bool
    ) -> Bool {
        var removed: UInt64 = 0
        var added: UInt64 = 0
        var counts = (0, 0)
        for (index, fact) in zip(range, facts) where !fact.flags.contains(.blank) {
            if fact.kind.isContext {
                if removed != added || counts.0 != counts.1 { return false }
                continue
            }
            if fact.flags.contains(.continued) { return false }
            let hash = raw ? trimmedHash(lines[index].range, bytes) : fact.hash
            if fact.kind.isRemoved {
                removed = (removed.rotated5 ^ hash) &* 0x9E37_79B9_7F4A_7C15
                counts.0 &+= 1
            } else {
                added = (added.rotated5 ^ hash) &* 0x9E37_79B9_7F4A_7C15
                counts.1 &+= 1
            }
        }
        return removed == added && counts.0 == counts.1
    }

    /// The removed and the added lines hold the same bytes but for whitespace: hashes can be forged, bytes cannot.
    private func hasSameInk(_ lines: [HunkLine], _ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var old = InkIterator(lines: lines, range: range, kind: .removed)
        var new = InkIterator(lines: lines, range: range, kind: .added)
        while true {
            let left = old.next(bytes)
            if left != new.next(bytes) { return false }
            if left == nil { return true }
        }
    }

    private func trimmedHash(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isSpace(bytes[start]) { start &+= 1 }
        while end > start, isSpace(bytes[end &- 1]) { end &-= 1 }
        var hash = Lexicon.hashSeed
        for index in start..<end { hash = Lexicon.step(hash, bytes[index]) }
        return hash
    }
}

/// The bytes of one side's changed lines that are not whitespace.
private struct InkIterator {
    let lines: [HunkLine]
    let range: Range<Int>
    let kind: DiffLine.Kind
    var index: Int
    var position: Int
    var end: Int

    init(lines: [HunkLine], range: Range<Int>, kind: DiffLine.Kind) {
        self.lines = lines
        self.range = range
        self.kind = kind
        index = range.lowerBound
        position = 0
        end = 0
    }

    mutating func next(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt8? {
        while true {
            while position < end {
                let byte = bytes[position]
                position &+= 1
                if !isSpace(byte) { return byte }
            }
            while index < range.upperBound, lines[index].kind != kind { index &+= 1 }
            guard index < range.upperBound else { return nil }
            position = lines[index].range.lowerBound
            end = lines[index].range.upperBound
            index &+= 1
        }
    }
}
