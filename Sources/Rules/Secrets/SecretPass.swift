import Diffs
import Patterns

/// One scan of one text: collects the rules that keywords wake and runs them line by line.
struct SecretPass {
    let scanner: SecretScanner
    let bytes: [UInt8]
    let buffer: UnsafeBufferPointer<UInt8>
    let path: [UInt8]
    let place: SecretPlace

    private var matches: [SecretMatch] = []
    private var line = 0..<0
    private var awake: [Int] = []
    /// For each rule, the start of the line that last woke it.
    private var wokenOnLine: [Int]
    private var wokenOnText: Set<Int> = []
    /// Ends of keywords on the line that may stand in names.
    private var nameMarks: [Int] = []

    init(scanner: SecretScanner, bytes: [UInt8], buffer: UnsafeBufferPointer<UInt8>, path: Path?) {
        self.scanner = scanner
        self.bytes = bytes
        self.buffer = buffer
        self.path = path?.bytes ?? []
        self.place = SecretPlace(path: path)
        self.wokenOnLine = Array(repeating: -1, count: scanner.rules.rules.count)
    }

    mutating func meet(rules: [Int], keywordEnd: Int) {
        if keywordEnd > line.upperBound {
            readLine()
            line = lineAround(keywordEnd - 1)
        }
        var isName = false
        for index in rules {
            let tail = scanner.rules.rules[index].tail
            if tail > 0, !hasTail(of: tail, at: keywordEnd) { continue }
            switch scanner.rules.rules[index].form {
            case .pattern(_, multiline: true):
                wokenOnText.insert(index)
                continue
            case .named, .generic:
                isName = true
            case .pattern, .path:
                break
            }
            if wokenOnLine[index] != line.lowerBound {
                wokenOnLine[index] = line.lowerBound
                awake.append(index)
            }
        }
        if isName, nameMarks.last != keywordEnd { nameMarks.append(keywordEnd) }
    }

    private func hasTail(of length: Int, at start: Int) -> Bool {
        guard start + length <= buffer.count else { return false }
        for offset in start..<start + length where !buffer[offset].isNameByte { return false }
        return true
    }

    /// Wakes rules about tokens with two dots a fixed distance apart, for which no keyword exists.
    mutating func meetDotted(_ rules: [Int]) {
        for index in rules {
            let gap = scanner.rules.rules[index].dotted
            guard gap > 0, buffer.count > gap + 2 else { continue }
            var offset = 0
            let dot = UInt8(ascii: ".")
            while offset < buffer.count - gap - 1 {
                if buffer[offset] == dot, buffer[offset + gap + 1] == dot,
                    buffer[offset + 1..<offset + gap + 1].allSatisfy({ $0.isNameByte && $0 != dot })
                {
                    meet(rules: [index], keywordEnd: offset + 1)
                }
                offset += 1
            }
        }
    }

    /// Reads the line begun last, so that another kind of search may start from the top.
    mutating func finishLine() {
        readLine()
        line = 0..<0
    }

    mutating func finish(unconditional: [Int]) {
        readLine()
        for index in wokenOnText.union(unconditional).sorted() {
            if case .pattern(let pattern, _) = scanner.rules.rules[index].form {
                run(pattern, rule: scanner.rules.rules[index], in: 0..<bytes.count)
            }
        }
    }

    /// The line around an offset; of a very long line, the part around it.
    private func lineAround(_ offset: Int) -> Range<Int> {
        let limit = SecretScanner.longestLine
        var start = offset
        let lowest = max(line.upperBound, offset - limit / 4)
        while start > lowest, buffer[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        var end = offset
        let highest = min(buffer.count, offset + limit)
        while end < highest, buffer[end] != UInt8(ascii: "\n") { end += 1 }
        return start..<max(end, offset + 1)
    }

    /// Runs the rules that the current line woke.
    private mutating func readLine() {
        guard !awake.isEmpty else { return }
        let assignments = nameMarks.isEmpty ? [] : readAssignments()
        for index in awake {
            let rule = scanner.rules.rules[index]
            switch rule.form {
            case .pattern(let pattern, _): run(pattern, rule: rule, in: line)
            case .named(let pattern): runNamed(pattern, rule: rule, on: assignments)
            case .generic: runGeneric(rule, on: assignments)
            case .path: break
            }
        }
        awake.removeAll(keepingCapacity: true)
        nameMarks.removeAll(keepingCapacity: true)
    }

    private func readAssignments() -> [SecretAssignment] {
        let slice = UnsafeBufferPointer(rebasing: buffer[line])
        var found: [SecretAssignment] = []
        for mark in nameMarks {
            guard let assignment = SecretAssignment(in: slice, nameIncludes: mark - line.lowerBound),
                found.last != assignment, assignment.value.count >= SecretAssignment.minValueLength
            else { continue }
            found.append(assignment)
        }
        return found
    }

    private mutating func run(_ pattern: SecretPattern, rule: SecretRule, in range: Range<Int>) {
        let text = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[range]))
        for match in pattern.matches(in: text, limit: SecretScanner.maxMatches) {
            let group =
                rule.secretGroup > 0
                ? match[rule.secretGroup] : match.groups.dropFirst().lazy.compactMap(\.self).first { !$0.isEmpty }
            let secret = group ?? match.range
            consider(
                rule, match: match.range.shifted(by: range.lowerBound), secret: secret.shifted(by: range.lowerBound),
                confidence: rule.confidence)
        }
    }

    private mutating func runNamed(_ pattern: SecretPattern, rule: SecretRule, on assignments: [SecretAssignment]) {
        for assignment in assignments {
            let value = assignment.value.shifted(by: line.lowerBound)
            guard pattern.isMatch(in: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[value]))) else {
                continue
            }
            let name = bytes[contextOfName(assignment)].map(\.asciiLowercased)
            guard rule.keywords.contains(where: { name.containsBytes(of: $0) }),
                rule.anyName || GenericSecret.mayHold(name: bytes[assignment.name.shifted(by: line.lowerBound)])
            else { continue }
            let whole = line.lowerBound + assignment.name.lowerBound..<value.upperBound
            consider(rule, match: whole, secret: value, confidence: rule.confidence)
        }
    }

    /// The name and the words before it ("facebook access_token").
    private func contextOfName(_ assignment: SecretAssignment) -> Range<Int> {
        let nameStart = line.lowerBound + assignment.name.lowerBound
        var start = nameStart
        while start > line.lowerBound, nameStart - start < 40, buffer[start - 1].isNameByte || buffer[start - 1].isBlank
        {
            start -= 1
        }
        return start..<(line.lowerBound + assignment.name.upperBound)
    }

    private mutating func runGeneric(_ rule: SecretRule, on assignments: [SecretAssignment]) {
        guard !place.isMachineWritten else { return }
        for assignment in assignments where assignment.isQuoted || place.allowsBareValues {
            let name = assignment.name.shifted(by: line.lowerBound)
            let value = assignment.value.shifted(by: line.lowerBound)
            let confidence = GenericSecret.confidence(
                name: bytes[name], value: bytes[value], isQuoted: assignment.isQuoted)
            guard let confidence else { continue }
            consider(rule, match: name.lowerBound..<value.upperBound, secret: value, confidence: confidence)
        }
    }

    private mutating func consider(_ rule: SecretRule, match: Range<Int>, secret: Range<Int>, confidence: Double) {
        guard matches.count < SecretScanner.maxMatches, !secret.isEmpty else { return }
        if let path = rule.path, !path.isMatch(in: self.path) { return }
        let value = bytes[secret]
        let entropy = shannonEntropy(value.prefix(4096))
        if rule.entropy > 0, entropy <= rule.entropy { return }
        if rule.ignoresMadeUp, Placeholder.isClearlyNoSecret(value.prefix(4096)) { return }
        if let check = rule.check, !check.holds(secret: value, context: bytes[match]) { return }
        let ownLine = bytes[lineOf(secret)]
        for list in rule.allowlists where list.allows(secret: value, match: bytes[match], line: ownLine, path: path) {
            return
        }
        for list in scanner.rules.allowlists
        where list.ruleIDs.isEmpty || list.ruleIDs.contains(where: rule.answers(to:)) {
            if list.allows(secret: value, match: bytes[match], line: ownLine, path: path) { return }
        }
        matches.append(
            SecretMatch(
                ruleID: rule.id, description: rule.description, range: match, secretRange: secret, entropy: entropy,
                severity: rule.severity, confidence: confidence, isProviderFormat: rule.isProviderFormat, cwe: rule.cwe,
                remark: remark(on: ownLine)))
    }

    /// The line, or lines, that hold a range; cut at a limit on both sides.
    private func lineOf(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        let lowest = max(0, start - 2048)
        while start > lowest, buffer[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        var end = range.upperBound
        let highest = min(buffer.count, end + 2048)
        while end < highest, buffer[end] != UInt8(ascii: "\n") { end += 1 }
        return start..<end
    }

    private static let allowComments = ["gitleaks:allow", "hunkwise:allow", "pragma: allowlist secret", "nosecret"]

    private func remark(on line: ArraySlice<UInt8>) -> SecretMatch.Remark? {
        if Self.allowComments.contains(where: { line.containsBytes(of: $0) }) { return .allowComment }
        if place.isTest { return .testPath }
        return place.isMachineWritten ? .machineWritten : nil
    }

    /// Matches in order of place; where secrets overlap, the one that tells most.
    func distinctMatches() -> [SecretMatch] {
        let ordered = matches.sorted { ($0.secretRange.lowerBound, $0.ruleID) < ($1.secretRange.lowerBound, $1.ruleID) }
        var kept: [SecretMatch] = []
        for match in ordered {
            guard let last = kept.last, last.secretRange.overlaps(match.secretRange) else {
                kept.append(match)
                continue
            }
            if match.tellsMore(than: last) { kept[kept.count - 1] = match }
        }
        return kept
    }
}

extension Range<Int> {
    func shifted(by offset: Int) -> Range<Int> { lowerBound + offset..<upperBound + offset }
}
