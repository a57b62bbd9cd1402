import Domain
import Glibc

/// The course of one fetch, with the mirror's lock held.
struct Fetch {
    let mirror: Mirror
    let request: FetchRequest
    let deadline: ContinuousClock.Instant
    var notes: [String] = []

    private var files: MirrorFiles { mirror.files }

    init(mirror: Mirror, request: FetchRequest, deadline: ContinuousClock.Instant) {
        self.mirror = mirror
        self.request = request
        self.deadline = deadline
    }

    /// The private references of this change.
    private enum Role: String, CaseIterable {
        case head = ""
        case base = ".base"
        case mergeBase = ".merge-base"
        /// Where the base is looked for; kept only while that goes on.
        case tip = ".tip"
    }

    private func reference(_ role: Role) -> String {
        "refs/hunkwise/\(request.number)/\(request.head.hex)\(role.rawValue)"
    }

    private func wanted(_ role: Role) -> ObjectID? {
        switch role {
        case .head: request.head
        case .base: request.base
        case .mergeBase: request.mergeBase
        case .tip: nil
        }
    }

    mutating func run(_ lock: MirrorLock) async throws(TransportError) -> FetchedChange {
        let before = Set(Role.allCases.filter(isHere))
        if request.mergeBase != nil, before.count == Role.allCases.count {
            for role in Role.allCases { files.touch(reference: reference(role)) }
            return result(base: request.base, mergeBase: request.mergeBase, usedNetwork: false)
        }
        do throws(TransportError) {
            if let mergeBase = request.mergeBase {
                return try await fetchByID(mergeBase, lock)
            }
            return try await fetchHistory(lock)
        } catch {
            // What was half brought is of no use to anybody; what was here may be in use.
            for role in Role.allCases where role == .tip || !before.contains(role) || !isHere(role) {
                files.remove(reference: reference(role))
            }
            if error.kind == .tooLarge { await clear(lock) }
            throw error
        }
    }

    /// The three commits without their history: their trees are all that a comparison reads.
    private mutating func fetchByID(_ mergeBase: ObjectID, _ lock: MirrorLock) async throws(TransportError)
        -> FetchedChange
    {
        do throws(TransportError) {
            try await fetch(
                depth: 1,
                [
                    "+\(request.headReference.name):\(reference(.head))", "+\(request.base.hex):\(reference(.base))",
                    "+\(mergeBase.hex):\(reference(.mergeBase))",
                ], lock)
        } catch {
            guard error.kind == .missingObject else { throw error }
            return try await fetchHistory(lock)
        }
        try checkHead()
        for role in [Role.base, .mergeBase] where !isHere(role) {
            throw TransportError(.damaged, "git reported success without bringing \(wanted(role)?.hex ?? "")")
        }
        return result(base: request.base, mergeBase: mergeBase, usedNetwork: true)
    }

    /// The head and the base branch with more and more history, until base and merge base are among it.
    private mutating func fetchHistory(_ lock: MirrorLock) async throws(TransportError) -> FetchedChange {
        let head = "+\(request.headReference.name):\(reference(.head))"
        var base = "+\(request.base.hex):\(reference(.tip))"
        var isBaseGivenOut = true
        for (step, depth) in request.limits.depths.enumerated() {
            let isLast = step == request.limits.depths.count - 1
            do throws(TransportError) {
                try await fetch(depth: depth, [head, base], lock)
            } catch {
                guard error.kind == .missingObject, isBaseGivenOut, let branch = request.baseBranch else { throw error }
                isBaseGivenOut = false
                base = "+\(branch.name):\(reference(.tip))"
                try await fetch(depth: depth, [head, base], lock)
            }
            try checkHead()
            guard let tip = files.target(of: reference(.tip)) else {
                throw TransportError(.damaged, "git reported success without bringing the base branch")
            }
            let hasBase = isCommit(request.base)
            guard hasBase || isLast else { continue }
            if !hasBase {
                notes.append(
                    "The base \(request.base.short) is not among the last \(depth) commits of its branch on the server; "
                        + "the branch's present tip \(tip.short) is used.")
            }
            let base = hasBase ? request.base : tip
            let found = mergeBase(of: base)
            guard found != nil || isLast else { continue }
            if found == nil {
                notes.append(
                    "The commit where this change left its base is not among the last \(depth) commits of both.")
            }
            try await keep(base, .base, lock)
            if let found { try await keep(found, .mergeBase, lock) }
            files.remove(reference: reference(.tip))
            return result(base: base, mergeBase: found, usedNetwork: true)
        }
        throw TransportError(.refused, "no depth of history was allowed")
    }

    /// The merge base, if it is among the history that is here.
    private mutating func mergeBase(of base: ObjectID) -> ObjectID? {
        if let named = request.mergeBase { return isCommit(named) ? named : nil }
        guard let repository = try? Repository(at: mirror.directory),
            let found = try? repository.mergeBases(base, request.head).first
        else { return nil }
        if repository.isShallow {
            notes.append("The forge named no merge base; \(found.short) is the newest in the history that was fetched.")
        }
        return found
    }

    private func checkHead() throws(TransportError) {
        guard let actual = files.target(of: reference(.head)) else {
            throw TransportError(.damaged, "git reported success without bringing \(request.headReference.name)")
        }
        guard actual == request.head else {
            files.remove(reference: reference(.head))
            throw TransportError(
                .moved(actual: actual),
                "\(request.headReference.name) is \(actual.short) now, not \(request.head.short)",
                advice: "The change was pushed to meanwhile; it is read again")
        }
        guard isCommit(actual) else { throw TransportError(.damaged, "the commit \(actual.hex) is not readable") }
    }

    private func isHere(_ role: Role) -> Bool {
        guard let id = wanted(role) else { return role == .tip }
        return files.target(of: reference(role)) == id && isCommit(id)
    }

    /// Whether a commit and its tree can be read.
    private func isCommit(_ id: ObjectID) -> Bool {
        guard let repository = try? Repository(at: mirror.directory), let commit = try? repository.commit(id) else {
            return false
        }
        return commit.tree == .emptyTree || (try? repository.header(of: commit.tree))?.kind == .tree
    }

    private func result(base: ObjectID, mergeBase: ObjectID?, usedNetwork: Bool) -> FetchedChange {
        FetchedChange(
            gitDirectory: mirror.directory, head: request.head, base: base, mergeBase: mergeBase, notes: notes,
            usedNetwork: usedNetwork)
    }

    private func keep(_ id: ObjectID, _ role: Role, _ lock: MirrorLock) async throws(TransportError) {
        let end = try await mirror.run(
            ["update-ref", reference(role), id.hex], GitSurroundings(mirror.git), lock: lock,
            until: deadline)
        try check(end)
    }

    private func fetch(depth: Int, _ rules: [String], _ lock: MirrorLock) async throws(TransportError) {
        var pipe: CredentialPipe?
        if let credential = request.credential { pipe = try CredentialPipe(credential) }
        defer { pipe?.end() }
        let settings = GitSurroundings(mirror.git, fetching: request, hasCredential: request.credential != nil)
        let start = files.objectBytes()
        let limit = min(start &+ request.limits.growth, request.limits.total)
        let end = try await mirror.run(
            [
                "fetch", "--quiet", "--no-tags", "--no-auto-maintenance", "--no-write-fetch-head",
                "--no-recurse-submodules", "--no-prune", "--depth=\(depth)", "--", request.address.url,
            ] + rules, settings, credential: pipe, lock: lock, until: deadline,
            watch: { [files] in files.objectBytes() <= limit })
        try check(end)
        // The last bytes may have come after the last look.
        guard files.objectBytes() <= limit else { throw tooLarge }
    }

    /// Frees the room of what came and may not stay.
    private func clear(_ lock: MirrorLock) async {
        _ = try? await mirror.run(
            Mirror.collecting, GitSurroundings(mirror.git), lock: lock, until: .now + .seconds(60))
    }

    private var tooLarge: TransportError {
        TransportError(
            .tooLarge,
            "the repository's objects are more than \(request.limits.growth >> 20) MB for one change or "
                + "\(request.limits.total >> 20) MB in all",
            advice: "Raise the limit, or read this repository by the forge's API alone")
    }

    private func check(_ end: ChildEnd) throws(TransportError) {
        switch end.stop {
        case .deadline:
            throw TransportError(.deadline, "fetching from \(request.address.origin) took too long and was ended")
        case .cancelled: throw TransportError(.cancelled, "fetching was cancelled")
        case .watch: throw tooLarge
        case nil: break
        }
        guard end.succeeded else {
            if end.signal == SIGXFSZ {
                throw TransportError(.diskFull, "a file of the mirror may not grow any more", advice: "Raise the limit")
            }
            guard end.signal == 0 else {
                throw TransportError(
                    .interrupted, "the git command was ended by signal \(end.signal)",
                    advice: "If it was the system, for want of memory, give it more")
            }
            throw TransportFailure(errors: end.errors, address: request.address, credential: request.credential).error
        }
    }
}
