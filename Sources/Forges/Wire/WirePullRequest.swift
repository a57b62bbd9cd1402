import Domain

/// `pull-request` and its shorter forms in lists and deliveries.
struct WirePullRequest: Decodable, Sendable {
    struct End: Decodable, Sendable {
        var ref: String
        var sha: String
        var repo: WireRepository?
    }

    struct Label: Decodable, Sendable {
        var name: String
    }

    var number: Int
    var html_url: String?
    var title: String
    var body: String?
    var user: WireAccount?
    var state: String
    var draft: Bool?
    var locked: Bool?
    var labels: [Label]?
    var base: End
    var head: End
    var changed_files: Int?
    var additions: Int?
    var deletions: Int?

    /// - Parameter forge: the host, for the address.
    func pullRequest(forge: String) throws(WireProblem) -> PullRequest {
        guard number > 0, number <= Int(Int32.max) else { throw WireProblem(place: "pull_request.number") }
        guard let repository = base.repo else { throw WireProblem(place: "pull_request.base.repo") }
        guard let state = PullRequest.State(rawValue: state) else { throw WireProblem(place: "pull_request.state") }
        return PullRequest(
            address: ChangeAddress(
                forge: forge, repositoryID: repository.id,
                repository: try repository.name(at: "pull_request.base.repo"), number: number),
            url: (html_url ?? "").plainAddress, title: title.bounded(to: 1 << 10),
            body: (body ?? "").bounded(to: 64 << 10), author: user?.actor ?? WireAccount.ghost, state: state,
            isDraft: draft ?? false, isLocked: locked ?? false,
            // A head whose repository is gone came from somewhere else.
            isFork: head.repo?.id != repository.id,
            labels: (labels ?? []).prefix(100).map { $0.name.bounded(to: 255) },
            base: try Self.end(base, at: "pull_request.base"), head: try Self.end(head, at: "pull_request.head"),
            changedFiles: changed_files, addedLines: additions, removedLines: deletions)
    }

    private static func end(_ end: End, at place: String) throws(WireProblem) -> PullRequest.End {
        guard let id = end.sha.objectID else { throw WireProblem(place: place + ".sha") }
        return PullRequest.End(
            id: id, branch: end.ref.bounded(to: 255), repository: try end.repo?.name(at: place + ".repo"))
    }
}

extension String {
    /// An address of a page as it is, or nothing where it is none that could be shown.
    var plainAddress: String {
        let isPlain = utf8.count <= 2048 && utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") }
        return isPlain && (hasPrefix("https://") || hasPrefix("http://")) ? self : ""
    }
}
