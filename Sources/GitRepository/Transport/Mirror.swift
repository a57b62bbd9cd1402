import Domain
import Glibc

/// A bare repository of our own with what was fetched of one repository on a forge: objects, never a checkout.
///
/// A value; any number of tasks and processes may use one directory. The git command brings the objects, with an
/// environment and configuration made from nothing (see `GitSurroundings`), in a process group that does not outlive the call.
/// Each commit that was asked for is kept by a private reference, `refs/hunkwise/<number>/<head>`, with `.base` and
/// `.merge-base` beside it, until `collect` lets go of it. A mirror is usable after a kill at any moment.
package struct Mirror: Sendable, Hashable {
    /// Also the path to open with `Repository(at:)`.
    package let directory: String
    let git: GitCommand

    var files: MirrorFiles { MirrorFiles(directory: directory) }
    /// Beside the mirror, so that it is there before and after it.
    var lockPath: String { directory + ".lock" }

    /// - Parameter directory: Where the mirror is or will be, absolute; the directory above it exists.
    package init(at directory: String, git: GitCommand) {
        self.directory = directory
        self.git = git
    }

    /// Brings the commits of a change, with their whole trees, into the mirror; asks nobody if they are all here.
    package func fetch(_ request: FetchRequest) async throws(TransportError) -> FetchedChange {
        let start = ContinuousClock.now
        let deadline = start + request.limits.time
        let lock = try await MirrorLock.acquire(
            lockPath, until: min(deadline, start + request.limits.wait))
        defer { lock.release() }
        try files.prepare()
        var fetch = Fetch(mirror: self, request: request, deadline: deadline)
        do {
            return try await fetch.run(lock)
        } catch {
            guard error.kind == .damaged else { throw error }
        }
        // Everything in it can be had again.
        FileTree.remove(directory)
        try files.prepare()
        fetch = Fetch(mirror: self, request: request, deadline: deadline)
        fetch.notes.append("The local copy of the repository was damaged and has been fetched anew.")
        return try await fetch.run(lock)
    }

    /// Runs git on the mirror, held by `lock`.
    func run(
        _ arguments: [String], _ settings: GitSurroundings, credential: CredentialPipe? = nil, lock: MirrorLock,
        until deadline: ContinuousClock.Instant, watch: @escaping @Sendable () -> Bool = { true }
    ) async throws(TransportError) -> ChildEnd {
        // The credential's number and the lock's are fixed: git's settings and whoever comes after a crash know them.
        let program = ChildProgram(
            path: git.path, arguments: ["--git-dir=" + directory] + arguments, environment: settings.environment,
            inherited: [credential?.reader ?? lock.descriptor, lock.descriptor])
        guard let end = await program.run(until: deadline, started: { lock.name(child: $0) }, watch: watch) else {
            throw TransportError(
                .gitMissing, "\(git.path) could not be started: \(String(cString: strerror(errno)))",
                advice: "Check that git is installed and that the machine has memory and processes left")
        }
        return end
    }
}
