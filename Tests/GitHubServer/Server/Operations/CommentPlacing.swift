import ModelServer

/// Where a client wants a comment to stand.
struct WantedPlace: Sendable {
    var path: String
    var position: Int?
    var line: Int?
    var side: String?
    var startLine: Int?
    var startSide: String?
    var isFile = false

    init(_ body: JSON) {
        path = body["path"]?.text ?? ""
        position = body["position"]?.whole
        line = body["line"]?.whole
        side = body["side"]?.text
        startLine = body["start_line"]?.whole
        startSide = body["start_side"]?.text
        isFile = body["subject_type"]?.text == "file"
    }
}

/// A comment's place in the diff, with the lines above it that it quotes.
struct Placed: Sendable {
    var anchor: ReviewComment.Anchor
    var hunk: String
}

/// What is wrong with a wanted place, by the field that breaks the rule.
struct Misplacement: Error, Sendable {
    struct Fault: Sendable, Equatable {
        var field: String
        /// What follows the field's name; empty where the field is just missing or invalid.
        var message: String
        var code = "custom"
    }

    var faults: [Fault]

    init(_ faults: Fault...) { self.faults = faults }

    private static let blank = Fault(field: "diff_hunk", message: "can't be blank", code: "missing_field")

    /// In the words that single comments are refused with.
    var validation: Refusal {
        Refusal(
            status: 422, message: "Validation Failed",
            errors: (faults + [Misplacement.blank]).map { fault in
                let field = "pull_request_review_thread.\(fault.field)"
                return Refusal.error(
                    "PullRequestReviewComment", field, fault.code,
                    fault.code == "custom" ? "\(field) \(fault.message)" : nil)
            })
    }

    /// In the words that reviews are refused with: one text for each comment.
    var sentence: String {
        let parts = (faults + [Misplacement.blank]).map { fault in
            let words = fault.field.split(separator: "_").joined(separator: " ")
            return "Pull request review thread \(words) \(fault.message)"
        }
        guard let last = parts.last, parts.count > 1 else { return parts.joined() }
        let head = parts.dropLast().joined(separator: ", ")
        return parts.count == 2 ? "\(head) and \(last)" : "\(head), and \(last)"
    }
}

extension WantedPlace {
    /// Finds the place in a diff, by the rules of the service: the path must be changed, the line must be shown in a
    /// hunk on its side, a range must begin before its end and in the same hunk.
    func placed(in diff: TreeDiff) throws(Misplacement) -> Placed {
        guard let file = diff.files.first(where: { $0.path == path }) else {
            throw Misplacement(Misplacement.Fault(field: "path", message: "is invalid", code: "invalid"))
        }
        if isFile {
            return Placed(anchor: .file, hunk: "")
        }
        let end = try end(in: file.patch)
        guard let patch = file.patch, let end else { throw WantedPlace.outside("line") }
        let sideName = self.side ?? (end.line.new == nil ? "LEFT" : "RIGHT")
        var lines = ReviewComment.Lines(
            line: (sideName == "LEFT" ? end.line.old : end.line.new) ?? 0, side: sideName,
            position: end.line.position)
        if let startLine {
            let first = try start(startLine, before: end, sideName, patch)
            lines.startLine = startLine
            lines.startSide = first
        }
        return Placed(anchor: .line(lines), hunk: patch.excerpt(to: end))
    }

    private static func outside(_ field: String) -> Misplacement {
        Misplacement(Misplacement.Fault(field: field, message: "must be part of the diff"))
    }

    private func end(in patch: Patch?) throws(Misplacement) -> Patch.Place? {
        if let line {
            guard let side = Patch.Side(rawValue: side ?? "RIGHT") else {
                throw Misplacement(Misplacement.Fault(field: "side", message: "is invalid", code: "invalid"))
            }
            if let place = patch?.place(of: line, on: side) { return place }
            var faults = [Misplacement.Fault(field: "line", message: "must be part of the diff")]
            if startLine != nil {
                faults.append(
                    Misplacement.Fault(field: "start_line", message: "must be part of the same hunk as the line."))
            }
            var misplacement = Misplacement()
            misplacement.faults = faults
            throw misplacement
        }
        guard let position else {
            throw Misplacement(
                Misplacement.Fault(field: "line", message: "can't be blank", code: "missing_field"))
        }
        if let place = patch?.place(at: position) { return place }
        throw Misplacement(Misplacement.Fault(field: "position", message: "could not be resolved", code: "invalid"))
    }

    private func start(
        _ number: Int, before end: Patch.Place, _ endSide: String, _ patch: Patch
    ) throws(Misplacement) -> String {
        let name = startSide == nil || startSide == "side" ? endSide : startSide ?? endSide
        guard let side = Patch.Side(rawValue: name) else {
            throw Misplacement(Misplacement.Fault(field: "start_side", message: "is invalid", code: "invalid"))
        }
        guard let start = patch.place(of: number, on: side), start.hunk == end.hunk else {
            throw Misplacement(
                Misplacement.Fault(field: "start_line", message: "must be part of the same hunk as the line."))
        }
        if start.line.position >= end.line.position {
            throw Misplacement(Misplacement.Fault(field: "start_line", message: "must precede the end line."))
        }
        return name
    }
}
