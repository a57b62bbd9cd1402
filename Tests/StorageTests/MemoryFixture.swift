import Domain
import Storage

extension ChangeAddress {
    static func sample(number: Int = 12, named name: String = "acme/shop", id: Int64 = 7) -> ChangeAddress {
        ChangeAddress(
            forge: "github.com", repositoryID: id,
            repository: RepositoryName(name) ?? RepositoryName("a/b").unsafelyUnwrapped, number: number)
    }
}

extension ReportedFinding {
    static func sample(_ identity: String, severity: Severity = .high, facts: String = "{}") -> ReportedFinding {
        ReportedFinding(
            identity: identity, severity: severity, title: "owner check removed", path: "auth/séssion.py", line: 42,
            isOnOldSide: false, head: "abc", facts: facts)
    }
}

extension Draft {
    static func sample(key: String = "k1", body: String = "Two things.", head: String = "abc") -> Draft {
        Draft(
            key: key, address: .sample(), head: head, summary: "**Hunkwise: 1 finding**", summaryWhenPresent: "none",
            reviewBody: body,
            comments: [
                DraftComment(
                    identity: "f1", path: "auth/séssion.py", isOnOldSide: false, startLine: 40, line: 42,
                    body: "é\u{1F600}",
                    summaryLine: "- High")
            ],
            check: DraftCheck(
                conclusion: .neutral, title: "1 finding", summary: "",
                annotations: [
                    DraftCheck.Annotation(
                        path: "a.py", startLine: 1, endLine: 2, level: .warning, title: "t", message: "m")
                ]),
            replies: [DraftReply(commentID: 9, body: "fixed in abc", identity: "f0")])
    }
}
