package import Domain
package import GitRepository

/// Reads the change of a pull request: its objects by the git command into a mirror, or the forge's own diff where git is
/// switched off or the objects cannot be had.
package struct PullRequestReader: Sendable {
    private let mirrors: Mirrors?
    private let network: NetworkSettings
    private let limits: FetchLimits

    /// - Parameter mirrors: Nil: the forge's diff alone.
    package init(mirrors: Mirrors?, network: NetworkSettings = NetworkSettings(), limits: FetchLimits = FetchLimits()) {
        self.mirrors = mirrors
        self.network = network
        self.limits = limits
    }

    /// - Throws: `ForgeError` (`moved` when the head is another by now), `TransportError`, `ChangeLoadingError`.
    package func read(_ change: PullRequest, from forge: any Forge) async throws -> ChangeInput {
        guard let head = ObjectID(hex: change.head.id), let base = ObjectID(hex: change.base.id) else {
            throw ChangeLoadingError("the forge names no commits for this pull request")
        }
        var notes: [String] = []
        if let mirrors {
            let mergeBase = try await mergeBase(of: change, forge)
            do {
                let fetched = try await fetch(change, head, base, mergeBase, into: mirrors, forge)
                if let mergeBase = fetched.mergeBase {
                    return try loaded(change, head, fetched, mergeBase)
                }
                notes = fetched.notes
            } catch let error as TransportError {
                guard let note = try Self.reasonForDiff(error) else { throw error }
                notes = [note]
            }
        }
        let configuration = try await forge.file(".hunkwise.yaml", at: change.base.id, in: change.address.repository)
        return try ChangeLoader.diffOnly(
            try await forge.diff(of: change), base: base, head: head, title: Self.title(change),
            repository: change.address.repository.description, repositoryPath: change.address.repository.description,
            baseConfiguration: configuration, notes: notes)
    }

    /// Nil where the forge does not tell: then it is looked for among the commits.
    private func mergeBase(of change: PullRequest, _ forge: any Forge) async throws -> ObjectID? {
        do {
            return ObjectID(hex: try await forge.mergeBase(of: change))
        } catch {
            if error.kind == .notFound || error.kind == .refused { return nil }
            throw error
        }
    }

    private func fetch(
        _ change: PullRequest, _ head: ObjectID, _ base: ObjectID, _ mergeBase: ObjectID?, into mirrors: Mirrors,
        _ forge: any Forge
    ) async throws -> FetchedChange {
        let access = try await forge.gitAccess(to: change.address)
        let request = try FetchRequest(
            address: RemoteAddress(access.url, allowsPlainHTTP: access.url.hasPrefix("http://")),
            credential: access.password.isEmpty
                ? nil : RemoteCredential(user: access.username, secret: access.password),
            network: network, number: change.address.number, head: head,
            headReference: try ReferenceName(access.headRef), base: base,
            baseBranch: try? ReferenceName.branch(change.base.branch), mergeBase: mergeBase, limits: limits)
        let mirror = try mirrors.mirror(host: change.address.forge, repository: Int(change.address.repositoryID))
        return try await mirror.fetch(request)
    }

    private func loaded(
        _ change: PullRequest, _ head: ObjectID, _ fetched: FetchedChange, _ mergeBase: ObjectID
    ) throws -> ChangeInput {
        try ChangeLoader.pullRequest(
            in: fetched.gitDirectory, base: fetched.base, mergeBase: mergeBase, head: head, title: Self.title(change),
            repository: change.address.repository.description, repositoryPath: change.address.repository.description,
            notes: fetched.notes)
    }

    /// What is said where the forge's diff has to do; nil where it would not help.
    private static func reasonForDiff(_ error: TransportError) throws(ForgeError) -> String? {
        switch error.kind {
        case .moved: throw ForgeError(.moved, "the pull request has another head by now")
        case .tooLarge, .missingObject, .diskFull, .gitMissing: "The objects could not be fetched: \(error.problem)."
        default: nil
        }
    }

    private static func title(_ change: PullRequest) -> String { change.address.description }
}
