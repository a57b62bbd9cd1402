import Diffs
import Domain
package import GitRepository

/// A change that could not be read: one line saying what happened, why, and what to do.
package struct ChangeLoadingError: Error {
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}

/// Reads a change from each kind of source.
package enum ChangeLoader {
    /// A range of commits; see `Repository.range` for its spellings.
    package static func range(_ spelling: String, in path: String) throws(ChangeLoadingError) -> ChangeInput {
        try reading { () throws(GitError) in
            let repository = try Repository(at: path)
            let range = try repository.range(spelling)
            let patch = try repository.diff(range)
            return Compared(
                repository: repository, patch: patch, title: spelling,
                base: range.base.commit?.hex ?? range.base.tree.hex,
                head: range.head.commit?.hex ?? range.head.tree.hex, baseTree: range.base.tree)
        }
    }

    /// What the next commit would change.
    ///
    /// - Parameter indexFile: The index git means, where it is not the repository's own: `git commit -a` and
    ///   `git commit PATH` give their hooks another one.
    package static func staged(in path: String, indexFile: String?) throws(ChangeLoadingError) -> ChangeInput {
        try reading { () throws(GitError) in
            let repository = try Repository(at: path, indexFile: indexFile)
            let head = try repository.headCommit()
            return Compared(
                repository: repository, patch: try repository.diff(.staged), title: "staged changes", base: head?.hex,
                head: nil, baseTree: try repository.tree(ofCommit: head))
        }
    }

    /// A patch, beside the repository it was made for or alone.
    package static func patch(
        _ bytes: [UInt8], name: String, repository path: String?
    ) throws(ChangeLoadingError) -> ChangeInput {
        let diff: Diff
        do throws(DiffError) {
            diff = try Diff(parsing: bytes, requiresContents: true)
        } catch {
            throw ChangeLoadingError("\(name), \(error.description)")
        }
        guard let path else {
            return ChangeInput(
                title: name, repository: nil, base: nil, head: nil, diff: diff, contents: PatchOnlyContents())
        }
        do throws(GitError) {
            let repository = try Repository(at: path)
            let head = try repository.headCommit()
            let tree = try repository.tree(ofCommit: head)
            let contents = PatchedContents { file in
                guard let old = file.oldPath else { return nil }
                if let hex = file.oldID, let id = ObjectID(hex: hex) {
                    return try? repository.blob(id, limit: RepositoryContents.limit)
                }
                guard let tree, let version = try? repository.entry(at: old, in: tree) else { return nil }
                return try? repository.blob(version.id, limit: RepositoryContents.limit)
            }
            return ChangeInput(
                title: name, repository: repository.displayName, repositoryPath: repository.commonDirectory,
                base: head?.hex, head: nil, diff: diff,
                contents: contents, baseConfiguration: try repository.configuration(in: tree))
        } catch {
            throw ChangeLoadingError(error.description)
        }
    }

    /// A pull request, read from the objects that were fetched of it: its head against the merge base.
    ///
    /// Its configuration comes from the base branch, not from the merge base: what the branch says now is what counts.
    /// - Parameters:
    ///   - base: The tip of the base branch.
    ///   - repositoryPath: What its charges are kept by.
    ///   - notes: What fetching it had to say.
    package static func pullRequest(
        in gitDirectory: String, base: ObjectID, mergeBase: ObjectID, head: ObjectID, title: String,
        repository name: String, repositoryPath: String, notes: [String] = [],
        limits: PullRequestLimits = PullRequestLimits()
    ) throws(ChangeLoadingError) -> ChangeInput {
        let repository: Repository
        let patch: Patch
        let configuration: [UInt8]?
        do throws(GitError) {
            repository = try Repository(at: gitDirectory)
            // Enough to see which of the files are the largest.
            let options = DiffOptions(maxFileBytes: RepositoryContents.limit, maxPatchBytes: 4 * limits.bytes)
            let trees = Comparison.trees(try repository.commit(mergeBase).tree, try repository.commit(head).tree)
            patch = try repository.diff(trees, options: options)
            configuration = try repository.configuration(in: try repository.commit(base).tree)
        } catch {
            throw ChangeLoadingError(error.description)
        }
        let whole: Diff
        do throws(DiffError) {
            whole = try Diff(parsing: patch.bytes)
        } catch {
            throw ChangeLoadingError("the comparison could not be read back, \(error.description)")
        }
        let (diff, leftOut) = limits.applied(to: whole)
        return ChangeInput(
            title: title, repository: name, repositoryPath: repositoryPath, base: mergeBase.hex, head: head.hex,
            diff: diff, contents: RepositoryContents(repository: repository),
            notReviewed: patch.skipped.map { NotReviewed(path: $0.path, hunkIndex: nil, reason: $0.reason) } + leftOut,
            notes: notes.map { Note(kind: "fetch", text: $0) }
                + patch.notes.map { Note(kind: "comparison", text: $0) },
            baseConfiguration: configuration)
    }

    /// A pull request of which there is nothing but the diff that the forge's API gives: no objects, so no whole files.
    ///
    /// - Parameter baseConfiguration: `.hunkwise.yaml` of the base branch, if the API gave it.
    package static func diffOnly(
        _ bytes: [UInt8], base: ObjectID, head: ObjectID, title: String, repository name: String,
        repositoryPath: String, baseConfiguration: [UInt8]?, notes: [String] = [],
        limits: PullRequestLimits = PullRequestLimits()
    ) throws(ChangeLoadingError) -> ChangeInput {
        let whole: Diff
        do throws(DiffError) {
            whole = try Diff(parsing: bytes, requiresContents: true)
        } catch {
            throw ChangeLoadingError("the diff from the forge cannot be read, \(error.description)")
        }
        let (diff, leftOut) = limits.applied(to: whole)
        let note = "Only the forge's diff was read, without the repository: what needs whole files was not checked."
        return ChangeInput(
            title: title, repository: name, repositoryPath: repositoryPath, base: base.hex, head: head.hex, diff: diff,
            contents: PatchOnlyContents(), notReviewed: leftOut,
            notes: (notes + [note]).map { Note(kind: "fetch", text: $0) }, baseConfiguration: baseConfiguration)
    }

    /// Whole files, every line as added.
    package static func wholeFiles(_ files: [(path: String, bytes: [UInt8])]) -> ChangeInput {
        var contents: [Path: [UInt8]] = [:]
        var diffs: [FileDiff] = []
        for file in files {
            let path = Path(file.path.hasPrefix("./") ? String(file.path.dropFirst(2)) : file.path)
            guard contents.updateValue(file.bytes, forKey: path) == nil else { continue }
            diffs.append(FileDiff.adding(path: path, contents: file.bytes))
        }
        return ChangeInput(
            title: files.count == 1 ? files[0].path : "\(files.count) files", repository: nil, base: nil, head: nil,
            diff: Diff(bytes: [], files: diffs), contents: WholeFileContents(files: contents))
    }

    private struct Compared {
        let repository: Repository
        let patch: Patch
        let title: String
        let base: String?
        let head: String?
        let baseTree: ObjectID?
    }

    private static func reading(
        _ compare: () throws(GitError) -> Compared
    ) throws(ChangeLoadingError) -> ChangeInput {
        let compared: Compared
        let configuration: [UInt8]?
        do throws(GitError) {
            compared = try compare()
            configuration = try compared.repository.configuration(in: compared.baseTree)
        } catch {
            throw ChangeLoadingError(error.description)
        }
        let diff: Diff
        do throws(DiffError) {
            diff = try Diff(parsing: compared.patch.bytes)
        } catch {
            throw ChangeLoadingError("the comparison could not be read back, \(error.description)")
        }
        return ChangeInput(
            title: compared.title, repository: compared.repository.displayName,
            repositoryPath: compared.repository.commonDirectory, base: compared.base,
            head: compared.head, diff: diff, contents: RepositoryContents(repository: compared.repository),
            notReviewed: compared.patch.skipped.map {
                NotReviewed(path: $0.path, hunkIndex: nil, reason: $0.reason)
            },
            notes: compared.patch.notes.map { Note(kind: "comparison", text: $0) }, baseConfiguration: configuration)
    }
}

extension Repository {
    fileprivate func tree(ofCommit id: ObjectID?) throws(GitError) -> ObjectID? {
        guard let id else { return nil }
        return try commit(id).tree
    }

    /// The repository's own configuration in a tree.
    fileprivate func configuration(in tree: ObjectID?) throws(GitError) -> [UInt8]? {
        guard let tree, let version = try entry(at: ChangeInput.configurationPath, in: tree) else { return nil }
        return try blob(version.id, limit: 1 << 20)
    }

    /// The name people know the repository by: of its working tree, or of the bare directory.
    fileprivate var displayName: String {
        let components = (workingTree ?? gitDirectory).split(separator: "/").filter { $0 != "." }
        return components.last.map(String.init) ?? "repository"
    }
}
