import Domain

/// Drafts for the pull request of `MemoryGitHub`.
enum Drafts {
    static func comment(_ line: Int) -> DraftComment {
        DraftComment(
            identity: "finding-\(line)", path: "shop/cart.py", isOnOldSide: false,
            startLine: line > 20 ? line - 2 : nil,
            line: line, body: "**High: fault at \(line).** It breaks.",
            summaryLine: "High · `shop/cart.py:\(line)` fault"
        )
    }

    static func draft(
        _ address: ChangeAddress, lines: [Int] = [3, 14, 25, 36, 47], annotations: Int = 120,
        conclusion: DraftCheck.Conclusion = .success, repliesTo comments: [Int64] = []
    ) -> Draft {
        Draft(
            key: "5f1d0c", address: address, head: String(repeating: "b", count: 40), summary: "**2 findings.**",
            summaryWhenPresent: "**No findings.**", reviewBody: "Two things.", comments: lines.map(comment),
            check: DraftCheck(
                conclusion: conclusion, title: "2 findings", summary: "All of it.",
                annotations: (0..<annotations).map {
                    DraftCheck.Annotation(
                        path: "shop/cart.py", startLine: $0 + 1, endLine: $0 + 1, level: .warning, title: "note",
                        message: "note \($0)")
                }),
            replies: comments.map { DraftReply(commentID: $0, body: "Fixed in 1a2b3c4.", identity: "old-\($0)") })
    }
}
