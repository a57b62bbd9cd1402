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
        var indexOfSecret: [ArraySlice<UInt8>: Int] = [:]
        var repeats: [Int] = []
        var removed: [UInt8]?
        for hunk in file.hunks where hunk.added > 0 {
            let text = NewSideText(hunk)
            for match in scan(text.bytes, path: path) {
                guard let line = text.firstAddedLine(in: match) else { continue }
                let secret = text.bytes[match.secretRange]
                if let known = indexOfSecret[secret] {
                    if known >= 0 { repeats[known] += 1 }
                    continue
                }
                let removedText = removed ?? file.removedText
                removed = removedText
                let wasThere = removedText.firstRange(ofBytes: Array(secret)) != nil
                guard let finding = match.finding(path: path, line: line, wasThereBefore: wasThere) else {
                    indexOfSecret[secret] = -1
                    continue
                }
                indexOfSecret[secret] = repeats.count
                repeats.append(0)
                findings.append(finding)
            }
        }
        let aboutFile = findings.count - repeats.count
        for (index, count) in repeats.enumerated() where count > 0 {
            findings[aboutFile + index].explanation +=
                " It occurs \(count) more time\(count == 1 ? "" : "s") in this file."
        }
        return findings
    }
}

/// The new side of a hunk as one text, with the place of each line.
private struct NewSideText {
    struct Line {
        let number: Int
        let isAdded: Bool
        let content: ArraySlice<UInt8>
    }

    let bytes: [UInt8]
    /// Where each line starts, doubled; plus one for an added line.
    private let starts: [Int]
    /// Of the first line; those of one side of a hunk rise by one.
    private let firstNumber: Int

    init(_ hunk: Hunk) {
        firstNumber = hunk.newStart
        var bytes: [UInt8] = []
        var starts: [Int] = []
        bytes.reserveCapacity(hunk.bodyRange.count)
        starts.reserveCapacity(min(max(hunk.newLines, 0), hunk.bodyRange.count))
        hunk.forEachLine { line in
            guard line.kind != .removed else { return }
            starts.append(bytes.count << 1 | (line.kind == .added ? 1 : 0))
            bytes.append(contentsOf: hunk.buffer[line.range])
            bytes.append(UInt8(ascii: "\n"))
        }
        self.bytes = bytes
        self.starts = starts
    }

    private func line(_ index: Int) -> Line {
        let end = index + 1 < starts.count ? starts[index + 1] >> 1 : bytes.count
        return Line(
            number: firstNumber &+ index, isAdded: starts[index] & 1 == 1,
            content: bytes[(starts[index] >> 1)..<(end - 1)])
    }

    /// The first added line of a match, nil when the secret lies on context lines alone.
    func firstAddedLine(in match: SecretMatch) -> Line? {
        guard lines(touching: match.secretRange).contains(where: { line($0).isAdded }) else { return nil }
        return lines(touching: match.range).first { line($0).isAdded }.map { line($0) }
    }

    private func lines(touching range: Range<Int>) -> Range<Int> {
        // The last line that starts at or before an offset, by bisection.
        func index(at offset: Int) -> Int {
            var low = 0
            var high = starts.count
            while high - low > 1 {
                let middle = (low + high) / 2
                if starts[middle] >> 1 <= offset { low = middle } else { high = middle }
            }
            return low
        }
        guard !starts.isEmpty else { return 0..<0 }
        return index(at: range.lowerBound)..<(index(at: max(range.lowerBound, range.upperBound - 1)) + 1)
    }
}

extension FileDiff {
    /// All removed lines of the file.
    fileprivate var removedText: [UInt8] {
        var text: [UInt8] = []
        for hunk in hunks where hunk.removed > 0 {
            hunk.forEachLine { line in
                guard line.kind == .removed else { return }
                text.append(contentsOf: hunk.buffer[line.range])
                text.append(UInt8(ascii: "\n"))
            }
        }
        return text
    }
}

extension SecretMatch {
    /// Nil when the circumstances leave nothing to say. No text of the finding holds any part of the secret.
    fileprivate func finding(path: Path, line: NewSideText.Line, wasThereBefore: Bool) -> Finding? {
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
