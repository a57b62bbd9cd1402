import Domain
import Yams

/// The tree of a configuration file, read under limits.
enum YAMLDocument {
    static let maxBytes = 1 << 20
    static let maxDepth = 24
    static let maxNodes = 50_000
    /// Anchors are not accepted at all, but are only seen once the text is composed; so many aliases are harmless.
    private static let maxAliases = 16

    /// Nil for a document without content.
    static func compose(_ bytes: [UInt8], file: String) throws(SettingProblem) -> Node? {
        guard bytes.count <= maxBytes else {
            throw SettingProblem(file: file, line: nil, key: "", message: "is larger than 1 MB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingProblem(file: file, line: firstInvalidLine(bytes), key: "", message: "is not valid UTF-8")
        }
        if let line = tooDeep(bytes) ?? tooManyAliases(bytes) {
            throw SettingProblem(file: file, line: line, key: "", message: "is nested too deeply")
        }
        do {
            let parser = try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8)
            // The parser owns the anchors that the nodes point to.
            return try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else { return nil }
                var budget = maxNodes
                try check(root, depth: 0, budget: &budget, file: file)
                return root
            }
        } catch let problem as SettingProblem {
            throw problem
        } catch {
            throw YAMLProblem.describe(error, file: file)
        }
    }

    private static func check(_ node: Node, depth: Int, budget: inout Int, file: String) throws {
        budget -= 1
        if depth > maxDepth || budget < 0 {
            throw SettingProblem(
                file: file, line: node.mark?.line, key: "", message: "is nested too deeply or has too many values")
        }
        if node.anchor != nil {
            throw SettingProblem(
                file: file, line: node.mark?.line, key: "",
                message: "anchors and aliases (&name, *name) are not accepted: write the value out")
        }
        switch node {
        case .scalar, .alias: break
        case .sequence(let items):
            for item in items { try check(item, depth: depth + 1, budget: &budget, file: file) }
        case .mapping(let pairs):
            for (key, value) in pairs {
                try check(key, depth: depth + 1, budget: &budget, file: file)
                try check(value, depth: depth + 1, budget: &budget, file: file)
            }
        }
    }

    /// The line on which more brackets are open, or the indentation is deeper, than any configuration needs. Brackets in
    /// texts count too, which no honest text comes near.
    private static func tooDeep(_ bytes: [UInt8]) -> Int? {
        var line = 1
        var open = 0
        var dashes = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                dashes = 0
            case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(0, open - 1)
            // "- - - -" and "? ? ?" open a level each.
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): dashes += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"): break
            default: dashes = 0
            }
            if open > 200 || dashes > 200 { return line }
        }
        return nil
    }

    /// Where aliases become so many that composing them could take long; nil when there are no anchors to refer to.
    private static func tooManyAliases(_ bytes: [UInt8]) -> Int? {
        var line = 1
        var anchors = 0
        var aliases = 0
        var last = UInt8(ascii: "\n")
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") { line += 1 }
            defer { last = byte }
            guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*"), index + 1 < bytes.count else { continue }
            let next = bytes[index + 1] | 0x20
            let isName =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(next)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index + 1]) || bytes[index + 1] == 0x5F
                || bytes[index + 1] == 0x2D
            let startsToken =
                last <= 0x20 || last == 0x5B || last == 0x7B || last == 0x2C || last == 0x3A || last == 0x3F
            guard isName, startsToken else { continue }
            if byte == UInt8(ascii: "&") { anchors += 1 } else { aliases += 1 }
            if anchors > 0, aliases > maxAliases { return line }
        }
        return nil
    }

    private static func firstInvalidLine(_ bytes: [UInt8]) -> Int {
        var line = 1
        for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: part, as: UTF8.self) == nil { return line }
            line += 1
        }
        return 1
    }
}

/// Yams' errors in one line.
enum YAMLProblem {
    static func describe(_ error: any Error, file: String) -> SettingProblem {
        func problem(_ line: Int?, _ text: String) -> SettingProblem {
            SettingProblem(file: file, line: line, key: "", message: "not valid YAML: \(text)")
        }
        guard let error = error as? YamlError else { return problem(nil, "it cannot be read") }
        switch error {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _):
            return problem(mark.line, text)
        case .composer(_, let text, let mark, _):
            let hint = text.contains("alias") ? " (a pattern that begins with * needs quotes)" : ""
            return problem(mark.line, text + hint)
        case .reader(let text, let offset, _, let yaml):
            let line = offset.map { yaml.utf8.prefix(max(0, $0)).count { $0 == UInt8(ascii: "\n") } + 1 }
            return problem(line, text)
        case .duplicatedKeysInMapping(let keys, let context):
            return SettingProblem(
                file: file, line: context.mark.line, key: keys.first ?? "", message: "is given twice")
        default:
            return problem(nil, "it cannot be read")
        }
    }
}
