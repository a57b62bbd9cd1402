import Glibc

/// Where the parts of a repository are, found as git finds them: at a path or in the nearest directory above it.
struct RepositoryLocation {
    /// HEAD and index are here.
    var gitDirectory: String
    /// Objects, references and configuration are here; differs from `gitDirectory` in a linked worktree.
    var commonDirectory: String
    /// Nil for a bare repository.
    var workingTree: String?

    static func discover(from path: String) throws(GitError) -> RepositoryLocation {
        let advice = "Run it inside a git repository or name one with --repo"
        guard let resolved = realpath(path, nil) else {
            throw GitError(
                .notARepository, "\(path) cannot be opened: \(String(cString: strerror(errno)))", advice: advice)
        }
        defer { free(resolved) }
        var directory = String(cString: resolved)
        guard SmallFile.kind(directory) == .directory else {
            throw GitError(.notARepository, "\(path) is not a directory", advice: advice)
        }
        while true {
            let dotGit = directory == "/" ? "/.git" : directory + "/.git"
            switch SmallFile.kind(dotGit) {
            case .directory:
                if let found = location(gitDirectory: dotGit, workingTree: directory) { return found }
            case .file:
                guard let line = SmallFile.line(dotGit), line.hasPrefix("gitdir: ") else { break }
                let target = resolve(String(line.dropFirst("gitdir: ".count)), relativeTo: directory)
                if let found = location(gitDirectory: target, workingTree: directory) { return found }
                throw GitError(
                    .notARepository, "\(dotGit) points to \(target), where there is no repository",
                    advice: "The main repository was moved or deleted; git worktree repair mends the link")
            case .other, nil: break
            }
            if let found = location(gitDirectory: directory, workingTree: nil) { return found }
            guard directory != "/", let slash = directory.lastIndex(of: "/") else { break }
            directory = slash == directory.startIndex ? "/" : String(directory[..<slash])
        }
        throw GitError(.notARepository, "\(path) is not in a git repository", advice: advice)
    }

    /// The location, if the directory has what makes a git directory.
    private static func location(gitDirectory: String, workingTree: String?) -> RepositoryLocation? {
        var common = gitDirectory
        if let line = SmallFile.line(gitDirectory + "/commondir") {
            common = resolve(line, relativeTo: gitDirectory)
        }
        guard let head = SmallFile.line(gitDirectory + "/HEAD"),
            head.hasPrefix("ref:") || ObjectID(hex: head) != nil
                || head.utf8.count == 64, SmallFile.kind(common + "/objects") == .directory,
            SmallFile.kind(common + "/refs") == .directory
        else { return nil }
        return RepositoryLocation(gitDirectory: gitDirectory, commonDirectory: common, workingTree: workingTree)
    }

    private static func resolve(_ path: String, relativeTo directory: String) -> String {
        let joined = path.hasPrefix("/") ? path : directory + "/" + path
        guard let resolved = realpath(joined, nil) else { return joined }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
