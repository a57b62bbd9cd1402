import CGit2

/// What a spelled revision stands for.
package struct Revision: Hashable, Sendable {
    /// As the person wrote it.
    package let spelling: String
    /// Nil when it names a tree directly, or no commit at all (the empty tree).
    package let commit: ObjectID?
    package let tree: ObjectID
}

/// Two trees to be compared.
package struct RevisionRange: Hashable, Sendable {
    /// The side before the change. Its commit is nil for a root commit's change, which starts from nothing.
    package let base: Revision
    /// The side after the change.
    package let head: Revision
    /// For `A...B`: how many best common ancestors there are; the newest is the base. Else nil.
    package let mergeBases: Int?
}

extension Repository {
    /// The commit HEAD names; nil when HEAD is a branch without a commit yet.
    package func headCommit() throws(GitError) -> ObjectID? {
        var id = git_oid()
        Library.clearMessage()
        switch git_reference_name_to_id(&id, handle, "HEAD") {
        case 0: return ObjectID(id)
        case GIT_ENOTFOUND.rawValue, GIT_EUNBORNBRANCH.rawValue: return nil
        default:
            throw GitError(.corrupt, "HEAD of \(gitDirectory) cannot be read: \(Library.message ?? "unknown reason")")
        }
    }

    /// Finds what a revision names: an id or its beginning, a branch, a tag, `HEAD~3`, `v1^2`, `main@{u}`, …
    package func resolve(_ spelling: String) throws(GitError) -> Revision {
        let wanted = try withUpstream(spelling == "@" ? "HEAD" : spelling)
        if wanted == ObjectID.emptyTree.hex {
            return Revision(spelling: spelling, commit: nil, tree: .emptyTree)
        }
        guard !wanted.isEmpty, !wanted.utf8.contains(0), wanted.utf8.count <= 4096 else {
            throw GitError(.unknownRevision, "'\(spelling)' is not a revision")
        }
        var object: OpaquePointer?
        Library.clearMessage()
        let code = git_revparse_single(&object, handle, wanted)
        defer { git_object_free(object) }
        guard code == 0, let object else { throw try failure(code, resolving: spelling) }

        var peeled: OpaquePointer?
        if git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) == 0, let peeled {
            defer { git_object_free(peeled) }
            let id = ObjectID(git_object_id(peeled).pointee)
            return Revision(spelling: spelling, commit: id, tree: try links(of: id).tree)
        }
        guard git_object_peel(&peeled, object, GIT_OBJECT_TREE) == 0, let peeled else {
            throw GitError(
                .unknownRevision, "'\(spelling)' names a file, not a commit", advice: "Give a commit, branch or tag")
        }
        defer { git_object_free(peeled) }
        return Revision(spelling: spelling, commit: nil, tree: ObjectID(git_object_id(peeled).pointee))
    }

    /// Finds the two sides of `A..B` (these two), `A...B` (B against its merge base with A) or `A` (what that commit
    /// changed against its first parent, or against nothing). A side left out is HEAD.
    package func range(_ spelling: String) throws(GitError) -> RevisionRange {
        guard let dots = spelling.firstRange(of: "..") else { return try change(of: spelling) }
        var rest = spelling[dots.upperBound...]
        let isSymmetric = rest.first == "."
        if isSymmetric { rest.removeFirst() }
        let left = String(spelling[..<dots.lowerBound])
        let right = String(rest)
        guard !(left.isEmpty && right.isEmpty), right.firstRange(of: "..") == nil, right.first != "." else {
            throw GitError(.unknownRevision, "'\(spelling)' is not a range", advice: "Write A..B, A...B or one commit")
        }
        let old = try resolve(left.isEmpty ? "HEAD" : left)
        let new = try resolve(right.isEmpty ? "HEAD" : right)
        guard isSymmetric else { return RevisionRange(base: old, head: new, mergeBases: nil) }
        guard let one = old.commit, let other = new.commit else {
            throw GitError(
                .unknownRevision, "'\(spelling)' needs a commit on both sides", advice: "Use .. to compare trees")
        }
        let bases = try mergeBases(one, other)
        guard let base = bases.first else {
            let advice =
                isShallow
                ? "The clone is shallow; git fetch --unshallow brings the rest of the history"
                : "Use .. to compare the two as they are"
            throw GitError(.noMergeBase, "'\(old.spelling)' and '\(new.spelling)' share no history", advice: advice)
        }
        return RevisionRange(
            base: Revision(spelling: base.hex, commit: base, tree: try links(of: base).tree), head: new,
            mergeBases: bases.count)
    }

    private func change(of spelling: String) throws(GitError) -> RevisionRange {
        let head = try resolve(spelling)
        guard let id = head.commit else {
            throw GitError(
                .unknownRevision, "'\(spelling)' is a tree, not a commit", advice: "Write A..B to compare trees")
        }
        guard let parent = try commit(id).parents.first else {
            let nothing = Revision(spelling: ObjectID.emptyTree.hex, commit: nil, tree: .emptyTree)
            return RevisionRange(base: nothing, head: head, mergeBases: nil)
        }
        guard !shallowCommits.contains(id) else {
            throw GitError(
                .missingObject, "the parent of '\(spelling)' is not in the repository, because the clone is shallow",
                advice: "git fetch --deepen 1 brings it")
        }
        let base = Revision(spelling: spelling + "^1", commit: parent, tree: try links(of: parent).tree)
        return RevisionRange(base: base, head: head, mergeBases: nil)
    }

    private func failure(_ code: Int32, resolving spelling: String) throws(GitError) -> GitError {
        let detail = Library.message
        if spelling == "HEAD" || spelling == "@", try headCommit() == nil {
            return GitError(
                .unknownRevision, "HEAD has no commit yet", advice: "Commit something first, or review --staged")
        }
        if let damage = damage(behind: spelling) { return damage }
        switch code {
        case GIT_EAMBIGUOUS.rawValue:
            return GitError(
                .ambiguousRevision, "'\(spelling)' is the beginning of more than one object id",
                advice: "Write more digits")
        case GIT_ENOTFOUND.rawValue, GIT_EINVALIDSPEC.rawValue, GIT_EUNBORNBRANCH.rawValue, GIT_EPEEL.rawValue:
            let near = nearReferences(to: spelling)
            var advice = ""
            if !near.isEmpty {
                advice = "Did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
            } else if isShallow {
                advice = "The clone is shallow; git fetch --unshallow brings the rest of the history"
            } else {
                advice = "git branch -a and git log list what there is"
            }
            return GitError(.unknownRevision, "there is no revision '\(spelling)'", advice: advice)
        default:
            return GitError(.corrupt, "'\(spelling)' cannot be read: \(detail ?? "unknown reason")")
        }
    }

    /// Why the object of a branch or tag cannot be read, if the revision begins with one.
    private func damage(behind spelling: String) -> GitError? {
        let name = String(spelling.prefix { $0 != "~" && $0 != "^" && $0 != ":" })
        var reference: OpaquePointer?
        guard git_reference_dwim(&reference, handle, name) == 0 else { return nil }
        defer { git_reference_free(reference) }
        var resolved: OpaquePointer?
        guard git_reference_resolve(&resolved, reference) == 0, let target = git_reference_target(resolved) else {
            return nil
        }
        defer { git_reference_free(resolved) }
        do throws(GitError) {
            _ = try header(of: ObjectID(target.pointee))
            return nil
        } catch {
            return error
        }
    }
}
