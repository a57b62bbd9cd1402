package import Diffs
package import Domain
package import SyntaxTrees

extension SecretScanner {
    /// Credentials on lines that a change adds.
    package func findings(in changed: ChangedSource) -> [Finding] {
        findings(in: changed.file).map { finding in
            var finding = finding
            if let line = finding.line { finding.symbol = changed.head?.enclosingDeclaration(ofLine: line)?.name }
            return finding
        }
    }

    /// Credentials on lines that a file's hunks add, each secret once.
    ///
    /// Context lines are read too, since a key may begin or a name may stand on one; a secret that is on context lines
    /// alone is nothing this change did.
    package func findings(in file: FileDiff) -> [Finding] {
        guard let path = file.newPath, !file.isBinary else { return [] }
        var findings: [Finding] = []
        if file.status == .added || file.status == .renamed || file.status == .copied {
            findings += rulesAbout(path: path).map { $0.finding(aboutFile: path) }
        }
        var found: [Found] = []
        var indexOfSecret: [[UInt8]: Int] = [:]
        for hunk in file.hunks where hunk.added > 0 {
            HunkText.forEachStretch(of: hunk) { text in
                for match in scan(text.bytes, path: path) where text.owns(match) {
                    guard let line = text.firstAddedLine(in: match) else { continue }
                    let secret = Array(text.bytes[match.secretRange])
                    if let known = indexOfSecret[secret] {
                        found[known].repeats += 1
                    } else if found.count < Self.mostInFile {
                        indexOfSecret[secret] = found.count
                        found.append(Found(match: match, line: line, secret: secret))
                    }
                }
            }
        }
        guard !found.isEmpty else { return findings }
        let removed = file.removed(of: found.map(\.secret))
        for item in found {
            let wasThere = removed.contains(item.secret)
            guard var finding = item.match.finding(path: path, line: item.line, wasThereBefore: wasThere) else {
                continue
            }
            if item.repeats > 0 {
                finding.explanation +=
                    " It occurs \(item.repeats) more time\(item.repeats == 1 ? "" : "s") in this file."
            }
            findings.append(finding)
        }
        return findings
    }

    /// More different credentials in one file are a list of them, which needs no more findings.
    private static let mostInFile = 1000
}

/// A credential on the added lines of a file.
private struct Found {
    let match: SecretMatch
    let line: HunkText.Line
    let secret: [UInt8]
    /// How often it occurs besides.
    var repeats = 0
}

extension FileDiff {
    /// Those of some secrets that stand on removed lines.
    fileprivate func removed(of secrets: [[UInt8]]) -> Set<[UInt8]> {
        var index = SecretIndex()
        for secret in secrets { index.insert(secret) }
        let short = secrets.filter { $0.count < SecretIndex.shortest }.prefix(50)
        var found: Set<[UInt8]> = []
        for hunk in hunks where hunk.removed > 0 {
            var text: [UInt8] = []
            hunk.forEachLine { line in
                guard line.kind == .removed else { return }
                text.append(contentsOf: hunk.buffer[line.range])
                text.append(UInt8(ascii: "\n"))
            }
            index.forEachPlace(in: text) { _, secret in found.insert(secret) }
            for secret in short where text.firstRange(ofBytes: secret) != nil { found.insert(secret) }
        }
        return found
    }
}

extension SecretMatch {
    /// Nil when the circumstances leave nothing to say. No text of the finding holds any part of the secret.
    fileprivate func finding(path: Path, line: HunkText.Line, wasThereBefore: Bool) -> Finding? {
        guard isProviderFormat || (remark == nil && !wasThereBefore) else { return nil }
        var severity = severity
        var confidence = confidence
        var remarks = ""
        switch remark {
        case .allowComment:
            severity = min(.medium, severity)
            remarks = " A comment on the line says to allow it; whoever wrote the change wrote that comment."
        case .testPath:
            let isFixture = cwe == "CWE-321" || ruleID.hasPrefix("secret-jwt")
            severity = min(isFixture ? .low : .medium, severity)
            if isFixture { confidence = min(confidence, 0.5) }
            remarks = " The file looks like a test or an example, so it may be meant to be seen."
        case .machineWritten, nil:
            break
        }
        if wasThereBefore {
            severity = min(.low, severity)
            remarks = " It was in the file before this change, which only moves it."
        }
        return Finding(
            path: path, side: .new, startLine: line.number, line: line.number, severity: severity, category: .review,
            rule: ruleID, cwe: cwe, title: title,
            explanation: "Everyone who can read the repository, now or in its history, can use this credential. "
                + "Revoke it where it was issued, then load the new one from the environment or a secret store."
                + remarks,
            confidence: confidence, model: "builtin", quotedLine: Array(line.content))
    }

    private var title: String {
        let text = "\(description) in the code"
        return text.count <= 80 ? text : String(text.prefix(79)) + "…"
    }
}

extension SecretRule {
    fileprivate func finding(aboutFile path: Path) -> Finding {
        Finding(
            path: path, side: .new, startLine: nil, line: nil, severity: severity, category: .review, rule: id,
            cwe: cwe,
            title: String("\(description): file should not be committed".prefix(80)),
            explanation: "A rule forbids files with this name, because they hold credentials.", confidence: confidence,
            model: "builtin", quotedLine: [])
    }
}
