import Domain

/// Text of unknown origin made fit for a terminal: one line, nothing hidden, tabs expanded, bounded.
enum TerminalText {
    /// One line of text with tabs expanded and every hidden character made visible: a control as its picture
    /// (ESC is ␛), any other as `<U+202E>`; invalid UTF-8 becomes U+FFFD. Cut with "…" at `columns`.
    static func line(_ bytes: some Collection<UInt8>, columns: Int = 2_000, tab: Int = 4) -> String {
        // A column takes at least one byte; the spare room is for marks that take none.
        let bounded = bytes.prefix(columns &* 8 &+ 64)
        var out = ""
        var used = 0
        for scalar in String(decoding: bounded, as: UTF8.self).unicodeScalars {
            let piece: String
            if scalar == "\t" {
                piece = String(repeating: " ", count: tab - used % tab)
            } else if scalar == "\r" && used == 0 && bounded.count == 1 {
                piece = ""
            } else {
                piece = visible(scalar)
            }
            let width = columnsOf(piece)
            if used + width > columns {
                while columnsOf(out) > columns - 1 { out.unicodeScalars.removeLast() }
                return out + "…"
            }
            out.unicodeScalars.append(contentsOf: piece.unicodeScalars)
            used += width
        }
        return bounded.count < bytes.count ? out + "…" : out
    }

    static func line(_ text: String, columns: Int = 2_000) -> String {
        line(Array(text.utf8), columns: columns)
    }

    /// Words filled into lines of at most `columns`; a longer word is cut. Line breaks of the text are kept.
    static func wrap(_ text: String, columns: Int) -> [String] {
        let columns = max(8, columns)
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: true) {
            var current = ""
            var used = 0
            for word in paragraph.split(separator: " ", omittingEmptySubsequences: true) {
                for piece in cut(line(String(word)), into: columns) {
                    let width = columnsOf(piece)
                    if used > 0, used + 1 + width > columns {
                        lines.append(current)
                        current = ""
                        used = 0
                    }
                    current += used > 0 ? " " + piece : piece
                    used += used > 0 ? width + 1 : width
                }
            }
            if used > 0 { lines.append(current) }
        }
        return lines
    }

    /// Columns a terminal gives the text: two for wide East Asian letters and emoji, none for combining marks.
    static func columnsOf(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.unicodeScalars.reduce(0) { $0 + columnsOf($1) }
    }

    static func padded(_ text: String, to columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - columnsOf(text)))
    }

    private static func visible(_ scalar: Unicode.Scalar) -> String {
        guard scalar.isHidden || scalar == "\n" else { return String(Character(scalar)) }
        switch scalar.value {
        case 0x00..<0x20: return Unicode.Scalar(0x2400 + scalar.value).map { String(Character($0)) } ?? "\u{FFFD}"
        case 0x7F: return "\u{2421}"
        default:
            let hex = String(scalar.value, radix: 16, uppercase: true)
            return "<U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + ">"
        }
    }

    private static func cut(_ word: String, into columns: Int) -> [String] {
        guard columnsOf(word) > columns else { return [word] }
        var pieces: [String] = []
        var current = ""
        var used = 0
        for scalar in word.unicodeScalars {
            let width = columnsOf(scalar)
            if used + width > columns {
                pieces.append(current)
                current = ""
                used = 0
            }
            current.unicodeScalars.append(scalar)
            used += width
        }
        return pieces + [current]
    }

    private static func columnsOf(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x300: 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: 0
            default: 1
            }
        }
    }
}
