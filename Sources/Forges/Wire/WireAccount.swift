import Domain

/// `simple-user` of GitHub's description, as far as anything is decided by it. Null where the account is gone.
struct WireAccount: Decodable, Sendable {
    var login: String
    var id: Int64
    var type: String?

    /// What stands for accounts that are gone.
    static let ghost = Actor(login: "ghost", id: 0, isBot: false)

    var actor: Actor {
        Actor(login: login.bounded(to: 100), id: id, isBot: type == "Bot" || login.hasSuffix("[bot]"))
    }
}

/// `repository`, likewise.
struct WireRepository: Decodable, Sendable {
    var id: Int64
    var full_name: String

    func name(at place: String) throws(WireProblem) -> RepositoryName {
        guard let name = RepositoryName(full_name) else { throw WireProblem(place: place + ".full_name") }
        return name
    }
}

/// Keeps what was read of a list whatever its other elements hold.
struct WireTolerant<Value: Decodable & Sendable>: Decodable, Sendable {
    var value: Value?

    init(from decoder: any Decoder) throws {
        value = try? decoder.singleValueContainer().decode(Value.self)
    }
}
