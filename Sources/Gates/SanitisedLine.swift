/// A line under construction: words and code spans within a length and a number of sentences.
struct SanitisedLine {
    private(set) var text = ""
    private(set) var isFull = false
    private let limit: Int
    private let sentences: Int
    private var length = 0
    private var ended = 0
    private var isAtSentenceEnd = false
    /// The last piece was a code span, so that another backtick must not follow at once.
    private var endsInCode = false
    private var previousCloses = false
    /// White space stood before the next piece.
    private var isSpacePending = false
    /// Words for one code span, not yet written, with the punctuation before them.
    private var pendingCode: (lead: String, words: [String], isAfterSpace: Bool)?

    init(limit: Int, sentences: Int) {
        self.limit = limit
        self.sentences = sentences
    }

    mutating func append(text scalars: [Unicode.Scalar], touchingBefore: Bool) {
        guard !scalars.isEmpty else { return }
        let cleaned = SanitiserMarkup.withoutLinksAndComments(scalars)
        if !touchingBefore || cleaned.first == " " { isSpacePending = true }
        for word in cleaned.split(separator: " ") {
            var string = ""
            string.unicodeScalars.append(contentsOf: word)
            switch SanitiserWord.form(of: string, isFirst: length == 0 && pendingCode == nil) {
            case nil: break
            case .plain(let plain):
                flushCode(trail: "")
                put(plain, isCode: false)
                previousCloses = SanitiserLinks.endsInClosingWord(plain) ?? previousCloses
            case .code(let lead, let content, let trail):
                if pendingCode == nil || !lead.isEmpty {
                    flushCode(trail: "")
                    pendingCode = (lead, [content], isSpacePending)
                } else {
                    pendingCode?.words.append(content)
                }
                if !trail.isEmpty { flushCode(trail: trail) }
            }
            isSpacePending = true
            if isFull { return }
        }
        flushCode(trail: "")
        isSpacePending = cleaned.last == " "
    }

    mutating func append(code scalars: [Unicode.Scalar], touchingBefore: Bool) {
        var string = ""
        string.unicodeScalars.append(contentsOf: scalars)
        if !touchingBefore { isSpacePending = true }
        putCode(lead: "", words: string.split(separator: " ").map(String.init), trail: "")
        isSpacePending = false
    }

    private mutating func flushCode(trail: String) {
        guard let pending = pendingCode else { return }
        pendingCode = nil
        let isSpaceNext = isSpacePending
        isSpacePending = pending.isAfterSpace
        putCode(lead: pending.lead, words: pending.words, trail: trail)
        isSpacePending = isSpaceNext
    }

    private mutating func putCode(lead: String, words: [String], trail: String) {
        let content = Self.cleaned(words, afterClosing: previousCloses)
        guard !content.isEmpty else { return put(lead + trail, isCode: false) }
        put(lead + "`" + content + "`" + trail, isCode: true, isBareStart: lead.isEmpty, isBareEnd: trail.isEmpty)
        previousCloses = SanitiserLinks.endsInClosingWord(content) ?? previousCloses
    }

    /// The content of a code span: no backticks, no addresses, and no reference where a closing keyword is near.
    private static func cleaned(_ words: [String], afterClosing: Bool) -> String {
        var words = words.map(\.replacingBackticks)
        // References go first: taking one out can leave an address.
        if afterClosing || SanitiserLinks.hasClosingWord(words.joined(separator: " ")) {
            words = words.map(SanitiserLinks.withoutReferences)
        }
        return words.map { SanitiserLinks.isLink($0[...]) ? SanitiserWord.removedLink : $0 }.joined(separator: " ")
    }

    private mutating func put(_ piece: String, isCode: Bool, isBareStart: Bool = false, isBareEnd: Bool = false) {
        guard !piece.isEmpty, !isFull else { return }
        if isAtSentenceEnd, isSpacePending, startsSentence(piece) {
            ended += 1
            if ended >= sentences {
                isFull = true
                return
            }
        }
        let needsSpace = length > 0 && (isSpacePending || (endsInCode && isBareStart && isCode))
        let width = piece.unicodeScalars.count + (needsSpace ? 1 : 0)
        guard length + width <= limit else {
            cut(piece, needsSpace: needsSpace, isCode: isCode)
            isFull = true
            return
        }
        if needsSpace { text += " " }
        text += piece
        length += width
        isSpacePending = false
        endsInCode = isCode && isBareEnd
        isAtSentenceEnd = Self.endsSentence(piece)
    }

    /// Writes as much as leaves room for " …", a word of its own that changes no other; a code span too long for the line is shortened inside.
    private mutating func cut(_ piece: String, needsSpace: Bool, isCode: Bool) {
        let room = limit - length - (needsSpace ? 1 : 0)
        if isCode, room >= 24 || length == 0, piece.hasPrefix("`"), room >= 6 {
            let content = piece.dropFirst().unicodeScalars.prefix(room - 4)
            if !content.contains("`") {
                var kept = String(content)
                // What is left of a cut word may be a closing keyword.
                kept = Self.cleaned(kept.split(separator: " ").map(String.init), afterClosing: previousCloses)
                text += (needsSpace ? " " : "") + "`" + kept + " …`"
                return
            }
        }
        if length == 0, !isCode {
            text = String(piece.unicodeScalars.prefix(limit - 2)) + " …"
            return
        }
        while text.unicodeScalars.count > limit - 2, let space = text.lastIndex(of: " ") {
            text = String(text[..<space])
        }
        // Cutting at a space may have cut a code span in two.
        if text.utf8.count(where: { $0 == UInt8(ascii: "`") }) % 2 == 1, let tick = text.lastIndex(of: "`") {
            text = String(text[..<tick])
        }
        while text.hasSuffix(" ") { text.removeLast() }
        if !text.isEmpty, text.unicodeScalars.count <= limit - 2 { text += " …" }
    }

    private static func endsSentence(_ piece: String) -> Bool {
        let bare = piece.drop { "(\"'".contains($0) }
        let end = bare.reversed().drop { "\"')”’»".contains($0) }
        guard let last = end.first, ".?!".contains(last) else { return false }
        return !["e.g.", "i.e.", "etc.", "vs.", "cf.", "no.", "resp."].contains(bare.lowercased())
    }

    private func startsSentence(_ piece: String) -> Bool {
        piece.first.map { !$0.isLowercase } ?? false
    }
}

extension String {
    /// Scalar by scalar: a backtick with a mark on it is another character, but still a backtick.
    fileprivate var replacingBackticks: String {
        var out = ""
        out.unicodeScalars.append(contentsOf: unicodeScalars.map { $0 == "`" ? "'" : $0 })
        return out
    }
}
