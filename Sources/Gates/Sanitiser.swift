import Domain

/// Makes text that a model or a file wrote harmless on a forge: last, and whatever came before.
///
/// What comes out is one line of words and code spans. Outside code spans it has no character that Markdown, GitHub or
/// GitLab gives a meaning to; what could be a mention, a reference, a command, a tag or an entity stands in a code
/// span, where they look for nothing; addresses are taken out everywhere. Sanitising twice changes nothing more.
/// Time and memory grow with the input's length up to a fixed bound.
package enum Sanitiser {
    /// What is read of an input, in bytes.
    package static let inputLimit = 16_384
    /// Characters of text that is neither title nor explanation.
    package static let textLimit = 4_000
    /// Characters (Unicode scalars) of a title.
    package static let titleLimit = 80
    /// Characters (Unicode scalars) of an explanation.
    package static let explanationLimit = 700

    /// A title: one line of at most 80 characters, without a full stop.
    package static func title(_ text: String) -> String {
        var title = compose(text, limit: titleLimit, sentences: .max)
        while title.hasSuffix(".") || title.hasSuffix(" ") { title.removeLast() }
        return title
    }

    /// An explanation: one line of at most three sentences.
    package static func explanation(_ text: String) -> String {
        compose(text, limit: explanationLimit, sentences: 3)
    }

    /// Any bytes as one line of harmless text; the entry for fuzzing.
    package static func sanitise(_ bytes: some Collection<UInt8>) -> String {
        sanitise(String(decoding: bytes.prefix(inputLimit), as: UTF8.self))
    }

    package static func sanitise(_ text: String) -> String {
        compose(text, limit: textLimit, sentences: .max)
    }

    /// Taking something out can bring together what then has to go too, so passes follow until nothing changes; a few
    /// suffice, and each shortens what it changes.
    private static func compose(_ text: String, limit: Int, sentences: Int) -> String {
        var result = pass(text, limit: limit, sentences: sentences)
        for _ in 0..<mostFurtherPasses {
            let next = pass(result, limit: limit, sentences: sentences)
            if next == result { break }
            result = next
        }
        return result
    }

    private static let mostFurtherPasses = 8

    private static func pass(_ text: String, limit: Int, sentences: Int) -> String {
        var line = SanitisedLine(limit: limit, sentences: sentences)
        for piece in SanitiserPieces.split(normalised(text)) {
            switch piece {
            case .text(let text, let touches): line.append(text: text, touchingBefore: touches)
            case .code(let content, let touches): line.append(code: content, touchingBefore: touches)
            }
            if line.isFull { break }
        }
        return line.text
    }

    /// One line without hidden characters; white space of any sort becomes a space, a pile of marks is cut.
    private static func normalised(_ text: String) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var marks = 0
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            if bytes > inputLimit { break }
            if scalar.value < 0x7F, scalar.value > 0x20 {
                marks = 0
                out.append(scalar)
            } else if scalar.properties.isWhitespace {
                marks = 0
                if out.last != " " { out.append(" ") }
            } else if !scalar.isHidden {
                switch scalar.properties.generalCategory {
                case .nonspacingMark, .enclosingMark, .spacingMark:
                    // A mark on a sign would make another character of it; a pile of marks covers other lines.
                    guard let last = out.last, last.properties.isAlphabetic || last.value > 0x7F else { continue }
                    marks += 1
                case .unassigned, .privateUse, .surrogate: continue
                default: marks = 0
                }
                if marks <= 3 { out.append(scalar) }
            }
        }
        return out
    }
}

/// Text outside code spans and the contents of code spans, in order.
enum SanitiserPieces {
    enum Piece {
        /// `touches`: no space stands between this and the piece before.
        case text([Unicode.Scalar], touches: Bool)
        case code([Unicode.Scalar], touches: Bool)
    }

    /// A run of backticks opens a code span if a run of the same length follows; another one, or one
    /// around nothing, is a space.
    static func split(_ text: [Unicode.Scalar]) -> [Piece] {
        var runs: [Range<Int>] = []
        var index = 0
        while index < text.count {
            if text[index] == "`" {
                var end = index + 1
                while end < text.count, text[end] == "`" { end += 1 }
                runs.append(index..<end)
                index = end
            } else {
                index += 1
            }
        }
        // The next run of each length, found from the back, keeps this linear.
        var partner = [Int](repeating: -1, count: runs.count)
        var next: [Int: Int] = [:]
        for position in runs.indices.reversed() {
            partner[position] = next[runs[position].count] ?? -1
            next[runs[position].count] = position
        }
        var pieces: [Piece] = []
        var prose: [Unicode.Scalar] = []
        var start = 0
        var position = 0
        var follows = false
        while position < runs.count {
            let run = runs[position]
            prose += text[start..<run.lowerBound]
            start = run.upperBound
            if partner[position] > position {
                let close = runs[partner[position]]
                let content = text[run.upperBound..<close.lowerBound]
                start = close.upperBound
                position = partner[position]
                if content.contains(where: { $0 != " " }) {
                    pieces.append(.text(prose, touches: follows))
                    pieces.append(.code(Array(content), touches: true))
                    prose = []
                    follows = true
                } else {
                    prose.append(" ")
                }
            } else {
                prose.append(" ")
            }
            position += 1
        }
        return pieces + [.text(prose + text[start...], touches: follows)]
    }
}
