/// The part of JSON Schema that strict structured output takes, and what is said of the rest.
///
/// Source: OpenAI's page on structured outputs, read November 2026: objects list every property as required and close
/// themselves with `additionalProperties: false`; the root is an object; at most ten levels.
enum StrictSchema {
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static let refused: Set<String> = [
        "allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "oneOf", "patternProperties",
        "uniqueItems", "contains", "propertyNames",
    ]

    /// The first thing wrong with the schema; nil when it is accepted.
    static func problem(of schema: JSON) -> String? {
        guard schema["type"]?.text == "object" else { return "schema must be a JSON Schema of 'type: \"object\"'." }
        return problem(of: schema, at: [], depth: 0)
    }

    private static func problem(of schema: JSON, at path: [String], depth: Int) -> String? {
        let context = "In context=(" + path.map { "'\($0)'" }.joined(separator: ", ") + "), "
        if depth > 10 { return context + "more than 10 levels of nesting." }
        for member in schema.members where refused.contains(member.key) {
            return context + "'\(member.key)' is not permitted."
        }
        if schema["properties"] != nil || schema["type"]?.text == "object" {
            if schema["additionalProperties"]?.truth != false {
                return context + "'additionalProperties' is required to be supplied and to be false."
            }
            let required = Set((schema["required"]?.items ?? []).compactMap(\.text))
            for member in schema["properties"]?.members ?? [] {
                if !required.contains(member.key) {
                    return context
                        + "'required' is required to be supplied and to be an array including every key in properties. Missing '\(member.key)'."
                }
                if let problem = problem(
                    of: member.value, at: path + ["properties", member.key], depth: depth + 1)
                {
                    return problem
                }
            }
        }
        if schema["type"]?.text == "array" {
            guard let items = schema["items"] else { return context + "array schema missing items." }
            return problem(of: items, at: path + ["items"], depth: depth + 1)
        }
        for (index, branch) in (schema["anyOf"]?.items ?? []).enumerated() {
            if let problem = problem(of: branch, at: path + ["anyOf", String(index)], depth: depth + 1) {
                return problem
            }
        }
        return nil
    }
}
