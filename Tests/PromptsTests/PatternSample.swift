/// Texts that a pattern matches, by chance: so that every rule can be given a secret which stands in no file.
///
/// Knows what the rules use of RE2's syntax: literals, classes, groups, alternatives and counts. What stands for a
/// place and not for text (`\b`, `^`, `$`) becomes nothing.
struct PatternSample {
    private var rest: Substring
    private var random: SeededGenerator

    static func text(of pattern: String, seed: UInt64) -> String {
        var sample = PatternSample(rest: pattern[...], random: SeededGenerator(seed: seed))
        return sample.alternatives()
    }

    private mutating func alternatives() -> String {
        var all = [""]
        while let next = rest.first, next != ")" {
            if next == "|" {
                rest.removeFirst()
                all.append("")
                continue
            }
            all[all.count - 1] += counted()
        }
        return all.filter { !$0.isEmpty }.randomElement(using: &random) ?? ""
    }

    /// One item as often as its count says, drawn anew each time.
    private mutating func counted() -> String {
        let start = rest
        var text = item()
        let afterItem = rest
        guard let (least, most) = count() else { return text }
        let afterCount = rest
        let times = Int.random(in: least...min(most, least + 3), using: &random)
        if times == 0 { text = "" }
        for _ in 0..<max(0, times - 1) {
            rest = start
            text += item()
            rest = afterItem
        }
        rest = afterCount
        return text
    }

    private mutating func count() -> (Int, Int)? {
        var found: (Int, Int)?
        switch rest.first {
        case "?": found = (0, 1)
        case "*": found = (0, 3)
        case "+": found = (1, 3)
        case "{":
            let inside = rest.dropFirst().prefix { $0 != "}" }
            let bounds = inside.split(separator: ",", omittingEmptySubsequences: false)
            guard let least = Int(bounds[0]) else { return nil }
            found = (least, bounds.count == 1 ? least : Int(bounds[1]) ?? least + 3)
            rest = rest.dropFirst(inside.count + 1)
        default: return nil
        }
        rest.removeFirst()
        if rest.first == "?" { rest.removeFirst() }
        return found
    }

    private mutating func item() -> String {
        guard let next = rest.popFirst() else { return "" }
        switch next {
        case "(":
            if rest.hasPrefix("?") {
                let flags = rest.dropFirst().prefix { $0 != ":" && $0 != ")" && $0 != ">" }
                rest = rest.dropFirst(flags.count + 1)
                // "(?i)" stands alone.
                if rest.popFirst() == ")" { return "" }
            }
            let text = alternatives()
            rest = rest.dropFirst()
            return text
        case "[": return String(characterClass().randomElement(using: &random) ?? "0")
        case "\\":
            let set = escape()
            return set.isEmpty ? "" : String(set.randomElement(using: &random) ?? "0")
        case ".": return "x"
        case "^", "$": return ""
        default: return String(next)
        }
    }

    private static let letters = "abcdefghijklmnopqrstuvwxyz"
    private static let digits = Array("0123456789")
    private static let wordCharacters = Array(letters + letters.uppercased()) + digits

    /// What follows a backslash.
    private mutating func escape() -> [Character] {
        switch rest.popFirst() {
        case "w": return Self.wordCharacters
        case "d": return Self.digits
        case "s": return [" "]
        case "S": return Self.wordCharacters
        case "n": return ["\n"]
        case "r", "t": return [" "]
        case "b", "B", "A", "z": return []
        case "x":
            let code = rest.prefix(2)
            rest = rest.dropFirst(2)
            return UInt8(code, radix: 16).map { [Character(Unicode.Scalar($0))] } ?? []
        case let other?: return [other]
        case nil: return []
        }
    }

    private mutating func characterClass() -> [Character] {
        let isNegated = rest.first == "^"
        if isNegated { rest.removeFirst() }
        var members: [Character] = []
        var isFirst = true
        while let next = rest.popFirst(), isFirst || next != "]" {
            isFirst = false
            if next == "\\" {
                members += escape()
            } else if rest.first == "-", let end = rest.dropFirst().first, end != "]",
                let low = next.asciiValue, let high = end.asciiValue, low <= high
            {
                members += (low...high).map { Character(Unicode.Scalar($0)) }
                rest = rest.dropFirst(2)
            } else {
                members.append(next)
            }
        }
        return isNegated ? (Self.wordCharacters + [" ", ";"]).filter { !members.contains($0) } : members
    }
}
