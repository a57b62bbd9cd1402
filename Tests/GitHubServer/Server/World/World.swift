import Synchronization

/// The other side of the service: what people, Apps and repositories do there, and what was posted to it.
///
/// Repositories are named `owner/name`. Mistakes of a test (an unknown name) throw `WorldError`.
package final class World: Sendable {
    private let state: Mutex<WorldState>
    package let clock: ServerClock
    let git: GitStore
    let folder: String

    package init(_ settings: ServerSettings) {
        git = GitStore()
        clock = settings.clock
        folder = settings.repositories
        state = Mutex(WorldState(git: git, limits: settings.limits))
    }

    /// Everything happens one after the other, under one lock.
    func use<Value: Sendable, Failure: Error>(
        _ body: (inout WorldState) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try state.withLock { state throws(Failure) in try body(&state) }
    }

    func setAddress(_ html: String, prefix: String) {
        use { $0.addresses = Addresses(api: html + prefix, html: html) }
    }
}

/// A test asked for what is not there.
package struct WorldError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension WorldState {
    func repository(named name: String) throws(WorldError) -> Repository {
        let words = name.split(separator: "/").map(String.init)
        guard words.count == 2, let repository = repository(words[0], words[1]) else {
            throw WorldError("no repository \(name)")
        }
        return repository
    }

    func pull(_ number: Int, in name: String) throws(WorldError) -> (Repository, PullRequest) {
        let repository = try repository(named: name)
        guard let pull = pull(number, of: repository) else { throw WorldError("no pull request \(name)#\(number)") }
        return (repository, pull)
    }

    /// Takes an account's number, and makes the account if there is none of that login.
    @discardableResult
    mutating func ensure(account login: String, _ kind: Account.Kind = .user) -> Account {
        if let account = account(login) { return account }
        let account = Account(id: nextID(), login: login, kind: kind)
        accounts.append(account)
        return account
    }
}
