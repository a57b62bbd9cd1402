import ModelServer

extension JSON {
    /// A text, or null.
    static func orNull(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    static func orNull(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }

    static func time(_ seconds: Int) -> JSON { .string(Timestamp.text(seconds)) }

    static func time(orNull seconds: Int?) -> JSON { seconds.map { .time($0) } ?? .null }

    static func texts(_ list: [String]) -> JSON { .array(list.map { .string($0) }) }

    static func texts(_ list: [String: String]) -> JSON {
        .object(list.sorted { $0.key < $1.key }.map { Member($0.key, .string($0.value)) })
    }

    /// The object with further members at its end.
    func adding(_ more: JSON) -> JSON { .object(members + more.members) }

    func removing(_ names: String...) -> JSON { .object(members.filter { !names.contains($0.key) }) }
}

/// Names that the other API (GraphQL) knows things by; only their kind and uniqueness matter here.
func nodeID(_ kind: String, _ id: Int) -> JSON { .string("\(kind)_kw\(Base64.encodeURL(Array("\(kind):\(id)".utf8)))") }
