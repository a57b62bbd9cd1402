import JSON

/// Why a text was not taken for a value. The place is made of names that this program expects, never of the text's own.
struct WireProblem: Error, Sendable, Hashable {
    /// "pull_request.head.sha"; empty for the whole.
    var place: String
}

/// An object of a delivery, and where it stands.
struct WireObject {
    private let object: JSONObject
    private let place: String

    /// The whole of a text.
    init(_ value: JSONValue) throws(WireProblem) {
        guard let object = value.object else { throw WireProblem(place: "") }
        self.init(object, at: "")
    }

    private init(_ object: JSONObject, at place: String) {
        self.object = object
        self.place = place
    }

    /// What must be there.
    func string(_ name: String) throws(WireProblem) -> String { try needed(name, optionalString(name)) }
    func integer(_ name: String) throws(WireProblem) -> Int64 { try needed(name, optionalInteger(name)) }
    func object(_ name: String) throws(WireProblem) -> WireObject { try needed(name, optionalObject(name)) }

    /// Nil where it is missing or null; of another type it is a problem.
    func optionalString(_ name: String) throws(WireProblem) -> String? { try value(name) { $0.string } }
    func optionalInteger(_ name: String) throws(WireProblem) -> Int64? { try value(name) { $0.plainInteger } }
    func optionalFlag(_ name: String) throws(WireProblem) -> Bool? { try value(name) { $0.bool } }

    func optionalObject(_ name: String) throws(WireProblem) -> WireObject? {
        try value(name) { value in value.object.map { WireObject($0, at: at(name)) } }
    }

    /// Nil where it is missing or null; every element must be an object.
    func optionalObjects(_ name: String) throws(WireProblem) -> [WireObject]? {
        try value(name) { value in
            guard let elements = value.array else { return nil }
            let objects = elements.compactMap { $0.object.map { WireObject($0, at: at(name)) } }
            return objects.count == elements.count ? objects : nil
        }
    }

    /// Those elements that are objects.
    func optionalObjects(amongOthersIn name: String) throws(WireProblem) -> [WireObject]? {
        try value(name) { value in
            value.array.map { $0.compactMap { $0.object.map { WireObject($0, at: at(name)) } } }
        }
    }

    private func at(_ name: String) -> String { place.isEmpty ? name : place + "." + name }

    private func value<Value>(_ name: String, _ read: (JSONValue) -> Value?) throws(WireProblem) -> Value? {
        assert(WebhookShapes.names.contains(name), "\(name) is left out of every delivery: it is not among the names")
        guard let found = object[name], !found.isNull else { return nil }
        guard let value = read(found) else { throw WireProblem(place: at(name)) }
        return value
    }

    private func needed<Value>(_ name: String, _ value: Value?) throws(WireProblem) -> Value {
        guard let value else { throw WireProblem(place: at(name)) }
        return value
    }
}
