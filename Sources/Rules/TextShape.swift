import SyntaxTrees

extension FileScan {
    private static let statements: [[UInt8]] = [
        "select ", "insert ", "update ", "delete ", "create ", "alter ", "drop ", "replace into", "merge ", "exec ",
        "execute ", "call ", "truncate ", "grant ", "where ", "order by", "with ", "union ", "and ", "or ", "show ",
        "set ", "explain ", "copy ", "declare ", "begin ", "from ", "limit ", "having ", "group by", "join ",
        "left join",
        "inner join", "values", "use ", "describe ", "lock ", "revoke ", "savepoint ", "vacuum ", "analyze ",
    ].map { Array($0.utf8) }

    /// Whether a text begins as an SQL statement or clause does.
    func looksLikeSQL(_ text: [UInt8]) -> Bool {
        let start = text.prefix(400).drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 || $0 == 0x0D || $0 == 0x28 }
        let lower = start.prefix(200).map { $0 == 0x0A || $0 == 0x09 || $0 == 0x0D ? 0x20 : lowercase($0) }
        guard let statement = Self.statements.first(where: { lower.starts(with: $0) }) else { return false }
        // Words that also begin plain sentences need another word of SQL.
        let isPlain = [
            "select ", "update ", "create ", "with ", "and ", "or ", "set ", "use ", "from ", "call ", "show ",
            "delete ",
            "copy ", "drop ", "insert ", "begin ", "limit ", "values", "grant ", "lock ", "merge ", "execute ", "exec ",
            "alter ", "describe ", "explain ",
        ]
        .contains { $0.utf8.elementsEqual(statement) }
        guard isPlain else { return true }
        let all = text.prefix(2000).map { $0 == 0x0A || $0 == 0x09 || $0 == 0x0D ? 0x20 : lowercase($0) }
        return [
            " from ", " set ", " into ", " values", " table", " where ", "=", " database", " user", " index", " view",
            " schema", " like ", " in (", " role", " function", " trigger", " procedure", " on ", " column",
        ]
        .contains { contains(all, Array($0.utf8)) }
    }

    /// Whether a parameter, or worse, stands in an SQL text where a value does: behind a comparison or in a list.
    func holdsOpenValue(_ text: [UInt8]) -> Bool {
        for (index, byte) in text.enumerated() where Value.isGap(byte) && byte >= Value.gap(.parameter) {
            var before = text[..<index].suffix(60)[...]
            while let last = before.last, last == 0x20 || last == 0x0A || last == 0x09 || "('\"%`".utf8.contains(last) {
                before = before.dropLast()
            }
            guard let last = before.last else { continue }
            if "=<>".utf8.contains(last) { return true }
            if last == UInt8(ascii: ",") { return contains(text.map(lowercase), Array("values".utf8)) }
            let word = before.reversed().prefix { $0 >= 0x41 && $0 <= 0x5A || $0 >= 0x61 && $0 <= 0x7A }
            if Self.valueWords.contains(String(decoding: word.reversed().map(lowercase), as: UTF8.self)) { return true }
        }
        return false
    }

    /// Whether something open stands in an SQL text right behind a quote, as in `= '%s'` and `LIKE '%` + text.
    func holdsQuotedGap(_ text: [UInt8]) -> Bool {
        text.enumerated().contains { index, byte in
            guard Value.isGap(byte) else { return false }
            return text[..<index].last { $0 != UInt8(ascii: "%") } == UInt8(ascii: "'")
        }
    }

    private static let valueWords: Set<String> = [
        "like", "ilike", "in", "values", "between", "and", "limit", "offset", "against", "match", "regexp", "rlike",
        "top",
    ]

    /// Whether an address's host is not written down: `https://` followed by a gap, or a gap at the start.
    func hasOpenHost(_ value: Value, _ floor: Taint) -> Bool {
        guard let text = value.text, let first = text.first else { return true }
        func isOpen(_ byte: UInt8?) -> Bool { byte.map { Value.isGap($0) && $0 >= Value.gap(floor) } ?? false }
        if Value.isGap(first) { return isOpen(first) }
        if text.starts(with: "//".utf8), isOpen(text.dropFirst(2).first) { return true }
        if text.starts(with: "redirect:".utf8), isOpen(text.dropFirst(9).first) { return true }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon < 12 else { return false }
        return hasOpenHost(inside: text, floor)
    }

    /// Whether some address in a text has a gap in its host.
    func hasOpenHost(inside text: [UInt8], _ floor: Taint) -> Bool {
        var start = 0
        let mark = Array("://".utf8)
        while start + mark.count < text.count, let colon = text[start...].firstIndex(of: mark[0]) {
            start = colon + 1
            guard colon + mark.count < text.count, text[colon..<(colon + mark.count)].elementsEqual(mark) else {
                continue
            }
            let host = text[(colon + mark.count)...].prefix { byte in
                byte > 0x20 && byte != UInt8(ascii: "/") && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
                    && byte != 0x22 && byte != 0x27 && byte != UInt8(ascii: "<") || Value.isGap(byte)
            }
            if host.contains(where: { Value.isGap($0) && $0 >= Value.gap(floor) }) { return true }
        }
        return false
    }

    /// How doubtful the program is that a command or a list of arguments starts.
    func programTaint(_ node: Node) -> Taint {
        var list = unwrapped(node)
        if role(list) == .identifier, let literal = value(list).literal { list = unwrapped(literal) }
        guard role(list) == .list else { return value(node).origin }
        return parts(list).first.map { value($0).origin } ?? .literal
    }

    /// Whether constant text around a gap has tags in it.
    func holdsMarkup(_ text: [UInt8]) -> Bool {
        guard text.contains(where: Value.isGap) else { return false }
        for index in text.indices.dropLast() where text[index] == UInt8(ascii: "<") {
            let next = text[index + 1]
            if next >= 0x41 && next <= 0x5A || next >= 0x61 && next <= 0x7A || next == UInt8(ascii: "/") { return true }
        }
        return false
    }

    /// How doubtful the command is that a list of arguments hands to a shell; literal when it runs none.
    func shellCommand(_ node: Node) -> Taint {
        var list = unwrapped(node)
        if role(list) == .identifier, let literal = value(list).literal { list = unwrapped(literal) }
        var items: [Node]
        switch role(list) {
        case .list, .dictionary: items = parts(list)
        case .composite: items = child(list, "body").map { parts($0) } ?? []
        default: return .literal
        }
        items = Array(items.prefix(20))
        return shellCommand(items)
    }

    private static let shells: Set<String> = [
        "sh", "bash", "zsh", "dash", "ksh", "cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh",
    ]

    func shellCommand(_ items: [Node]) -> Taint {
        guard items.count >= 3, let program = value(items[0]).text else { return .literal }
        let name = String(decoding: program.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
        guard Self.shells.contains(name.lowercased()) else { return .literal }
        guard
            let flag = items.indices.dropFirst().first(where: { index in
                let text = value(items[index]).text.map { String(decoding: $0, as: UTF8.self).lowercased() }
                return text == "-c" || text == "/c" || text == "-lc" || text == "-command" || text == "-ec"
                    || text == "-ce" || text == "/k"
            }), flag + 1 < items.count
        else { return .literal }
        return value(items[flag + 1]).origin
    }

    private static let placeholders: [[UInt8]] = [
        "example", "changeme", "change_me", "change-me", "placeholder", "your", "xxx", "todo", "dummy", "fake",
        "sample", "test",
        "redacted", "password", "passwd", "secret", "none", "null", "undefined", "<", "{", "$", "***", "...", "insert",
        "replace",
        "default", "mock", "foo", "bar", "env", "%s", "token", "n/a", "empty", "hidden", "required", "invalid", "wrong",
        "enter",
    ].map { Array($0.utf8) }

    /// Whether a text could be a secret in use: no placeholder, no prose, no name.
    func isSecretLike(_ text: [UInt8]) -> Bool {
        guard text.count >= 4, text.count <= 128, !text.contains(0x20), !text.contains(where: Value.isGap) else {
            return false
        }
        if text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") { return false }
        let lower = text.map(lowercase)
        if Self.placeholders.contains(where: { contains(lower, $0) }) { return false }
        return Set(lower).count >= 4 && !lower.contains(UInt8(ascii: "/"))
            || lower.contains { $0 >= 0x30 && $0 <= 0x39 } && Set(lower).count >= 5
    }
}
