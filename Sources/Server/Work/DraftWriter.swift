package import Diffs
package import Domain
import Reporting

/// A finding that was told before, with what became of it.
package struct KnownFinding: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable { case open, ignored, fixed }

    package var identity: String
    package var state: State
    package var severity: Severity
    package var category: Category
    package var rule: String
    package var title: String
    package var model: String
    /// As displayed.
    package var path: String
    package var isOnOldSide: Bool
    package var line: Int?
    /// Names the text of the line; see `LinesAtHand`.
    package var lineDigest: String?
    /// Of the inline comment; nil when it only stands in the summary.
    package var commentID: Int64?
    /// False for what was to be told at its line and never was: it was only observed, or a newer push came first.
    package var isTold: Bool

    package init(
        identity: String, state: State, severity: Severity, category: Category, rule: String, title: String,
        model: String, path: String, isOnOldSide: Bool, line: Int?, lineDigest: String?, commentID: Int64?,
        isTold: Bool = true
    ) {
        self.identity = identity
        self.state = state
        self.severity = severity
        self.category = category
        self.rule = rule
        self.title = title
        self.model = model
        self.path = path
        self.isOnOldSide = isOnOldSide
        self.line = line
        self.lineDigest = lineDigest
        self.commentID = commentID
        self.isTold = isTold
    }

    package init(_ finding: Finding) {
        self.init(
            identity: finding.identity, state: .open, severity: finding.severity, category: finding.category,
            rule: finding.rule, title: finding.title, model: finding.model, path: finding.path.display,
            isOnOldSide: finding.side == .old, line: finding.line,
            lineDigest: finding.line == nil ? nil : LinesAtHand.digest(finding.quotedLine), commentID: nil)
    }

    /// For the summary's list.
    var finding: Finding {
        Finding(
            path: Path(path), side: isOnOldSide ? .old : .new, startLine: line, line: line, severity: severity,
            category: category, rule: rule, cwe: nil, title: title, explanation: "", confidence: 1, model: model,
            quotedLine: [], identity: identity)
    }
}

/// How drafts are written.
package struct DraftStyle: Sendable {
    package var mode: ReviewMode
    package var review: ReviewSettings
    package var checks: CheckSettings

    package init(mode: ReviewMode, review: ReviewSettings, checks: CheckSettings) {
        self.mode = mode
        self.review = review
        self.checks = checks
    }
}

/// Puts what a review brought, beside what was told before, into what is published.
package struct DraftWriter {
    /// A draft with what is to be remembered once it is published.
    package struct Written: Sendable {
        package var draft: Draft
        /// Findings told for the first time; ids of comments come with the publication.
        package var told: [KnownFinding]
        /// Identities of findings that are no more.
        package var fixed: [String]
    }

    private let order: ReviewOrder
    private let reviewed: ReviewedChange
    private let known: [KnownFinding]
    private let diff: Diff
    private let style: DraftStyle

    package init(
        _ order: ReviewOrder, _ reviewed: ReviewedChange, known: [KnownFinding], diff: Diff, style: DraftStyle
    ) {
        self.order = order
        self.reviewed = reviewed
        self.known = known
        self.diff = diff
        self.style = style
    }

    package func write(mayComment: Bool) -> Written {
        let before = Dictionary(known.map { ($0.identity, $0) }) { first, _ in first }
        let found = reviewed.report.findings
        let fresh = found.filter { !(before[$0.identity]?.isTold ?? false) }
        let foundNow = Set((found + reviewed.report.folded).map(\.identity))
        let lines = LinesAtHand(diff)
        let fixed = known.filter { $0.state == .open && !foundNow.contains($0.identity) && isGone($0, lines) }
        let fixedNow = Set(fixed.map(\.identity))

        let inline = mayComment && style.mode == .review ? Array(fresh.prefix(style.review.maxComments)) : []
        var comments: [DraftComment] = []
        var unplaced: [Finding] = []
        for finding in inline {
            if let comment = comment(finding) { comments.append(comment) } else { unplaced.append(finding) }
        }
        unplaced += fresh.dropFirst(inline.count)

        var report = reviewed.report
        report.findings = openFindings(found, before, foundNow, fixedNow)
        report.folded = report.folded.filter { before[$0.identity]?.state != .ignored }
        let told = fresh.map(KnownFinding.init)
        let requestsChanges =
            mayComment
            && (style.review.requestsChangesFrom.map { floor in fresh.contains { $0.severity >= floor } } ?? false)
        let draft = Draft(
            key: order.key, address: order.pullRequest.address, head: order.pullRequest.head.id,
            summary: hasSomethingToSay(report) ? summary(report) : nil, summaryWhenPresent: summary(report),
            reviewBody: comments.isEmpty && !requestsChanges ? "" : reviewBody(comments.count),
            requestsChanges: requestsChanges,
            comments: comments, check: check(report, unplaced),
            replies: mayComment && style.mode == .review ? fixed.compactMap(reply) : [])
        return Written(draft: draft, told: told, fixed: fixed.map(\.identity))
    }

    // MARK: Findings

    /// What was found now and what still stands from before, gravest first; what people told us to ignore is left out.
    private func openFindings(
        _ found: [Finding], _ before: [String: KnownFinding], _ foundNow: Set<String>, _ fixed: Set<String>
    ) -> [Finding] {
        let now = found.filter { before[$0.identity]?.state != .ignored }
        let earlier = known.filter {
            $0.state == .open && !foundNow.contains($0.identity) && !fixed.contains($0.identity)
        }
        return (now + earlier.map(\.finding)).enumerated().sorted { left, right in
            left.element.severity == right.element.severity
                ? left.offset < right.offset : left.element.severity > right.element.severity
        }.map(\.element)
    }

    /// A finding of the static rules is gone when they do not find it again; one of a model only when its line is, since
    /// nobody looked again at what did not change.
    private func isGone(_ finding: KnownFinding, _ lines: LinesAtHand) -> Bool {
        if finding.model == "builtin" { return true }
        guard let digest = finding.lineDigest else { return false }
        return !lines.contains(digest, path: finding.path, isOnOldSide: finding.isOnOldSide)
    }

    // MARK: Comments

    /// Nil where the forge takes no comment: no line, a line outside the change, a path that is not UTF-8.
    private func comment(_ finding: Finding) -> DraftComment? {
        guard let line = finding.line, let file = diff.files.first(where: { $0.path == finding.path }),
            let path = finding.path.text
        else { return nil }
        let anchors = file.anchors
        var start = finding.startLine ?? line
        var end = line
        var hasSuggestion = false
        if let suggestion = finding.suggestion, finding.side == .new,
            Self.holds(anchors, .new, suggestion.startLine, suggestion.line)
        {
            // The block replaces the very lines the comment stands at.
            (start, end, hasSuggestion) = (suggestion.startLine, suggestion.line, true)
        }
        if !Self.holds(anchors, finding.side, start, end) { start = end }
        guard Self.holds(anchors, finding.side, start, end) else { return nil }
        return DraftComment(
            identity: finding.identity, path: path, isOnOldSide: finding.side == .old,
            startLine: start < end ? start : nil, line: end,
            body: ReviewMarkdown.comment(finding, suggestionBlock: hasSuggestion),
            summaryLine: ReviewMarkdown.item(finding))
    }

    private static func holds(_ anchors: Anchors, _ side: Side, _ start: Int, _ end: Int) -> Bool {
        start == end ? anchors.anchor(side, end) != nil : anchors.range(side, from: start, to: end) != nil
    }

    private func reply(_ finding: KnownFinding) -> DraftReply? {
        guard let id = finding.commentID else { return nil }
        return DraftReply(
            commentID: id, body: "Fixed in \(order.pullRequest.head.id.prefix(7)).",
            identity: "fixed " + finding.identity)
    }

    private func reviewBody(_ count: Int) -> String {
        "**Hunkwise**: \(count) new finding\(count == 1 ? "" : "s") at \(order.pullRequest.head.id.prefix(7))."
    }

    // MARK: Summary and check

    private func hasSomethingToSay(_ report: ReviewReport) -> Bool {
        if style.review.commentsWhenClean || !report.findings.isEmpty { return true }
        if report.notes.contains(where: { $0.kind == "proposed-configuration" }) { return true }
        // A binary file that nobody can look at is nothing to write home about.
        return report.notReviewed.contains { $0.hunkIndex != nil || !["binary", "submodule"].contains($0.reason) }
    }

    private func summary(_ report: ReviewReport) -> String {
        ReviewMarkdown.summary(report, showsCost: style.review.costReport == .comment)
    }

    private func check(_ report: ReviewReport, _ unplaced: [Finding]) -> DraftCheck? {
        guard style.mode == .review || style.mode == .summary else { return nil }
        let isWhole = order.staticOnly == nil && isComplete(report)
        let conclusion: DraftCheck.Conclusion =
            isWhole ? .success : style.checks.onSkip == .failure ? .failure : .neutral
        var title = ReviewMarkdown.title(report)
        if let why = order.staticOnly { title += " (static rules only: \(why))" }
        return DraftCheck(
            conclusion: conclusion, title: String(title.prefix(140)),
            summary: ReviewMarkdown.summary(report, showsCost: style.review.costReport != .off),
            annotations: unplaced.prefix(200).compactMap(Self.annotation))
    }

    private func isComplete(_ report: ReviewReport) -> Bool {
        report.notReviewed.allSatisfy { $0.hunkIndex == nil && ["binary", "submodule"].contains($0.reason) }
    }

    private static func annotation(_ finding: Finding) -> DraftCheck.Annotation? {
        guard let path = finding.path.text, finding.side == .new else { return nil }
        let line = max(1, finding.line ?? 1)
        let level: DraftCheck.Annotation.Level =
            switch finding.severity {
            case .critical, .high: .failure
            case .medium: .warning
            case .low: .notice
            }
        return DraftCheck.Annotation(
            path: path, startLine: max(1, min(finding.startLine ?? line, line)), endLine: line, level: level,
            title: String(finding.title.prefix(255)), message: ReviewMarkdown.message(finding))
    }
}
