import FoundationEssentials

enum JSONCoding {
    static func decode<Value: Decodable>(
        _ type: Value.Type, from text: [UInt8], within bounds: JSONBounds
    ) throws(WireProblem) -> Value {
        guard bounds.hold(text) else { throw WireProblem(place: "") }
        return try decode(type, from: text)
    }

    /// For a text that is known to be within bounds.
    static func decode<Value: Decodable>(_ type: Value.Type, from text: [UInt8]) throws(WireProblem) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text))
        } catch {
            throw problem(error)
        }
    }

    /// Members in alphabetical order: the same value gives the same bytes.
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Fails only for numbers that are none, and no body has such a number.
        return (try? encoder.encode(value)).map { Array($0) } ?? []
    }

    /// What a decoder's error says of the place.
    static func problem(_ error: any Error) -> WireProblem {
        let path: [any CodingKey] =
            switch error as? DecodingError {
            case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?, .dataCorrupted(let context)?:
                context.codingPath
            case .keyNotFound(let key, let context)?: context.codingPath + [key]
            default: []
            }
        return WireProblem(place: path.map(\.stringValue).joined(separator: "."))
    }
}
