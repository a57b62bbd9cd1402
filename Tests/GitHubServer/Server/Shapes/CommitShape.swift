import ModelServer

extension WorldState {
    private func json(_ person: CommitRecord.Person) -> JSON {
        ["name": .string(person.name), "email": .string(person.email), "date": .string(person.date)]
    }

    private static let unverified: JSON = [
        "verified": false, "reason": "unsigned", "signature": .null, "payload": .null, "verified_at": .null,
    ]

    /// An account whose commits these are: the mail's first part is its login.
    private func account(behind person: CommitRecord.Person) -> JSON {
        json(account: person.email.split(separator: "@").first.map(String.init))
    }

    func json(_ commit: CommitRecord, in repository: Repository) -> JSON {
        let api = api(repository)
        let html = html(repository)
        return [
            "sha": .string(commit.sha), "node_id": .string("C_" + commit.sha),
            "commit": [
                "author": json(commit.author), "committer": json(commit.committer),
                "message": .string(commit.message),
                "tree": ["sha": .string(commit.tree), "url": .string("\(api)/git/trees/\(commit.tree)")],
                "url": .string("\(api)/git/commits/\(commit.sha)"), "comment_count": 0,
                "verification": WorldState.unverified,
            ],
            "url": .string("\(api)/commits/\(commit.sha)"), "html_url": .string("\(html)/commit/\(commit.sha)"),
            "comments_url": .string("\(api)/commits/\(commit.sha)/comments"),
            "author": account(behind: commit.author), "committer": account(behind: commit.committer),
            "parents": .array(
                commit.parents.map {
                    [
                        "sha": .string($0), "url": .string("\(api)/commits/\($0)"),
                        "html_url": .string("\(html)/commit/\($0)"),
                    ]
                }),
        ]
    }

    /// As the git objects' pages give it.
    func json(gitCommit commit: CommitRecord, in repository: Repository) -> JSON {
        let api = api(repository)
        let html = html(repository)
        return [
            "sha": .string(commit.sha), "node_id": .string("C_" + commit.sha),
            "url": .string("\(api)/git/commits/\(commit.sha)"),
            "html_url": .string("\(html)/commit/\(commit.sha)"), "author": json(commit.author),
            "committer": json(commit.committer),
            "tree": ["sha": .string(commit.tree), "url": .string("\(api)/git/trees/\(commit.tree)")],
            "message": .string(commit.message),
            "parents": .array(
                commit.parents.map {
                    [
                        "sha": .string($0), "url": .string("\(api)/git/commits/\($0)"),
                        "html_url": .string("\(html)/commit/\($0)"),
                    ]
                }),
            "verification": WorldState.unverified,
        ]
    }

    /// The files of a diff; patches are left out of those that are too large, and of all after too large a sum.
    func json(files: [ChangedFile], at commit: String, in repository: Repository) -> [JSON] {
        var lines = 0
        var bytes = 0
        return files.map { file in
            let path = Percent.encode(file.path, also: "/")
            var members: JSON = [
                "sha": .string(file.object), "filename": .string(file.path), "status": .string(file.status),
                "additions": .integer(file.additions), "deletions": .integer(file.deletions),
                "changes": .integer(file.additions + file.deletions),
                "blob_url": .string("\(html(repository))/blob/\(commit)/\(path)"),
                "raw_url": .string("\(html(repository))/raw/\(commit)/\(path)"),
                "contents_url": .string("\(api(repository))/contents/\(path)?ref=\(commit)"),
            ]
            if let old = file.oldPath { members = members.adding(["previous_filename": .string(old)]) }
            if let patch = file.patch, patch.lineCount <= limits.patchLines, patch.size <= limits.patchBytes {
                lines += patch.lineCount
                bytes += patch.size
                if lines <= limits.allPatchesLines, bytes <= limits.allPatchesBytes {
                    members = members.adding(["patch": .string(patch.text)])
                }
            }
            return members
        }
    }
}
