import ModelServer

/// What a value of a request's body must be. Facts about fields, types and limits: the service's public description of
/// its REST API, github/rest-api-description at 755ee33b4a81d51f6f07a902cce26cbec3b822f2, versions 2022-11-28 and
/// 2026-03-10, read on 2026-11-21.
indirect enum Rule: Sendable {
    case text(atMost: Int? = nil)
    case whole
    case flag
    case choice([String])
    case list(Rule, atLeast: Int = 0, atMost: Int? = nil)
    case object([Field], open: Bool = false)
    case nullable(Rule)
    case either([Rule])

    struct Field: Sendable {
        var name: String
        var rule: Rule
        var isRequired: Bool
    }

    /// What is wrong with a value, in the words of the service's own checks; nil if nothing is.
    func fault(of value: JSON, at place: [String] = []) -> Fault? {
        switch self {
        case .text(let limit):
            guard let text = value.text else { return Fault(place, value, "is not a string") }
            if let limit, text.unicodeScalars.count > limit {
                return Fault(
                    place, code: "invalid",
                    "only \(limit) characters are allowed; \(text.unicodeScalars.count) were supplied")
            }
            return nil
        case .whole: return value.whole == nil ? Fault(place, value, "is not an integer") : nil
        case .flag: return value.truth == nil ? Fault(place, value, "is not a boolean") : nil
        case .choice(let words):
            if let text = value.text, words.contains(text) { return nil }
            let list = JSON.array(words.map { .string($0) }).serialised
            return Fault(place, value, "is not a member of \(list)")
        case .list(let rule, let least, let most):
            guard let items = value.items else { return Fault(place, value, "is not an array") }
            if items.count < least {
                return Fault(
                    place, code: "invalid", "no fewer than \(least) items are required; \(items.count) were supplied")
            }
            if let most, items.count > most {
                return Fault(
                    place, code: "invalid", "no more than \(most) items are allowed; \(items.count) were supplied")
            }
            for (index, item) in items.enumerated() {
                if let fault = rule.fault(of: item, at: place + [String(index)]) { return fault }
            }
            return nil
        case .object(let fields, let isOpen): return Rule.fault(of: value, fields, isOpen, at: place)
        case .nullable(let rule): return value == .null ? nil : rule.fault(of: value, at: place)
        case .either(let rules):
            var first: Fault?
            for rule in rules {
                guard let fault = rule.fault(of: value, at: place) else { return nil }
                first = first ?? fault
            }
            return first
        }
    }

    private static func fault(of value: JSON, _ fields: [Field], _ isOpen: Bool, at place: [String]) -> Fault? {
        guard case .object(let members) = value else { return Fault(place, value, "is not an object") }
        for field in fields where field.isRequired && value[field.name] == nil {
            return Fault(place + [field.name], code: "missing_field", "\"\(field.name)\" wasn't supplied", bare: true)
        }
        for member in members {
            guard let field = fields.first(where: { $0.name == member.key }) else {
                if isOpen { continue }
                let name = JSON.string(member.key).serialised
                return Fault(place + [member.key], code: "invalid", "\(name) is not a permitted key", bare: true)
            }
            if let fault = field.rule.fault(of: member.value, at: place + [field.name]) { return fault }
        }
        return nil
    }

    struct Fault: Sendable {
        var place: [String]
        var code: String
        var message: String

        init(_ place: [String], _ value: JSON, _ what: String) {
            self.init(place, code: "invalid", (value == .null ? "nil" : value.serialised) + " " + what)
        }

        init(_ place: [String], code: String, _ what: String, bare: Bool = false) {
            self.place = place
            self.code = code
            let outer = bare ? Array(place.dropLast()) : place
            message = outer.isEmpty ? what : "For '\(Fault.pointer(outer))', \(what)"
        }

        private static func pointer(_ place: [String]) -> String {
            place.map { Int($0) == nil ? "properties/\($0)" : "items/\($0)" }.joined(separator: "/")
        }

        func refusal(resource: String) -> Refusal {
            Refusal(
                status: 422, message: "Invalid request.\n\n\(message).",
                errors: [Refusal.error(resource, place.joined(separator: "."), code, message)])
        }
    }
}

extension Rule.Field {
    static func required(_ name: String, _ rule: Rule) -> Rule.Field {
        Rule.Field(name: name, rule: rule, isRequired: true)
    }

    static func optional(_ name: String, _ rule: Rule) -> Rule.Field {
        Rule.Field(name: name, rule: rule, isRequired: false)
    }
}
