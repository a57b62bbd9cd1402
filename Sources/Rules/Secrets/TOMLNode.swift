import TOMLKit

/// A TOML document as plain values, with the parser's pointers left behind.
indirect enum TOMLNode: Sendable {
    case table([String: TOMLNode])
    case array([TOMLNode])
    case string(String)
    case number(Double)
    case bool(Bool)
    /// Dates and times, which no rule uses.
    case other

    struct ParseError: Error, CustomStringConvertible {
        let description: String
    }

    init(parsing text: String) throws(ParseError) {
        do {
            self = .table(Self.entries(try TOMLTable(string: text)))
        } catch let error as TOMLParseError {
            throw ParseError(description: "line \(error.source.begin.line): \(error.description)")
        } catch {
            throw ParseError(description: "it is not TOML")
        }
    }

    private static func entries(_ table: TOMLTable) -> [String: TOMLNode] {
        var entries: [String: TOMLNode] = [:]
        for key in table.keys {
            if let value = table[key] { entries[key] = TOMLNode(value) }
        }
        return entries
    }

    private init(_ value: any TOMLValueConvertible) {
        if let table = value.table {
            self = .table(Self.entries(table))
        } else if let array = value.array {
            self = .array(array.map { TOMLNode($0) })
        } else if let text = value.string {
            self = .string(text)
        } else if let flag = value.bool {
            self = .bool(flag)
        } else if let integer = value.int {
            self = .number(Double(integer))
        } else if let double = value.double {
            self = .number(double)
        } else {
            self = .other
        }
    }

    var keys: [String] {
        if case .table(let entries) = self { Array(entries.keys) } else { [] }
    }

    subscript(key: String) -> TOMLNode? {
        if case .table(let entries) = self { entries[key] } else { nil }
    }

    var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    func string(_ key: String, file: String, rule: String?) throws(SecretRulesError) -> String? {
        switch self[key] {
        case nil: return nil
        case .string(let text)?: return text
        default: throw SecretRulesError(file: file, rule: rule, problem: "\(key) must be text")
        }
    }

    func number(_ key: String, file: String, rule: String?) throws(SecretRulesError) -> Double? {
        switch self[key] {
        case nil: return nil
        case .number(let value)?: return value
        default: throw SecretRulesError(file: file, rule: rule, problem: "\(key) must be a number")
        }
    }

    func strings(_ key: String, file: String, rule: String?) throws(SecretRulesError) -> [String] {
        guard let node = self[key] else { return [] }
        guard case .array(let elements) = node else {
            throw SecretRulesError(file: file, rule: rule, problem: "\(key) must be a list of texts")
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw SecretRulesError(file: file, rule: rule, problem: "\(key) must be a list of texts")
            }
            texts.append(text)
        }
        return texts
    }

    func tables(_ key: String, file: String, rule: String?) throws(SecretRulesError) -> [TOMLNode] {
        guard let node = self[key] else { return [] }
        guard case .array(let elements) = node else {
            throw SecretRulesError(file: file, rule: rule, problem: "[[\(key)]] must be a list of tables")
        }
        for element in elements {
            guard case .table = element else {
                throw SecretRulesError(file: file, rule: rule, problem: "[[\(key)]] must be a list of tables")
            }
        }
        return elements
    }
}
