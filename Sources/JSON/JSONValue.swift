package import Domain

/// A JSON value whose numbers keep the text they were written in, so that money never passes through floating point.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// By the grammar of JSON: "12", "-0.5", "1.2e-07".
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var decimal: ExactDecimal? {
        if case .number(let text) = self { ExactDecimal(text) } else { nil }
    }

    /// A number without a fraction ("12", "12.0"); nil for anything else and for what 64 bits do not hold.
    package var integer: Int? {
        decimal?.scaled(byPowerOfTen: 0).flatMap { Int(exactly: $0) }
    }

    /// A number written without a fraction and an exponent.
    package var plainInteger: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    package var isNull: Bool { self == .null }

    /// A member of an object; nil for anything that is not one, for what is missing, and for null.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let object) = self, let value = object[key], !value.isNull else { return nil }
        return value
    }
}

/// The members of a JSON object in the order they are written. A key occurs once.
package struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Member: Sendable, Equatable {
        package let key: String
        package var value: JSONValue
    }

    package private(set) var members: [Member] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }

    /// Members whose keys are known to be different.
    init(distinct members: [Member]) {
        self.members = members
    }

    /// Setting a new key puts it last; setting nil removes it.
    package subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            let position = members.firstIndex { $0.key == key }
            switch (position, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Merges as RFC 7396 says: objects member by member, anything else replaces, null removes.
    package func merged(with patch: JSONObject) -> JSONObject {
        var result = self
        for member in patch.members {
            switch (result[member.key], member.value) {
            case (_, .null): result[member.key] = nil
            case (.object(let old), .object(let new)): result[member.key] = .object(old.merged(with: new))
            case (_, .object(let new)): result[member.key] = .object(JSONObject().merged(with: new))
            case (_, let value): result[member.key] = value
            }
        }
        return result
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(_ value: Int) { self = .number(String(value)) }

    /// The shortest text that reads back as the same number; 0 for what is not finite.
    package init(_ value: Double) {
        if let whole = Int(exactly: value) {
            self = .number(String(whole))
        } else {
            self = .number(value.isFinite ? "\(value)" : "0")
        }
    }
}
