/// Finds the one JSON value in what a model wrote.
enum AnswerText {
    /// Bytes of an answer that are read at all.
    static let limit = 64 << 10

    /// The outermost JSON value of the highest rank, with prose, code fences and visible thoughts around it let pass.
    ///
    /// - Parameter rank: how much a value looks like the answer; nil: not at all.
    static func value(in text: String, rank: (JSONValue) -> Int?) throws(AnswerComplaint) -> JSONValue {
        guard text.utf8.count <= limit else { throw AnswerComplaint(.tooLong, "It is longer than 64 kB.") }
        let bytes = Array(withoutThoughts(text).utf8)
        guard bytes.contains(where: { $0 > 0x20 }) else { throw AnswerComplaint(.empty, "It is empty.") }
        var best: (rank: Int, value: JSONValue, isOne: Bool)?
        var sawValue = false
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "{") || bytes[index] == UInt8(ascii: "[") else {
                index += 1
                continue
            }
            var reader = JSONReader(bytes, at: index)
            guard let value = reader.value() else {
                index += 1
                continue
            }
            index = reader.position
            sawValue = true
            guard let found = rank(value), found >= best?.rank ?? found else { continue }
            if let known = best, found == known.rank {
                best = (found, known.value, known.isOne && value == known.value)
            } else {
                best = (found, value, true)
            }
        }
        if let best {
            guard best.isOne else {
                throw AnswerComplaint(.ambiguous, "It holds several different JSON objects.")
            }
            return best.value
        }
        if sawValue { throw AnswerComplaint(.wrongForm, "Its JSON does not have the keys of the schema.") }
        throw AnswerComplaint(.noJSON, "It holds no valid JSON object.")
    }

    /// Whether the text is an empty list and no more; brackets also occur in prose about code.
    static func isEmptyList(_ text: String) -> Bool {
        guard text.utf8.count < 100 else { return false }
        return text.filter { !$0.isWhitespace && $0 != "`" }.replacing("json", with: "") == "[]"
    }

    /// What some models think aloud, with drafts of the answer in it.
    private static func withoutThoughts(_ text: String) -> Substring {
        let blanksBefore = text.drop(while: \.isWhitespace)
        for (open, close) in [("<think>", "</think>"), ("<thinking>", "</thinking>")]
        where blanksBefore.hasPrefix(open) {
            var rest = blanksBefore.utf8[...]
            let mark = Array(close.utf8)
            var end: Substring.UTF8View.Index?
            while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
                if rest[start...].starts(with: mark) { end = rest.index(start, offsetBy: mark.count) }
                rest = rest[rest.index(after: start)...]
            }
            return end.map { blanksBefore[$0...] } ?? ""
        }
        return blanksBefore
    }
}
