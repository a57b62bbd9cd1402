import Diffs
package import Domain
package import SyntaxTrees

/// Finds vulnerabilities and defects in the changed lines of a change, from rules, without a model.
package struct StaticReviewer: Sendable {
    package let settings: RuleSettings
    let grammars: Grammars?

    /// - Parameter grammars: Needed by the few rules that are written as tree-sitter queries.
    package init(settings: RuleSettings = .default, grammars: Grammars? = nil) {
        self.settings = settings
        self.grammars = grammars
    }

    /// Every rule, also those that ship switched off.
    package static var catalogue: [RuleInfo] {
        RuleCatalogue.shared.rules.map(\.info) + BuiltinRules.all
    }

    /// The findings of one file: on its added lines, or on removed ones where a guard was taken away.
    package func review(_ changed: ChangedSource) -> [Finding] {
        var findings: [Finding] = []
        if let head = changed.head {
            let lines = ChangedLines(changed.file)
            findings += scan(head, lines: lines.added)
            findings += brokenSyntax(changed, lines)
        }
        return findings
    }

    /// The findings of a whole change; also looks at what was moved from one file to another.
    package func review(change: [ChangedSource]) -> [Finding] {
        let moved = RemovedGuards(change)
        return change.flatMap { changed in
            var findings = review(changed)
            if settings.runs(BuiltinRules.removedGuard) { findings += moved.findings(in: changed) }
            return findings
        }
    }

    /// The findings on some lines of a source.
    ///
    /// - Parameter lines: Real line numbers, from 1; nil: all lines.
    package func scan(_ source: ParsedSource, lines: [ClosedRange<Int>]? = nil) -> [Finding] {
        let rows = rows(of: lines, in: source)
        guard !rows.isEmpty else { return [] }
        var findings: [Finding] = []
        if let scan = FileScan(FragmentRepair.repaired(source, grammars: grammars), grammars: grammars) {
            let setting = FileSetting(source)
            let rules = RuleCatalogue.shared.rules
            for match in scan.matches(rows: rows, isWanted: { settings.runs($0.info) }) {
                let rule = rules[match.rule]
                guard let grade = setting.grade(match.grade, of: rule) else { continue }
                findings.append(finding(rule, grade, from: match.startRow, row: match.row, in: source))
            }
        }
        findings += lineFindings(source, rows)
        return distinct(findings)
    }

    /// The rows of an incomplete source are counted in what is there.
    private func rows(of lines: [ClosedRange<Int>]?, in source: ParsedSource) -> [Range<Int>] {
        guard let lines else { return source.rowCount > 0 ? [0..<source.rowCount] : [] }
        var rows: [Range<Int>] = []
        for range in lines {
            for line in range {
                guard let row = source.row(ofLine: line) else { continue }
                if let last = rows.last, last.upperBound == row {
                    rows[rows.count - 1] = last.lowerBound..<(row + 1)
                } else if rows.last.map({ $0.upperBound <= row }) ?? true {
                    rows.append(row..<(row + 1))
                }
            }
        }
        return rows
    }

    private func finding(
        _ rule: Rule, _ grade: Grade, from start: Int? = nil, row: Int, in source: ParsedSource
    ) -> Finding {
        let line = source.lineNumber(ofRow: row)
        let text = source.rowText(row)
        return Finding(
            path: source.path, side: .new, startLine: start.map { source.lineNumber(ofRow: $0) } ?? line, line: line,
            severity: grade.severity,
            category: rule.info.category, rule: rule.info.id, cwe: rule.info.cwe, title: rule.info.title,
            explanation: rule.info.why + " " + rule.info.fix, suggestion: suggestion(rule, line: line, text: text),
            confidence: grade.confidence, model: "builtin", quotedLine: Array(text),
            symbol: source.enclosingDeclaration(ofLine: line)?.name)
    }

    /// A certain fix: the line with the one occurrence of the rule's text replaced.
    private func suggestion(_ rule: Rule, line: Int, text: ArraySlice<UInt8>) -> Suggestion? {
        guard let replacement = rule.replacement, text.count <= 400 else { return nil }
        let bytes = Array(text)
        guard let at = onlyIndex(of: replacement.from, in: bytes) else { return nil }
        let fixed = bytes[..<at] + replacement.to + bytes[(at + replacement.from.count)...]
        guard let text = String(validating: fixed, as: UTF8.self) else { return nil }
        return Suggestion(startLine: line, line: line, replacement: text)
    }

    private func onlyIndex(of word: [UInt8], in text: [UInt8]) -> Int? {
        guard !word.isEmpty, text.count >= word.count else { return nil }
        var found: Int?
        for start in 0...(text.count - word.count) where text[start..<(start + word.count)].elementsEqual(word) {
            if found != nil { return nil }
            found = start
        }
        return found
    }

    private func lineFindings(_ source: ParsedSource, _ rows: [Range<Int>]) -> [Finding] {
        let wanted = LineRules.shared.rules(for: source.path).filter { settings.runs($0.rule.info) }
        let setting = FileSetting(source)
        let hasMarkers = settings.runs(BuiltinRules.conflictMarker)
        var findings: [Finding] = []
        for row in rows.joined() {
            if findings.count > 500 { break }
            let text = source.rowText(row)
            if hasMarkers, ConflictMarkers.isMarker(text), ConflictMarkers.isConfirmed(row, in: source) {
                findings.append(BuiltinRules.conflictMarker.finding(in: source, row: row, confidence: 0.97))
            }
            guard !wanted.isEmpty, text.count <= 4000 else { continue }
            let line = Array(text)
            for (rule, matcher) in wanted where contains(line, matcher.literal) && matcher.pattern.matches(line) {
                if let unless = matcher.unless, unless.matches(line) { continue }
                if let wanted = matcher.requires, !contains(source.bytes, wanted) { continue }
                let grade = Grade(severity: rule.info.severity, confidence: rule.info.confidence)
                guard let grade = setting.grade(grade, of: rule) else { continue }
                findings.append(finding(rule, grade, row: row, in: source))
            }
        }
        return findings
    }

    private func brokenSyntax(_ changed: ChangedSource, _ lines: ChangedLines) -> [Finding] {
        guard settings.runs(BuiltinRules.brokenSyntax) else { return [] }
        return BrokenSyntax.findings(changed, lines)
    }

    /// One finding a line and kind: the most severe, then the surest.
    private func distinct(_ findings: [Finding]) -> [Finding] {
        var best: [String: Int] = [:]
        var kept: [Finding] = []
        for finding in findings {
            let kind = BuiltinRules.kinds[finding.rule] ?? finding.rule
            let key = "\(finding.line ?? 0) \(kind)"
            if let index = best[key] {
                let known = kept[index]
                if (finding.severity, finding.confidence) > (known.severity, known.confidence) { kept[index] = finding }
            } else {
                best[key] = kept.count
                kept.append(finding)
            }
        }
        return kept
    }
}
