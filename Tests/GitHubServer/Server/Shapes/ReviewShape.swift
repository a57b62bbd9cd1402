import ModelServer

extension WorldState {
    func json(_ review: Review, of pull: PullRequest, in repository: Repository) -> JSON {
        let html = "\(html(repository))/pull/\(pull.number)#pullrequestreview-\(review.id)"
        let address = "\(api(repository))/pulls/\(pull.number)"
        let shape: JSON = [
            "id": .integer(review.id), "node_id": nodeID("PRR", review.id), "user": json(account: review.author),
            "body": .string(review.body), "state": .string(review.state.rawValue), "html_url": .string(html),
            "pull_request_url": .string(address),
            "author_association": association(of: review.author, in: repository),
            "_links": ["html": ["href": .string(html)], "pull_request": ["href": .string(address)]],
            "commit_id": .string(review.commit),
        ]
        return review.submittedAt.map { shape.adding(["submitted_at": .time($0)]) } ?? shape
    }

    func json(_ comment: ReviewComment, of pull: PullRequest, in repository: Repository) -> JSON {
        let html = "\(html(repository))/pull/\(pull.number)#discussion_r\(comment.id)"
        let address = "\(api(repository))/pulls/comments/\(comment.id)"
        let pullAddress = "\(api(repository))/pulls/\(pull.number)"
        var shape: JSON = [
            "url": .string(address), "pull_request_review_id": .orNull(comment.review), "id": .integer(comment.id),
            "node_id": nodeID("PRRC", comment.id), "diff_hunk": .string(comment.hunk), "path": .string(comment.path),
            "user": json(account: comment.author), "body": .string(comment.body),
            "created_at": .time(comment.createdAt), "updated_at": .time(comment.updatedAt),
            "html_url": .string(html), "pull_request_url": .string(pullAddress),
            "author_association": association(of: comment.author, in: repository),
            "_links": [
                "self": ["href": .string(address)], "html": ["href": .string(html)],
                "pull_request": ["href": .string(pullAddress)],
            ],
            "original_commit_id": .string(comment.commit),
            "reactions": json(reactionsTo: .reviewComment(comment.id), at: address),
        ]
        if let first = comment.replyTo { shape = shape.adding(["in_reply_to_id": .integer(first)]) }
        return shape.adding(json(anchorOf: comment, pull, repository))
    }

    private func json(anchorOf comment: ReviewComment, _ pull: PullRequest, _ repository: Repository) -> JSON {
        guard case .line(let lines) = comment.anchor else {
            return [
                "subject_type": "file", "commit_id": .string(pull.headCommit), "line": .null, "original_line": .null,
                "start_line": .null, "original_start_line": .null, "start_side": .null, "side": "RIGHT",
                "position": 1, "original_position": 1,
            ]
        }
        let now = currentLines(of: comment, lines, pull, repository)
        return [
            "subject_type": "line", "commit_id": .string(now == nil ? comment.commit : pull.headCommit),
            "line": .orNull(now?.line), "original_line": .integer(lines.line), "side": .string(lines.side),
            "start_line": .orNull(now?.startLine), "original_start_line": .orNull(lines.startLine),
            "start_side": .orNull(lines.startSide), "position": .orNull(now?.position),
            "original_position": .integer(lines.position),
        ]
    }

    /// Where a comment stands in the newest diff; nil when its lines were changed or left the diff.
    private func currentLines(
        of comment: ReviewComment, _ lines: ReviewComment.Lines, _ pull: PullRequest, _ repository: Repository
    ) -> ReviewComment.Lines? {
        if comment.commit == pull.headCommit { return lines }
        guard let side = Patch.Side(rawValue: lines.side) else { return nil }
        let moved = side == .left ? 0 : shift(of: comment, lines.line, pull, repository)
        guard let moved,
            let patch = diff(of: pull).files.first(where: { $0.path == comment.path })?.patch,
            let place = patch.place(of: lines.line + moved, on: side)
        else { return nil }
        var current = lines
        current.line += moved
        current.startLine = lines.startLine.map { $0 + moved }
        current.position = place.line.position
        return current
    }

    /// By how many lines a line moved from the comment's commit to the head; nil if it was touched.
    private func shift(
        of comment: ReviewComment, _ line: Int, _ pull: PullRequest, _ repository: Repository
    ) -> Int? {
        let change = git.diff(comment.commit, pull.headCommit, in: repository.directory)
        guard let file = change.files.first(where: { ($0.oldPath ?? $0.path) == comment.path }) else { return 0 }
        guard file.path == comment.path, let patch = file.patch else { return nil }
        if let place = patch.place(of: line, on: .left) {
            return place.line.new.map { $0 - line }
        }
        var moved = 0
        for hunk in patch.hunks {
            guard let last = hunk.lines.last(where: { $0.old != nil })?.old, last < line else { continue }
            moved += hunk.lines.count { $0.kind == .added } - hunk.lines.count { $0.kind == .removed }
        }
        return moved
    }
}
