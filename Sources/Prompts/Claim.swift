import Domain

/// One finding as a model wrote it, its form checked, its texts cut to their limits.
struct Claim: Sendable, Equatable {
    struct Fix: Sendable, Equatable {
        var start: Int
        var end: Int
        var text: String
    }

    let file: String
    let line: Int
    let quote: String
    let severity: Severity
    let confidence: Double
    let cwe: String?
    let title: String
    let explanation: String
    let fix: Fix?

    static let titleLimit = 80
    static let explanationLimit = 1200
    private static let quoteLimit = 4096
    private static let fixLimit = 16 << 10

    init(_ item: JSONValue, index: Int) throws(AnswerComplaint) {
        guard case .object = item else {
            throw AnswerComplaint(.wrongForm, "findings[\(index)] is not an object.")
        }
        let fields = Fields(item: item, place: "findings[\(index)]")
        file = ShownText.prefix(try fields.text("file"), bytes: Self.quoteLimit)
        // "41-" of a removed line is sometimes read as a negative number.
        let number = try fields.integer("line")
        line = number < 0 ? 0 &- number : number
        quote = ShownText.prefix(try fields.text("quote"), bytes: Self.quoteLimit)
        severity = try fields.severity("severity")
        confidence = try fields.share("confidence")
        cwe = fields.weakness("cwe")
        title = Self.cut(Mask.anonymised(try fields.text("title")), characters: Self.titleLimit)
        explanation = Self.firstSentences(Mask.anonymised(try fields.text("explanation")))
        guard !title.isEmpty else { throw AnswerComplaint(.wrongForm, "findings[\(index)].title is empty.") }
        fix = try Self.fix(item["fix"], place: "findings[\(index)].fix")
    }

    private static func fix(_ value: JSONValue?, place: String) throws(AnswerComplaint) -> Fix? {
        switch value {
        case nil, .null?, .string("")?, .bool(false)?, .array([])?: return nil
        case .object(let members)?:
            // Some models fill in every key to say that there is nothing.
            if members.isEmpty || members["text"] == .null { return nil }
            let fields = Fields(item: .object(members), place: place)
            let text = try fields.text("text")
            let fix = Fix(start: try fields.integer("start"), end: try fields.integer("end"), text: text)
            return text.utf8.count <= fixLimit ? fix : nil
        default: throw AnswerComplaint(.wrongForm, "\(place) is neither null nor an object.")
        }
    }

    /// One line of at most so many characters.
    static func cut(_ text: String, characters limit: Int) -> String {
        let words = oneLine(text)
        guard words.count > limit else { return words }
        let head = words.prefix(limit - 1)
        let end = head.lastIndex(of: " ").flatMap {
            head.distance(from: head.startIndex, to: $0) > limit / 2 ? $0 : nil
        }
        return head[..<(end ?? head.endIndex)] + "…"
    }

    private static func firstSentences(_ text: String) -> String {
        let words = oneLine(ShownText.prefix(text, bytes: explanationLimit))
        var ends = 0
        var index = words.startIndex
        while index < words.endIndex {
            let next = words.index(after: index)
            if ".!?".contains(words[index]), next < words.endIndex, words[next] == " " {
                let following = words.index(after: next)
                if following < words.endIndex, words[following].isUppercase || "`\"'(".contains(words[following]) {
                    ends += 1
                    if ends == 3 { return String(words[..<next]) }
                }
            }
            index = next
        }
        return words
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// Reads the members of an object by name and type.
struct Fields {
    let item: JSONValue
    let place: String

    func text(_ key: String) throws(AnswerComplaint) -> String {
        guard let value = item[key] else { throw missing(key) }
        guard case .string(let text) = value else { throw wrong(key, "text") }
        return text
    }

    func integer(_ key: String) throws(AnswerComplaint) -> Int {
        guard let value = item[key] else { throw missing(key) }
        guard let number = number(value), let integer = Int(exactly: number) else { throw wrong(key, "an integer") }
        return integer
    }

    /// A number from 0 to 1.
    func share(_ key: String) throws(AnswerComplaint) -> Double {
        guard let value = item[key] else { throw missing(key) }
        guard let number = number(value), number >= 0, number <= 1 else { throw wrong(key, "a number from 0 to 1") }
        return number
    }

    func severity(_ key: String) throws(AnswerComplaint) -> Severity {
        guard let severity = Severity(rawValue: try text(key).lowercased()) else {
            throw wrong(key, "one of critical, high, medium, low")
        }
        return severity
    }

    /// "CWE-89" of 89, "89" or "CWE-89"; nil for everything else, since a finding stands without it.
    func weakness(_ key: String) -> String? {
        var number: Int?
        switch item[key] {
        case .number(let value)?: number = Int(exactly: value)
        case .string(let text)?:
            number = Int(text.uppercased().hasPrefix("CWE-") ? String(text.dropFirst(4)) : text)
        default: break
        }
        guard let number, number > 0, number < 100_000 else { return nil }
        return "CWE-\(number)"
    }

    private func number(_ value: JSONValue) -> Double? {
        switch value {
        case .number(let number): return number
        case .string(let text):
            guard let number = Double(text), number.isFinite else { return nil }
            return number
        default: return nil
        }
    }

    private func missing(_ key: String) -> AnswerComplaint {
        AnswerComplaint(.wrongForm, "\(place).\(key) is missing.")
    }

    private func wrong(_ key: String, _ wanted: String) -> AnswerComplaint {
        AnswerComplaint(.wrongForm, "\(place).\(key) is not \(wanted).")
    }
}
