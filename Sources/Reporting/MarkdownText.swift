import Diffs
import Domain

/// Text of unknown origin put into Markdown so that it shows as text and nothing else.
///
/// Markdown of forges gives meaning to plain text after it was rendered (mentions, references, bare links), where a
/// backslash does not help; what could be such a thing goes into a code span, where forges look for nothing.
enum MarkdownText {
    /// One line of prose. Code spans of the text stay code spans; all other punctuation that could be markup is escaped.
    static func inline(_ text: String) -> String {
        var out = ""
        var rest = singleLine(text)[...]
        while let tick = rest.firstIndex(of: "`") {
            out += words(rest[..<tick])
            let run = rest[tick...].prefix { $0 == "`" }
            let after = rest[run.endIndex...]
            guard let close = closing(run.count, in: after), after[..<close].contains(where: { $0 != " " }) else {
                out += String(repeating: "\\`", count: run.count)
                rest = after
                continue
            }
            out += code(String(after[..<close]))
            rest = after[close...].dropFirst(run.count)
        }
        return out + words(rest)
    }

    /// A code span that shows exactly this text on one line.
    static func code(_ text: String) -> String {
        let text = singleLine(text)
        guard text.contains(where: { $0 != " " }) else { return "` `" }
        let fence = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
        let pad = text.first == "`" || text.last == "`" || (text.first == " " && text.last == " ") ? " " : ""
        return fence + pad + text + pad + fence
    }

    /// A fenced block that holds exactly these lines, whatever backticks they have.
    static func block(_ text: String, language: String) -> String {
        let fence = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(singleLine)
        return ([fence + language] + lines + [fence]).joined(separator: "\n")
    }

    static func longestRun(of character: Unicode.Scalar, in text: some StringProtocol) -> Int {
        var longest = 0
        var run = 0
        for byte in text.utf8 {
            run = UInt32(byte) == character.value ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }

    private static func singleLine(_ text: some StringProtocol) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\t": out += " "
            default: if !scalar.isHidden { out.unicodeScalars.append(scalar) }
            }
        }
        return out
    }

    /// Where the next run of exactly `count` backticks starts.
    private static func closing(_ count: Int, in text: Substring) -> String.Index? {
        var index = text.startIndex
        while let tick = text[index...].firstIndex(of: "`") {
            let run = text[tick...].prefix { $0 == "`" }
            if run.count == count { return tick }
            index = run.endIndex
        }
        return nil
    }

    private static func words(_ text: Substring) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            mayLink(word) ? code(String(word)) : escape(word)
        }.joined(separator: " ")
    }

    private static func mayLink(_ word: Substring) -> Bool {
        var previous: UInt8 = 0
        for byte in word.utf8 {
            switch byte {
            case UInt8(ascii: "@"), UInt8(ascii: "#"): return true
            case UInt8(ascii: "/") where previous == UInt8(ascii: "/") || previous == 0: return true
            default: break
            }
            previous = byte
        }
        return word.lowercased().contains("www.")
    }

    private static func escape(_ word: Substring) -> String {
        var out = ""
        for scalar in word.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~", "&", "$": out += "\\"
            case "-", "+", "=", ":": if out.isEmpty { out += "\\" }
            case ".", ")": if !out.isEmpty, out.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { out += "\\" }
            default: break
            }
            out.unicodeScalars.append(scalar)
        }
        return out
    }
}
