import Domain
import SyntaxTrees

/// A rule that fits at a place.
struct Match {
    let rule: Int
    /// First row of what the finding is about; `row` is its anchor.
    let startRow: Int
    let row: Int
    let grade: Grade
}

extension FileScan {
    /// The rules that fit on wanted rows.
    ///
    /// - Parameter rows: Ranges of rows, rising and apart.
    func matches(rows: [Range<Int>], isWanted: (Rule) -> Bool) -> [Match] {
        guard let first = rows.first, let last = rows.last else { return [] }
        let index = RuleCatalogue.index(for: language)
        var found: [Match] = []
        var stack: [Node] = []
        let span = source.byteRange(ofRows: first.lowerBound..<last.upperBound)
        tree.walk(in: span) { node, depth in
            if found.count >= 2000 || depth > 2000 { return found.count >= 2000 ? .stop : .skip }
            if depth < stack.count { stack.removeLast(stack.count - depth) }
            let start = node.startRow
            let end = node.endRow
            guard touches(rows, start, end) else { return .skip }
            if node.isNamed { look(at: node, role(node), stack, index, rows, isWanted, &found) }
            stack.append(node)
            return .descend
        }
        for query in index.queries where isWanted(RuleCatalogue.shared.rules[query.rule]) {
            found += queryMatches(query.source, rule: query.rule, in: span, rows: rows)
        }
        return found
    }

    private func touches(_ rows: [Range<Int>], _ start: Int, _ end: Int) -> Bool {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].upperBound <= start { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low].lowerBound <= end
    }

    private func look(
        at node: Node, _ role: Role, _ around: [Node], _ index: RuleIndex, _ rows: [Range<Int>],
        _ isWanted: (Rule) -> Bool, _ found: inout [Match]
    ) {
        switch role {
        case .call, .invoke, .intrinsic, .macro, .command, .composite:
            guard let last = lastSegment(ofCall: node) else { return }
            let entries = (index.calls.byName[Array(last)] ?? []) + aliased(last, index) + index.calls.anyName
            guard !entries.isEmpty, let site = callSite(node) else { return }
            let names = [site.name] + resolvedNames(site.name, at: node)
            let candidate = Candidate(
                node: node, names: names, site: site, value: nil, text: nil, around: around, row: anchorRow(site))
            check(entries, candidate, rows, isWanted, &found)
        case .pair, .wrapper:
            guard !index.sets.isEmpty,
                role == .pair || node.kind == "value_argument" || node.kind == "argument"
                    || node.kind == "attribute_argument"
            else { return }
            let argument = role == .pair ? pair(node) : argument(node)
            guard let argument, let name = argument.name else { return }
            checkSet(node, name: name, value: argument.value, around, index, rows, isWanted, &found)
        case .assignment, .declarator:
            guard !index.sets.isEmpty, let name = assignmentTarget(node) else { return }
            var value = child(node, "right", "value", "result")
            if value == nil, parts(node).count > 1 { value = parts(node).last }
            guard let value else { return }
            checkSet(node, name: name, value: value, around, index, rows, isWanted, &found)
        case .decorator where !index.decorators.isEmpty:
            let name = decoratorName(node)
            let names = [name] + (resolved(name).map { [$0] } ?? [])
            let candidate = Candidate(
                node: node, names: names, site: callSite(node) ?? parts(node).first.flatMap(callSite), value: nil,
                text: Array(node.text.prefix(2000)),
                around: around, row: node.startRow)
            check(index.decorators, candidate, rows, isWanted, &found)
        case .importing where !index.modules.isEmpty:
            let text = Array(node.text.prefix(2000))
            let modules = modulesNamed(in: node)
            let candidate = Candidate(
                node: node, names: modules, site: nil, value: nil, text: text, around: around, row: node.startRow)
            if node.kind == "import_declaration", language == .go, !modules.isEmpty, node.startRow != node.endRow {
                return
            }
            check(index.modules, candidate, rows, isWanted, &found)
        case .string, .binary:
            lookAtText(node, role, around, index, rows, isWanted, &found)
        default: lookAtDeclaration(node, role, around, index, rows, isWanted, &found)
        }
    }

    private func lookAtText(
        _ node: Node, _ role: Role, _ around: [Node], _ index: RuleIndex, _ rows: [Range<Int>],
        _ isWanted: (Rule) -> Bool, _ found: inout [Match]
    ) {
        if !index.compositions.isEmpty { lookAtComposition(node, around, index, rows, isWanted, &found) }
        if role == .string, !index.strings.isEmpty {
            if let outer = around.last, self.role(outer) == .string { return }
            guard let text = plainText(node) else { return }
            let candidate = Candidate(
                node: node, names: [], site: nil, value: node, text: text, around: around, row: node.startRow)
            check(index.strings, candidate, rows, isWanted, &found)
        }
    }

    private static let compositionMarks: [[UInt8]] = [
        "://", "<", "select ", "insert ", "update ", "delete ", "where ", "//", "redirect:",
    ]
    .map { Array($0.utf8) }

    /// Text put together at this node, when it is the outermost such expression.
    private func lookAtComposition(
        _ node: Node, _ around: [Node], _ index: RuleIndex, _ rows: [Range<Int>], _ isWanted: (Rule) -> Bool,
        _ found: inout [Match]
    ) {
        for outer in around.reversed().prefix(4) {
            let role = role(outer)
            if role == .binary || role == .string { return }
            if role != .wrapper { break }
        }
        let text = node.text.prefix(2000).map(lowercase)
        guard Self.compositionMarks.contains(where: { contains(text, $0) }) else { return }
        // A format text whose gaps are filled by the call around it.
        var whole = node
        for outer in around.reversed().prefix(4) {
            guard let last = lastSegment(ofCall: outer) else { continue }
            if words.formatters.contains(Array(last)) { whole = outer }
            break
        }
        let candidate = Candidate(
            node: node, names: [], site: nil, value: whole, text: nil, around: around, row: node.startRow)
        check(index.compositions, candidate, rows, isWanted, &found)
    }

    private func lookAtDeclaration(
        _ node: Node, _ role: Role, _ around: [Node], _ index: RuleIndex, _ rows: [Range<Int>],
        _ isWanted: (Rule) -> Bool, _ found: inout [Match]
    ) {
        switch role {
        case .handler where !index.handlers.isEmpty:
            let candidate = Candidate(
                node: node, names: [], site: nil, value: nil, text: handlerBody(node), around: around,
                row: node.startRow)
            check(index.handlers, candidate, rows, isWanted, &found)
        case .function where !index.functions.isEmpty:
            guard let name = child(node, "name") else { return }
            let body = child(node, "body").map { Array($0.text.prefix(4000)) } ?? []
            let candidate = Candidate(
                node: node, names: [Array(name.text)], site: nil, value: nil, text: body, around: around,
                row: name.startRow)
            check(index.functions, candidate, rows, isWanted, &found)
        default: return
        }
    }

    private func aliased(_ last: ArraySlice<UInt8>, _ index: RuleIndex) -> [RuleIndex.Entry] {
        guard let target = aliases[Array(last)] else { return [] }
        guard let real = target.split(separator: UInt8(ascii: ".")).last, !real.elementsEqual(last) else { return [] }
        return index.calls.byName[Array(real)] ?? []
    }

    private func checkSet(
        _ node: Node, name: [UInt8], value: Node, _ around: [Node], _ index: RuleIndex, _ rows: [Range<Int>],
        _ isWanted: (Rule) -> Bool, _ found: inout [Match]
    ) {
        let last = name.split(separator: UInt8(ascii: ".")).last.map { Array($0) } ?? name
        let entries = (index.sets.byName[last] ?? []) + index.sets.anyName
        guard !entries.isEmpty else { return }
        let candidate = Candidate(
            node: node, names: [name] + resolvedNames(name, at: node), site: nil, value: value, text: nil,
            around: around,
            row: node.startRow)
        check(entries, candidate, rows, isWanted, &found)
    }

    private func check(
        _ entries: [RuleIndex.Entry], _ candidate: Candidate, _ rows: [Range<Int>], _ isWanted: (Rule) -> Bool,
        _ found: inout [Match]
    ) {
        for entry in entries {
            let names = entry.matcher.names
            guard names.isEmpty || candidate.names.contains(where: { name in names.contains { $0.matches(name) } })
            else { continue }
            let rule = RuleCatalogue.shared.rules[entry.rule]
            guard isWanted(rule), let evidence = evidence(entry.matcher.conditions, candidate) else { continue }
            guard let row = changedRow(candidate, evidence, rows) else { continue }
            guard let grade = grade(entry.matcher, of: rule, evidence) else { continue }
            if let exception = rule.exception, isConditional(candidate, on: exception) { continue }
            let start = candidate.node.startRow
            let isWhole = entry.matcher.form == .function && start < row && touches(rows, start, start)
            found.append(Match(rule: entry.rule, startRow: isWhole ? start : row, row: row, grade: grade))
        }
    }

    /// The grade of a match: the matcher's own, else by the evidence; nil where the rule is silent.
    private func grade(_ matcher: Matcher, of rule: Rule, _ evidence: Evidence) -> Grade? {
        if let grade = matcher.grade { return grade }
        let own = Grade(severity: rule.info.severity, confidence: rule.info.confidence)
        guard var taint = evidence.taint else { return own }
        if taint == .parameter, !evidence.isComposed, rule.grades[.unknown] != nil {
            taint = .unknown
        }
        return rule.silent.contains(taint) ? nil : rule.grades[taint] ?? own
    }

    /// Whether a condition around a match, up to its function, is written as the pattern says.
    private func isConditional(_ candidate: Candidate, on pattern: LazyPattern) -> Bool {
        for node in candidate.around.reversed() {
            if role(node) == .function || role(node) == .classLike { return false }
            let kind = node.kind
            guard
                kind.hasPrefix("if") || kind.hasPrefix("elif") || kind.hasPrefix("unless") || kind == "when"
                    || kind.hasPrefix("conditional") || kind.hasPrefix("ternary") || kind.hasSuffix("case")
                    || kind.hasSuffix("case_clause")
            else { continue }
            if let condition = child(node, "condition") ?? parts(node).first,
                pattern.matches(condition.text.prefix(400))
            {
                return true
            }
        }
        return false
    }

    /// The row a finding may stand on: where the match is anchored, else another row of it that was changed.
    private func changedRow(_ candidate: Candidate, _ evidence: Evidence, _ rows: [Range<Int>]) -> Int? {
        if touches(rows, candidate.row, candidate.row) { return candidate.row }
        let end = candidate.node.endRow
        guard candidate.site != nil, end - candidate.node.startRow <= 40 else { return nil }
        if let row = evidence.row, row <= end, touches(rows, row, row) { return row }
        for argument in candidate.site?.arguments ?? [] {
            let value = unwrapped(argument.value)
            guard role(value) != .lambda else { continue }
            for row in argument.value.startRow...max(argument.value.startRow, argument.value.endRow)
            where touches(rows, row, row) {
                return row
            }
        }
        return nil
    }

    /// Where the name of the callee stands: in a chain over several lines, the line of the last link.
    private func anchorRow(_ site: CallSite) -> Int {
        guard let receiver = site.receiver else { return site.node.startRow }
        let end = receiver.endRow
        guard end > site.node.startRow else { return site.node.startRow }
        if let name = child(site.node, "name", "method") { return name.startRow }
        if let callee = child(site.node, "function", "constructor").map(unwrapped) ?? parts(site.node).first {
            if let name = memberName(callee) { return name.startRow }
        }
        return site.node.startRow
    }

    /// The modules an import names, as dotted names.
    private func modulesNamed(in node: Node) -> [[UInt8]] {
        var found: [[UInt8]] = []
        node.walk { part, depth in
            if depth > 5 || found.count > 50 { return .skip }
            switch role(part) {
            case .member:
                found.append(dottedName(part))
                return .skip
            case .string:
                if let text = plainText(part) { found.append(moduleName(text)) }
                return .skip
            case .identifier where depth <= 2:
                found.append(Array(identifierText(part)))
                return .skip
            default: return .descend
            }
        }
        if language == .python, let module = child(node, "module_name") {
            for name in node.children(field: "name") {
                let path = child(name, "name") ?? name
                found.append(Array(module.text) + [UInt8(ascii: ".")] + Array(path.text))
            }
        }
        return found
    }

    /// The body of an error handler without braces and blanks.
    private func handlerBody(_ node: Node) -> [UInt8] {
        let body =
            child(node, "body")
            ?? parts(node).last { $0.kind.contains("block") || $0.kind == "then" || $0.kind == "statements" }
        guard let body else { return language == .ruby ? [] : Array("?".utf8) }
        var text = body.text[...]
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
        func trimBlanks() {
            while let first = text.first, isBlank(first) { text.removeFirst() }
            while let last = text.last, isBlank(last) { text.removeLast() }
        }
        trimBlanks()
        if text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") {
            text = text.dropFirst().dropLast()
            trimBlanks()
        }
        return Array(text.prefix(2000))
    }
}
