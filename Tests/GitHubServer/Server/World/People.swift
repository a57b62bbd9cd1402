/// An account: a person, an organisation, or an App's bot.
package struct Account: Sendable, Equatable {
    package enum Kind: String, Sendable { case user = "User", organization = "Organization", bot = "Bot" }

    package let id: Int
    package var login: String
    package var kind: Kind
}

/// What somebody may do with a repository, each including those before it.
package enum Access: String, Sendable, Comparable, CaseIterable {
    case none, read, triage, write, maintain, admin

    package static func < (left: Access, right: Access) -> Bool {
        allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }

    /// What the permission page calls it, which knows four words only.
    var coarse: String {
        switch self {
        case .none: "none"
        case .read, .triage: "read"
        case .write, .maintain: "write"
        case .admin: "admin"
        }
    }
}
