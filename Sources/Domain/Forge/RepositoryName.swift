/// A repository's full name on a forge, "acme/shop". Letters, digits, `.`, `_` and `-` only, so that it can stand in a path,
/// a log line or a message as it is.
package struct RepositoryName: Sendable, Hashable, Codable, CustomStringConvertible {
    package let owner: String
    package let name: String

    /// Nil for anything that is not exactly one owner and one name.
    package init?(_ text: some StringProtocol) {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let (owner, name) = (text.utf8[..<slash], text.utf8[text.utf8.index(after: slash)...])
        guard Self.isPart(owner), Self.isPart(name) else { return nil }
        self.owner = String(decoding: owner, as: UTF8.self)
        self.name = String(decoding: name, as: UTF8.self)
    }

    private static func isPart(_ bytes: some Collection<UInt8>) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 100, !bytes.elementsEqual(".".utf8), !bytes.elementsEqual("..".utf8) else {
            return false
        }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    package var description: String { "\(owner)/\(name)" }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = RepositoryName(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a repository's full name")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Which pull request: by the repository's number, which survives a rename, with its name as last seen.
package struct ChangeAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The forge's host, "github.com".
    package var forge: String
    package var repositoryID: Int64
    package var repository: RepositoryName
    package var number: Int

    package init(forge: String, repositoryID: Int64, repository: RepositoryName, number: Int) {
        self.forge = forge
        self.repositoryID = repositoryID
        self.repository = repository
        self.number = number
    }

    /// Names the change in the store: the same before and after a rename.
    package var key: String { "\(forge)/\(repositoryID)#\(number)" }
    /// Names the repository in the store.
    package var repositoryKey: String { "\(forge)/\(repositoryID)" }

    /// For people: "acme/shop#12".
    package var description: String { "\(repository)#\(number)" }
}
