import ModelServer

/// One operation of the API: where it is, whom it lets in, what it accepts, what it does.
struct Operation: Sendable {
    typealias Answer = @Sendable (Call, inout WorldState) throws(Refusal) -> Reply

    /// The name in the official description, such as `pulls/create-review`.
    let id: String
    let method: String
    /// Such as `/repos/{owner}/{repo}/pulls/{pull_number}`; a name with a star takes all that is left.
    let template: [Substring]
    let door: Door
    /// Where its documentation stands under docs.github.com/rest.
    let page: String
    /// What errors call the thing.
    let resource: String
    let body: Rule?
    /// Whether it counts for the secondary limit on new content.
    let createsContent: Bool
    let answer: Answer

    init(
        _ id: String, _ method: String, _ path: String, _ door: Door, page: String = "", resource: String = "",
        body: Rule? = nil, createsContent: Bool = false, _ answer: @escaping Answer
    ) {
        self.id = id
        self.method = method
        template = path.split(separator: "/")
        self.door = door
        self.page = page
        self.resource = resource
        self.body = body
        self.createsContent = createsContent
        self.answer = answer
    }

    /// The values of the names in the template, or nil if the path is another's.
    func match(_ parts: [Substring]) -> [String: String]? {
        var values: [String: String] = [:]
        for (index, segment) in template.enumerated() {
            guard segment.first == "{" else {
                if index < parts.count, parts[index] == segment { continue }
                return nil
            }
            let name = segment.dropFirst().dropLast()
            if name.first == "*" {
                values[String(name.dropFirst())] = Percent.decode(
                    parts.dropFirst(index).joined(separator: "/"))
                return values
            }
            guard index < parts.count, !parts[index].isEmpty else { return nil }
            let value = Percent.decode(parts[index])
            // Numbers are told from words, such as `pulls/comments` from `pulls/7`.
            if name.hasSuffix("_id") || name.hasSuffix("_number"), Int(value) == nil { return nil }
            values[String(name)] = value
        }
        return parts.count == template.count ? values : nil
    }

    static let all: [Operation] =
        appOperations + hookOperations + repositoryOperations + commitOperations + contentOperations + pullOperations
        + reviewOperations + reviewCommentOperations + issueCommentOperations + reactionOperations
        + labelOperations + checkOperations + statusOperations
}

/// A request that was let in, on its way to the operation.
struct Call: Sendable {
    var request: Incoming
    var operation: Operation
    var values: [String: String]
    var actor: Actor
    var media: MediaType
    var body: JSON
    var now: Int
    /// 0 where the operation is on no repository.
    var repositoryID = 0

    var login: String { actor.login ?? "" }

    func number(_ name: String) -> Int { values[name].flatMap { Int($0) } ?? 0 }

    func text(_ name: String) -> String { values[name] ?? "" }

    func repository(in state: WorldState) throws(Refusal) -> Repository {
        guard let repository = state.repository(repositoryID) else { throw Refusal.notFound }
        return repository
    }

    func json(_ body: JSON, status: Int = 200, headers: [Header] = []) -> Reply {
        let dropped = APIVersion.dropped(by: request.header("x-github-api-version"))
        return Reply(
            status: status, headers: headers, body: (dropped.isEmpty ? body : body.dropping(dropped)).bytes)
    }

    /// One page of a list.
    func list<Item>(
        _ items: [Item], in state: WorldState, wrap: ((Int, JSON) -> JSON)? = nil, _ shape: (Item) -> JSON
    ) -> Reply {
        let paging = Paging(request)
        let page = JSON.array(paging.slice(items).map(shape))
        // The service's links name a repository by its number.
        var path = request.rawPath
        if repositoryID != 0 {
            let rest = path.split(separator: "/", omittingEmptySubsequences: false)
            if rest.count > 3, rest[1] == "repos" {
                path = (["", "repositories", Substring(String(repositoryID))] + rest[4...]).joined(separator: "/")
            }
        }
        let link = paging.link(of: items.count, at: state.addresses.api + path, request)
        return json(wrap?(items.count, page) ?? page, headers: link.map { [$0] } ?? [])
    }
}
