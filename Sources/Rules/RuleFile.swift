import Domain
import SyntaxTrees

/// Reads rule files.
///
/// A file is a list of stanzas divided by empty lines; a line is `key: value`; a line that begins with a space goes on
/// with the one before; `#` at the start of a line is a comment. `Resources/command.rules`
/// begins with a description.
enum RuleFile {
    static func rules(_ bytes: [UInt8]) throws(RuleFileError) -> [Rule] {
        let text = String(decoding: bytes, as: UTF8.self)
        var rules: [Rule] = []
        var stanza: [Entry] = []
        var number = 0
        func flush(_ stanza: inout [Entry]) throws(RuleFileError) {
            guard !stanza.isEmpty else { return }
            rules.append(try rule(stanza))
            stanza = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            if line.hasPrefix("#") { continue }
            let content = trim(line)
            if content.isEmpty {
                try flush(&stanza)
            } else if line.first == " " || line.first == "\t" {
                guard !stanza.isEmpty else { throw RuleFileError("a continuation of nothing", line: number) }
                stanza[stanza.count - 1].value += " " + content
            } else {
                guard let colon = line.firstIndex(of: ":") else { throw RuleFileError("no key", line: number) }
                stanza.append(
                    Entry(
                        key: String(trim(line[..<colon])), value: String(trim(line[line.index(after: colon)...])),
                        line: number))
            }
        }
        try flush(&stanza)
        return rules
    }

    private struct Entry {
        let key: String
        var value: String
        let line: Int
    }

    /// Names that stand for several languages.
    static let families: [String: [Language]] = [
        "js": [.javascript, .typescript, .tsx], "jvm": [.java, .kotlin], "c-family": [.c, .cpp],
        "any": Language.allCases,
    ]

    private static func languages(_ name: Substring) -> [Language]? {
        families[String(name)] ?? Language(rawValue: String(name)).map { [$0] }
    }

    private static func rule(_ stanza: [Entry]) throws(RuleFileError) -> Rule {
        var header: [String: String] = [:]
        var matchers: [Language: [Matcher]] = [:]
        var queries: [Language: [String]] = [:]
        var lines: [LineMatcher] = []
        for entry in stanza {
            do throws(RuleFileError) {
                if entry.key.hasPrefix("line ") {
                    lines.append(try lineMatcher(entry.key.dropFirst(5), entry.value))
                } else if entry.key.hasPrefix("query ") {
                    guard let languages = languages(entry.key.dropFirst(6)) else {
                        throw RuleFileError("unknown language")
                    }
                    for language in languages { queries[language, default: []].append(entry.value) }
                } else if headerKeys.contains(entry.key) {
                    guard header.updateValue(entry.value, forKey: entry.key) == nil else {
                        throw RuleFileError("\(entry.key) twice")
                    }
                } else {
                    let matcher = try matcher(entry.value, line: entry.line)
                    for name in entry.key.split(separator: ",") {
                        guard let languages = languages(trim(name)) else {
                            throw RuleFileError("unknown key or language \(name)")
                        }
                        for language in languages { matchers[language, default: []].append(matcher) }
                    }
                }
            } catch {
                throw RuleFileError(error.reason, line: entry.line)
            }
        }
        let first = stanza.first?.line ?? 0
        do throws(RuleFileError) {
            return try rule(header, matchers, queries, lines)
        } catch {
            throw RuleFileError(error.reason, line: first)
        }
    }

    private static let headerKeys: Set<String> = [
        "rule", "kind", "title", "why", "fix", "cwe", "severity", "confidence", "grade", "default", "category", "tests",
        "replace", "unless",
    ]

    private static func rule(
        _ header: [String: String], _ matchers: [Language: [Matcher]], _ queries: [Language: [String]],
        _ lines: [LineMatcher]
    ) throws(RuleFileError) -> Rule {
        func required(_ key: String) throws(RuleFileError) -> String {
            guard let value = header[key], !value.isEmpty else { throw RuleFileError("no \(key)") }
            return value
        }
        let severity = try severity(try required("severity"))
        guard let category = Domain.Category(rawValue: header["category"] ?? "review") else {
            throw RuleFileError("unknown category")
        }
        let confidence = Double(header["confidence"] ?? "0.8") ?? 0.8
        var grades: [Taint: Grade] = [:]
        var silent: Set<Taint> = []
        for part in (header["grade"] ?? "").split(separator: ",") {
            let words = part.split(separator: " ")
            guard words.count >= 2 else { throw RuleFileError("a grade needs an origin and a severity") }
            let origin: Taint
            switch words[0] {
            case "request": origin = .request
            case "parameter": origin = .parameter
            case "unknown": origin = .unknown
            default: throw RuleFileError("unknown origin \(words[0])")
            }
            if words[1] == "none" {
                silent.insert(origin)
                continue
            }
            grades[origin] = Grade(
                severity: try Self.severity(String(words[1])),
                confidence: words.count > 2 ? Double(words[2]) ?? confidence : confidence)
        }
        var replacement: (from: [UInt8], to: [UInt8])?
        if let text = header["replace"] {
            guard let arrow = text.firstRange(of: " -> ") else { throw RuleFileError("replace needs ->") }
            replacement = (Array(text[..<arrow.lowerBound].utf8), Array(text[arrow.upperBound...].utf8))
        }
        let title = try required("title")
        guard title.utf8.count <= 80 else { throw RuleFileError("the title is longer than 80 bytes") }
        let languages = Language.allCases.filter { matchers[$0] != nil || queries[$0] != nil }
        let info = RuleInfo(
            id: try required("rule"), kind: try required("kind"), title: title, why: try required("why"),
            fix: try required("fix"), cwe: header["cwe"], severity: severity, category: category, languages: languages,
            confidence: confidence, enabled: header["default"] != "off")
        return Rule(
            info: info, grades: grades, silent: silent, matchers: matchers, queries: queries, lines: lines,
            replacement: replacement,
            exception: header["unless"].map { LazyPattern($0) }, quietInTests: header["tests"] != "loud")
    }

    private static func severity(_ text: String) throws(RuleFileError) -> Severity {
        guard let severity = Severity(rawValue: text) else { throw RuleFileError("unknown severity \(text)") }
        return severity
    }

    private static func matcher(_ text: String, line: Int) throws(RuleFileError) -> Matcher {
        var source = Substring(text)
        var grade: Grade?
        if let arrow = source.lastRange(of: " => ") {
            let words = source[arrow.upperBound...].split(separator: " ")
            guard let first = words.first else { throw RuleFileError("=> without a severity") }
            grade = Grade(
                severity: try severity(String(first)), confidence: words.count > 1 ? Double(words[1]) ?? 0.7 : 0.7)
            source = source[..<arrow.lowerBound]
        }
        var parts: [Substring] = []
        while let range = source.firstRange(of: " && ") {
            parts.append(source[..<range.lowerBound])
            source = source[range.upperBound...]
        }
        parts.append(source)
        var words = Words(parts[0])
        let form: Matcher.Form
        switch words.next() {
        case "call": form = .call
        case "set": form = .set
        case "import": form = .module
        case "decorator": form = .decorator
        case "string": form = .string
        case "handler": form = .handler
        case "function": form = .function
        case "composed": form = .composed
        case let other: throw RuleFileError("unknown form \(other ?? "")")
        }
        var conditions: [Condition] = []
        for part in parts.dropFirst() { conditions.append(try Condition(parsing: part)) }
        return Matcher(
            form: form, names: NamePattern.list(words.rest()), conditions: conditions, grade: grade, line: line)
    }

    /// `line erb,ejs: literal ~ pattern ~ exception ~ text the file must hold`.
    private static func lineMatcher(_ extensions: Substring, _ text: String) throws(RuleFileError) -> LineMatcher {
        var parts: [Substring] = []
        var source = Substring(text)
        while let range = source.firstRange(of: " ~ ") {
            parts.append(trim(source[..<range.lowerBound]))
            source = source[range.upperBound...]
        }
        parts.append(trim(source))
        guard parts.count >= 2 else { throw RuleFileError("a line rule needs a text and a pattern") }
        return LineMatcher(
            extensions: extensions.split(separator: ",").map { String(trim($0)) }, literal: Array(parts[0].utf8),
            pattern: LazyPattern(String(parts[1])),
            unless: parts.count > 2 && !parts[2].isEmpty ? LazyPattern(String(parts[2])) : nil,
            requires: parts.count > 3 ? Array(parts[3].utf8) : nil)
    }
}

extension Substring {
    func firstRange(of text: String) -> Range<Index>? {
        let bytes = utf8
        let wanted = Array(text.utf8)
        var start = bytes.startIndex
        while let index = bytes[start...].firstIndex(of: wanted[0]) {
            if bytes[index...].starts(with: wanted) { return index..<bytes.index(index, offsetBy: wanted.count) }
            start = bytes.index(after: index)
        }
        return nil
    }

    func lastRange(of text: String) -> Range<Index>? {
        var found: Range<Index>?
        var rest = self
        while let range = rest.firstRange(of: text) {
            found = range
            rest = rest[range.upperBound...]
        }
        return found
    }
}

extension String {
    func firstRange(of text: String) -> Range<Index>? { Substring(self).firstRange(of: text) }
}
