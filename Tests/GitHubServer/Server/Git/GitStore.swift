import Synchronization

/// What the bare repositories hold, asked of git itself. Answers about object names never change and are kept.
final class GitStore: Sendable {
    private let diffs = Mutex<[String: TreeDiff]>([:])
    private let lists = Mutex<[String: [String]]>([:])
    private let commits = Mutex<[String: CommitRecord]>([:])
    private let entries = Mutex<[String: TreeEntry?]>([:])
    private let blobs = Mutex<[String: [UInt8]]>([:])

    /// Larger blobs are read anew each time.
    private static let largestKept = 1 << 20

    static func isObjectName(_ text: String) -> Bool {
        text.utf8.count == 40 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// The commit that a branch, tag, reference or (shortened) object name stands for.
    func commit(_ name: String, in path: String) -> String? {
        guard !name.isEmpty, name.first != "-" else { return nil }
        if GitStore.isObjectName(name), record(name, in: path) != nil { return name }
        for candidate in ["refs/heads/\(name)", "refs/tags/\(name)", "refs/\(name)", name] {
            let found = GitCommand(directory: path).attempt(
                "rev-parse", "--verify", "--quiet", "--end-of-options", candidate + "^{commit}")
            if found.status == 0 { return found.line }
        }
        return nil
    }

    func branch(_ name: String, in path: String) -> String? {
        let found = GitCommand(directory: path).attempt(
            "rev-parse", "--verify", "--quiet", "--end-of-options", "refs/heads/\(name)^{commit}")
        return found.status == 0 ? found.line : nil
    }

    func object(_ name: String, in path: String) -> String? {
        let found = GitCommand(directory: path).attempt(
            "rev-parse", "--verify", "--quiet", "--end-of-options", name)
        return found.status == 0 ? found.line : nil
    }

    func mergeBase(_ base: String, _ head: String, in path: String) -> String? {
        list("base \(base) \(head)", in: path) { git in
            let found = git.attempt("merge-base", base, head)
            return found.status == 0 ? [found.line] : []
        }.first
    }

    /// Commits of `head` that `base` has not, the oldest first.
    func commits(from base: String, to head: String, in path: String) -> [String] {
        list("list \(base) \(head)", in: path) { git in
            let found = git.attempt("rev-list", "--reverse", "--topo-order", head, "^" + base)
            return found.text.split(separator: "\n").map(String.init)
        }
    }

    func history(of head: String, path file: String?, in path: String) -> [String] {
        let found =
            if let file {
                GitCommand(directory: path).attempt("rev-list", head, "--", file)
            } else { GitCommand(directory: path).attempt("rev-list", head) }
        return found.text.split(separator: "\n").map(String.init)
    }

    /// The change from `base` to `head`, renames found.
    func diff(_ base: String, _ head: String, in path: String) -> TreeDiff {
        let key = "\(path) \(base) \(head)"
        if let known = diffs.withLock({ $0[key] }) { return known }
        let git = GitCommand(directory: path)
        let listing = git.attempt("diff", "--raw", "-z", "-M", "--no-abbrev", base, head, "--")
        let counts = git.attempt("diff", "--numstat", "-z", "-M", base, head, "--")
        let text = git.attempt("diff", "--patch", "-M", "--no-color", "--no-ext-diff", base, head, "--")
        let diff = DiffReading.diff(listing: listing.output, counts: counts.output, text: text.output)
        diffs.withLock { $0[key] = diff }
        return diff
    }

    func record(_ commit: String, in path: String) -> CommitRecord? {
        let key = "\(path) \(commit)"
        if let known = commits.withLock({ $0[key] }) { return known }
        let found = GitCommand(directory: path).attempt("cat-file", "commit", commit)
        guard found.status == 0, let record = CommitRecord(sha: commit, found.text) else { return nil }
        commits.withLock { $0[key] = record }
        return record
    }

    /// What a path is in a commit.
    func entry(_ file: String, at commit: String, in path: String) -> TreeEntry? {
        let key = "\(path) \(commit) \(file)"
        if let known = entries.withLock({ $0[key] }) { return known }
        let listing = GitCommand(directory: path).attempt(
            "--literal-pathspecs", "ls-tree", "-z", "-l", commit, "--", file)
        let entry = TreeEntry.entries(of: listing.output).first
        entries.withLock { $0[key] = .some(entry) }
        return entry
    }

    func blob(_ sha: String, in path: String) -> [UInt8]? {
        let key = "\(path) \(sha)"
        if let known = blobs.withLock({ $0[key] }) { return known }
        let found = GitCommand(directory: path).attempt("cat-file", "blob", sha)
        guard found.status == 0 else { return nil }
        if found.output.count <= GitStore.largestKept { blobs.withLock { $0[key] = found.output } }
        return found.output
    }

    /// The tree that has no files; every repository knows it.
    static let emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

    private func list(_ question: String, in path: String, _ ask: (GitCommand) -> [String]) -> [String] {
        let key = path + " " + question
        if let known = lists.withLock({ $0[key] }) { return known }
        let answer = ask(GitCommand(directory: path))
        lists.withLock { $0[key] = answer }
        return answer
    }
}
