/// How this server counts tokens; stated, simple, the same for every model, and never more tokens than bytes.
///
/// A token is up to four bytes of one word (letters, digits, underscore, anything beyond ASCII), with one space before
/// it for nothing; or up to eight blanks of one kind; or a single other byte.
package enum Tokeniser {
    /// Where each token of the text ends.
    static func ends(in text: some Collection<UInt8>) -> [Int] {
        let bytes = Array(text)
        var ends: [Int] = []
        var position = 0
        while position < bytes.count {
            let first = bytes[position]
            if first == 0x20, position + 1 < bytes.count, isWord(bytes[position + 1]) { position += 1 }
            let start = position
            if isWord(bytes[start]) {
                while position < bytes.count, isWord(bytes[position]), position - start < 4 { position += 1 }
            } else if [0x20, 0x09, 0x0A, 0x0D].contains(first) {
                while position < bytes.count, bytes[position] == first, position - start < 8 { position += 1 }
            } else {
                position += 1
            }
            ends.append(position)
        }
        return ends
    }

    package static func count(_ text: String) -> Int {
        ends(in: text.utf8).count
    }

    /// The longest beginning of the text of at most so many tokens that ends with a whole character.
    package static func prefix(of text: String, tokens: Int) -> String {
        let ends = ends(in: text.utf8)
        guard ends.count > tokens else { return text }
        let bytes = Array(text.utf8.prefix(tokens > 0 ? ends[tokens - 1] : 0))
        for cut in 0...min(3, bytes.count) {
            if let whole = String(validating: bytes.dropLast(cut), as: UTF8.self) { return whole }
        }
        return ""
    }

    /// The text in pieces of so many tokens, as a stream sends it; together they are the text.
    static func pieces(of text: String, tokens: Int) -> [String] {
        let bytes = Array(text.utf8)
        var pieces: [String] = []
        var start = 0
        for (index, end) in ends(in: bytes).enumerated() where (index + 1) % tokens == 0 || end == bytes.count {
            // A piece that ends within a character waits for the next.
            guard let piece = String(validating: bytes[start..<end], as: UTF8.self) else { continue }
            pieces.append(piece)
            start = end
        }
        if start < bytes.count { pieces.append(String(decoding: bytes[start...], as: UTF8.self)) }
        return pieces
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}
