/// Takes out what would not be seen: HTML comments whole, and of links and images all but their text.
///
/// This is for reading, not for safety: what is left still goes through the words' judgement.
enum SanitiserMarkup {
    static func withoutLinksAndComments(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        withoutLinks(withoutComments(text))
    }

    private static func withoutComments(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard text.contains("<") else { return text }
        var out: [Unicode.Scalar] = []
        var index = 0
        var isClosable = true
        while index < text.count {
            if isClosable, text[index] == "<", matches(text, "<!--", at: index) {
                if let end = find("-->", in: text, from: index + 4) {
                    out.append(" ")
                    index = end + 3
                    continue
                }
                // No later comment can close either; looking again for each would take quadratic time.
                isClosable = false
            }
            out.append(text[index])
            index += 1
        }
        return out
    }

    private static func withoutLinks(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard text.contains("]") else { return text }
        var drop = [Bool](repeating: false, count: text.count)
        var open: [Int] = []
        var index = 0
        while index < text.count {
            if text[index] == "[" {
                open.append(index)
            } else if text[index] == "]", let start = open.popLast(), index + 1 < text.count, text[index + 1] == "(",
                let end = closingBracket(text, from: index + 1), isAddress(text[(index + 2)..<end])
            {
                drop[start] = true
                if start > 0, text[start - 1] == "!" { drop[start - 1] = true }
                for position in index...end { drop[position] = true }
                index = end
            }
            index += 1
        }
        return text.indices.filter { !drop[$0] }.map { text[$0] }
    }

    /// The bracket that closes the one at `start`, within 2,000 characters.
    private static func closingBracket(_ text: [Unicode.Scalar], from start: Int) -> Int? {
        var depth = 0
        for index in start..<min(text.count, start + 2_000) {
            if text[index] == "(" { depth += 1 }
            if text[index] == ")" {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private static func isAddress(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let first = text.first else { return false }
        return "/#<.".unicodeScalars.contains(first) || text.contains(":")
            || matches(Array(text.prefix(4)), "www.", at: 0)
    }

    private static func matches(_ text: [Unicode.Scalar], _ pattern: String, at index: Int) -> Bool {
        var position = index
        for scalar in pattern.unicodeScalars {
            guard position < text.count, text[position] == scalar else { return false }
            position += 1
        }
        return true
    }

    private static func find(_ pattern: String, in text: [Unicode.Scalar], from start: Int) -> Int? {
        guard start < text.count else { return nil }
        for index in start..<text.count where matches(text, pattern, at: index) { return index }
        return nil
    }
}
