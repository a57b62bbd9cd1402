/// Finds the one JSON value in what a model wrote.
enum AnswerText {
    /// Bytes of an answer that are read at all.
    static let limit = 64 << 10

    /// The outermost JSON value that `isWanted`, with prose, code fences and visible thoughts around it let pass.
    static func value(
        in text: String, isWanted: (JSONValue) -> Bool
    ) throws(AnswerComplaint) -> JSONValue {
        guard text.utf8.count <= limit else { throw AnswerComplaint(.tooLong, "It is longer than 64 kB.") }
        let bytes = Array(withoutThoughts(text).utf8)
        guard bytes.contains(where: { $0 > 0x20 }) else { throw AnswerComplaint(.empty, "It is empty.") }
        var found: JSONValue?
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
            guard isWanted(value) else { continue }
            if let found, found != value {
                throw AnswerComplaint(.ambiguous, "It holds several different JSON objects.")
            }
            found = value
        }
        if let found { return found }
        if sawValue { throw AnswerComplaint(.wrongForm, "Its JSON does not have the keys of the schema.") }
        throw AnswerComplaint(.noJSON, "It holds no valid JSON object.")
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
