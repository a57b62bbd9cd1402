import CGit2

extension Repository {
    /// Most references looked at for a suggestion.
    private static let suggestionLimit = 10_000

    /// Names of branches and tags spelled much like `spelling`, best first, at most two.
    func nearReferences(to spelling: String) -> [String] {
        let name = String(spelling.prefix { $0 != "~" && $0 != "^" && $0 != "@" })
        guard !name.isEmpty, name.utf8.count <= 200, name != "HEAD" else { return [] }
        let allowed = name.utf8.count <= 4 ? 1 : name.utf8.count <= 8 ? 2 : 3
        var found: [(distance: Int, name: String)] = []
        for reference in shortReferenceNames() {
            // The name is right; what follows it is not.
            if reference == name { return [] }
            if reference.hasSuffix("/" + name) {
                found.append((0, reference))
            } else if let distance = editDistance(name, reference, limit: allowed) {
                found.append((distance, reference))
            }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(2).map(\.name)
    }

    private func shortReferenceNames() -> [String] {
        var iterator: OpaquePointer?
        guard git_reference_iterator_new(&iterator, handle) == 0 else { return [] }
        defer { git_reference_iterator_free(iterator) }
        var names: [String] = []
        var name: UnsafePointer<CChar>?
        while names.count < Repository.suggestionLimit, git_reference_next_name(&name, iterator) == 0, let name {
            let full = String(cString: name)
            for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/"] where full.hasPrefix(prefix) {
                names.append(String(full.dropFirst(prefix.count)))
            }
        }
        return names
    }

    /// Replaces `@{u}` or `@{upstream}` after a branch name by the reference the branch follows.
    func withUpstream(_ spelling: String) throws(GitError) -> String {
        guard let start = spelling.firstRange(of: "@{"), let end = spelling[start.upperBound...].firstIndex(of: "}"),
            ["u", "upstream"].contains(spelling[start.upperBound..<end].lowercased())
        else { return spelling }
        var branch = String(spelling[..<start.lowerBound])
        if branch.isEmpty || branch == "HEAD" {
            let head = SmallFile.line(gitDirectory + "/HEAD") ?? ""
            guard head.hasPrefix("ref: refs/heads/") else {
                throw GitError(.unknownRevision, "'\(spelling)' needs a branch, and HEAD is not on one")
            }
            branch = String(head.dropFirst("ref: refs/heads/".count))
        }
        guard let upstream = format.upstreams[branch], let remote = upstream.remote, let merge = upstream.merge else {
            throw GitError(
                .unknownRevision, "the branch '\(branch)' follows no other branch",
                advice: "git branch --set-upstream-to sets which one")
        }
        let rest = spelling[spelling.index(after: end)...]
        if remote == "." { return merge + rest }
        for rule in format.fetchRules[remote] ?? [] {
            if let mapped = Repository.map(merge, by: rule) { return mapped + rest }
        }
        throw GitError(
            .unknownRevision, "the branch '\(branch)' follows '\(merge)' of '\(remote)', which is not fetched")
    }

    /// Where a fetch rule (`+refs/heads/*:refs/remotes/origin/*`) puts a reference; nil when the rule is for others.
    private static func map(_ reference: String, by rule: String) -> String? {
        let sides = rule.drop { $0 == "+" }.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2 else { return nil }
        guard let star = sides[0].firstIndex(of: "*") else { return sides[0] == reference ? sides[1] : nil }
        let before = String(sides[0][..<star])
        let after = String(sides[0][sides[0].index(after: star)...])
        guard reference.hasPrefix(before), reference.hasSuffix(after), let target = sides[1].firstIndex(of: "*"),
            reference.utf8.count >= before.utf8.count + after.utf8.count
        else { return nil }
        let middle = reference.dropFirst(before.count).dropLast(after.count)
        return String(sides[1][..<target]) + String(middle) + String(sides[1][sides[1].index(after: target)...])
    }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other; nil above the limit.
func editDistance(_ one: String, _ other: String, limit: Int) -> Int? {
    let left = Array(one.utf8)
    let right = Array(other.utf8)
    guard abs(left.count - right.count) <= limit else { return nil }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            var cost = min(last[column + 1], current[column]) + 1
            cost = min(cost, last[column] + (left[row] == right[column] ? 0 : 1))
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        if (current.min() ?? 0) > limit { return nil }
        beforeLast = last
        last = current
    }
    return last[right.count] <= limit ? last[right.count] : nil
}
