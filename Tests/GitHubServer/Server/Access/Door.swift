/// Whom an operation lets in.
enum Door: Sendable {
    /// Everybody, also without credentials.
    case everyone
    /// An App by its own assertion.
    case app
    /// An installation token.
    case installation
    /// Any token of a person or an installation.
    case account
    case repository(Need)
}

/// What an operation on a repository needs.
struct Need: Sendable {
    enum Level: String, Sendable { case read, write }

    var level: Level
    /// Any one of these permissions is enough.
    var permissions: [String]
    /// The role of a person in the repository.
    var role: Access = .read
    /// Classic scopes that allow it beside `repo`.
    var scopes: [String] = []
    /// Installation tokens only.
    var isForApps = false

    static func read(_ permissions: String..., role: Access = .read) -> Door {
        .repository(Need(level: .read, permissions: permissions, role: role))
    }

    static func write(
        _ permissions: String..., role: Access = .read, scopes: [String] = ["public_repo"], isForApps: Bool = false
    ) -> Door {
        .repository(
            Need(level: .write, permissions: permissions, role: role, scopes: scopes, isForApps: isForApps))
    }

    /// As the header that names them has it.
    var header: String { permissions.map { "\($0)=\(level.rawValue)" }.joined(separator: "; ") }
}

extension Need {
    /// Refuses who may not; tells nobody of a private repository who may not see it.
    func admit(_ actor: Actor, to repository: Repository, in state: WorldState) throws(Refusal) {
        guard Need.sees(actor, repository, in: state) else { throw Refusal.notFound }
        switch actor.kind {
        case .nobody:
            if level == .write || role > .read { throw Refusal.needsAuthentication }
        case .app: throw Refusal.unauthorised("A JSON web token may not be used here")
        case .installation(_, let granted, _):
            // A public repository outside the installation is open for reading as to everybody.
            if !Need.covers(actor, repository, in: state) {
                if level == .write { throw Refusal.notAccessible }
            } else if !isGranted(by: granted) {
                throw Refusal.notAccessible
            }
        case .person(let granted):
            if isForApps { throw Refusal.forbidden("You must authenticate via a GitHub App.") }
            let suffices =
                granted.contains("repo") || scopes.contains { granted.contains($0) && !repository.isPrivate }
                || (scopes.contains("repo:status") && granted.contains("repo:status"))
            if level == .write, !suffices { throw Refusal.notFound }
            try requireRole(of: actor, repository, in: state)
        case .limitedPerson(let granted, _):
            if isForApps { throw Refusal.forbidden("You must authenticate via a GitHub App.") }
            if !Need.covers(actor, repository, in: state) {
                if level == .write { throw Need.notAccessibleByToken }
            } else if !isGranted(by: granted) {
                throw Need.notAccessibleByToken
            }
            try requireRole(of: actor, repository, in: state)
        }
        if level == .write, repository.isArchived {
            throw Refusal.forbidden("Repository was archived so is read-only.")
        }
    }

    private static let notAccessibleByToken = Refusal.forbidden(
        "Resource not accessible by personal access token")

    private func requireRole(of actor: Actor, _ repository: Repository, in state: WorldState) throws(Refusal) {
        let held = max(state.role(of: actor.login ?? "", in: repository), repository.isPrivate ? .none : .read)
        if held < role {
            throw Refusal.forbidden(role == .admin ? "Must have admin rights to Repository." : "Must have push access")
        }
    }

    private func isGranted(by granted: [String: String]) -> Bool {
        permissions.contains { name in
            // Metadata is part of every grant.
            guard let held = granted[name] ?? (name == "metadata" ? "read" : nil) else { return false }
            return level == .read || held != "read"
        }
    }

    private static func sees(_ actor: Actor, _ repository: Repository, in state: WorldState) -> Bool {
        if !repository.isPrivate { return true }
        switch actor.kind {
        case .nobody, .app: return false
        case .installation: return covers(actor, repository, in: state)
        case .person(let scopes):
            return (scopes.contains("repo") || scopes.contains("repo:status"))
                && state.role(of: actor.login ?? "", in: repository) >= .read
        case .limitedPerson:
            return covers(actor, repository, in: state) && state.role(of: actor.login ?? "", in: repository) >= .read
        }
    }

    /// Whether a grant names the repository, by itself or by naming none.
    private static func covers(_ actor: Actor, _ repository: Repository, in state: WorldState) -> Bool {
        switch actor.kind {
        case .installation(let id, _, let chosen):
            guard let installation = state.installation(id),
                installation.account.lowercased() == repository.owner.lowercased()
            else { return false }
            return (installation.repositories?.contains(repository.id) ?? true)
                && (chosen?.contains(repository.id) ?? true)
        case .limitedPerson(_, let chosen): return chosen?.contains(repository.id) ?? true
        default: return true
        }
    }
}
