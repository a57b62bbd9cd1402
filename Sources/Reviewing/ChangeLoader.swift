import Diffs
import Domain
import GitRepository

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
            return Comparison(
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
            return Comparison(
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

    private struct Comparison {
        let repository: Repository
        let patch: Patch
        let title: String
        let base: String?
        let head: String?
        let baseTree: ObjectID?
    }

    private static func reading(
        _ compare: () throws(GitError) -> Comparison
    ) throws(ChangeLoadingError) -> ChangeInput {
        let compared: Comparison
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
