import Foundation

extension World {
    package func addUser(_ login: String) { use { _ = $0.ensure(account: login) } }

    package func addOrganization(_ login: String) { use { _ = $0.ensure(account: login, .organization) } }

    /// Puts a bare repository that exists under a name; without a default branch its HEAD says which it is.
    @discardableResult
    package func addRepository(
        _ name: String, directory: String, isPrivate: Bool = false, defaultBranch: String? = "main",
        forkOf parent: String? = nil
    ) throws -> Repository {
        let words = name.split(separator: "/").map(String.init)
        guard words.count == 2 else { throw WorldError("not a name like owner/name: \(name)") }
        let now = clock.now()
        let branch =
            defaultBranch ?? GitCommand(directory: directory).attempt("symbolic-ref", "--short", "HEAD").line
        return try use { state in
            if state.repository(words[0], words[1]) != nil { throw WorldError("\(name) is there already") }
            state.ensure(account: words[0])
            let repository = Repository(
                id: state.nextID(), owner: words[0], name: words[1], isPrivate: isPrivate,
                defaultBranch: branch, directory: directory,
                parent: try parent.map { try state.repository(named: $0).id }, createdAt: now)
            state.repositories.append(repository)
            return repository
        }
    }

    /// Makes an empty bare repository in the server's folder, or a copy of `forkOf`.
    @discardableResult
    package func makeRepository(
        _ name: String, isPrivate: Bool = false, forkOf parent: String? = nil
    ) throws -> Repository {
        let directory = "\(folder)/\(name).git"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let git = GitCommand(directory: directory)
        _ = try git.output("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
        if let parent {
            let origin = try use { try $0.repository(named: parent).directory }
            _ = try git.output("fetch", "--quiet", origin, "+refs/heads/*:refs/heads/*")
        }
        return try addRepository(name, directory: directory, isPrivate: isPrivate, forkOf: parent)
    }

    package func change(_ name: String, _ body: (inout Repository) -> Void) throws {
        try use { state in
            let id = try state.repository(named: name).id
            state.change(repository: id, body)
        }
    }

    /// What a person may do there.
    package func setAccess(_ access: Access, of login: String, to name: String) throws {
        use { _ = $0.ensure(account: login) }
        try change(name) { $0.collaborators[login.lowercased()] = access }
    }

    /// Gives a repository a new name; the old one leads to it.
    package func rename(_ name: String, to new: String) throws {
        let words = new.split(separator: "/").map(String.init)
        guard words.count == 2 else { throw WorldError("not a name like owner/name: \(new)") }
        try change(name) { repository in
            repository.formerNames.insert(repository.fullName.lowercased())
            (repository.owner, repository.name) = (words[0], words[1])
        }
    }

    /// Deletes a repository; pull requests from it lose their head's repository.
    package func delete(_ name: String) throws {
        try use { state in
            let id = try state.repository(named: name).id
            state.change(repository: id) { $0.isDeleted = true }
            for index in state.pulls.indices where state.pulls[index].headRepository == id {
                state.pulls[index].headRepository = nil
            }
        }
    }

    package func repository(_ name: String) throws -> Repository {
        try use { try $0.repository(named: name) }
    }

    /// The commit of a branch.
    package func tip(_ branch: String, of name: String) throws -> String {
        let directory = try repository(name).directory
        guard let tip = git.branch(branch, in: directory) else { throw WorldError("no branch \(branch) in \(name)") }
        return tip
    }
}
