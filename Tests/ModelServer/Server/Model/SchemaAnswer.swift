/// Writes findings in whatever form a JSON schema asks for: members are filled by what their names mean.
struct SchemaAnswer {
    let schema: JSON
    let findings: [ScriptedFinding]

    var value: JSON { instance(of: schema, named: "", of: nil) }

    private func instance(of schema: JSON, named name: String, of finding: ScriptedFinding?) -> JSON {
        if let constant = schema["const"] { return constant }
        if let choices = schema["enum"]?.items, !choices.isEmpty {
            return choices.first { $0.text == finding?.severity } ?? choices[0]
        }
        if let branches = (schema["anyOf"] ?? schema["oneOf"])?.items, let first = branches.first {
            let rest = branches.first { $0["type"]?.text != "null" } ?? first
            let isWanted = finding.map { SchemaAnswer.has($0, forMember: name) } ?? true
            return isWanted ? instance(of: rest, named: name, of: finding) : .null
        }
        if let reference = schema["$ref"]?.text, let target = definition(reference) {
            return instance(of: target, named: name, of: finding)
        }
        switch kind(of: schema, named: name, of: finding) {
        case "object":
            return .object(
                (schema["properties"]?.members ?? []).map {
                    JSON.Member($0.key, instance(of: $0.value, named: $0.key, of: finding))
                })
        case "array": return .array(items(of: schema))
        case "string": return .string(text(named: name, of: finding))
        case "integer": return .integer(number(named: name, of: finding) ?? schema["minimum"]?.whole ?? 0)
        case "number":
            if let line = number(named: name, of: finding) { return .integer(line) }
            return name == "confidence" ? .decimal("0.9") : schema["minimum"] ?? .integer(0)
        case "boolean": return .bool(false)
        default: return .null
        }
    }

    private func kind(of schema: JSON, named name: String, of finding: ScriptedFinding?) -> String {
        if let kind = schema["type"]?.text { return kind }
        let kinds = schema["type"]?.items?.compactMap(\.text) ?? []
        if let finding, kinds.contains("null"), !SchemaAnswer.has(finding, forMember: name) { return "null" }
        return kinds.first { $0 != "null" } ?? (schema["properties"] == nil ? "null" : "object")
    }

    private func definition(_ reference: String) -> JSON? {
        let parts = reference.split(separator: "/").dropFirst()
        return parts.reduce(Optional(schema)) { value, part in value?[String(part)] }
    }

    private func items(of schema: JSON) -> [JSON] {
        var item = schema["items"] ?? .null
        if let reference = item["$ref"]?.text { item = definition(reference) ?? item }
        let names = Set((item["properties"]?.members ?? []).map(\.key))
        if !names.isDisjoint(with: ["line", "quote", "title", "start_line"]) {
            let most = schema["maxItems"]?.whole ?? .max
            return findings.prefix(most).map { instance(of: item, named: "", of: $0) }
        }
        return Array(repeating: instance(of: item, named: "", of: nil), count: schema["minItems"]?.whole ?? 0)
    }

    private func number(named name: String, of finding: ScriptedFinding?) -> Int? {
        name.contains("line") || name == "start" || name == "end" ? finding?.line : nil
    }

    private func text(named name: String, of finding: ScriptedFinding?) -> String {
        guard let finding else { return name == "reason" ? "The lines shown let it happen." : "" }
        switch name {
        case "path", "file", "filename": return finding.path
        case "quote", "anchor", "code", "line_text": return finding.quote
        case "severity": return finding.severity
        case "suggestion", "replacement", "text": return finding.suggestion ?? ""
        case "cwe", "rule", "complexity", "end_quote", "start_quote": return ""
        default: return finding.title
        }
    }

    /// Whether a member that may be null has something to say.
    private static func has(_ finding: ScriptedFinding, forMember name: String) -> Bool {
        switch name {
        case "suggestion", "replacement", "fix": finding.suggestion != nil
        case "cwe", "rule", "complexity", "end_line", "start_line", "end_quote", "start_quote": false
        default: true
        }
    }
}
