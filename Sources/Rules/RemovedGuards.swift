import Diffs
import Domain
import SyntaxTrees

/// Access checks that a change takes away and does not put elsewhere.
struct RemovedGuards {
    /// How often each guard's name stands on added lines, over the whole change.
    private var added: [[UInt8]: Int] = [:]
    /// How often each guard's name stands on removed lines, over the whole change.
    private var removed: [[UInt8]: Int] = [:]
    /// Every name on an added line.
    private var addedNames: Set<[UInt8]> = []
    /// Whether some added line refuses access.
    private var refuses = false
    /// Names on removed lines that declare a function: what asked for it went with it.
    private var removedDeclarations: Set<[UInt8]> = []

    private static let refusals = [
        "403", "401", "forbidden", "unauthorized", "permissiondenied", "permission_denied", "accessdenied",
        "access_denied", "notauthorized", "unauthenticated", "permission denied", "access denied",
    ].map { Array($0.utf8) }

    init(_ change: [ChangedSource]) {
        for changed in change {
            // Without a tree there are no declarations, only names by the million in the worst case.
            let hasTree = changed.base?.tree != nil || changed.head?.tree != nil
            for hunk in changed.file.hunks {
                hunk.forEachLine { line in
                    if line.kind != .context { note(hunk.buffer[line.range], line.kind, hasTree) }
                }
            }
        }
    }

    private mutating func note(_ text: ArraySlice<UInt8>, _ kind: DiffLine.Kind, _ hasTree: Bool) {
        let names = Self.names(in: text)
        if kind == .added {
            if hasTree { addedNames.formUnion(names) }
            for name in names where GuardName.isGuard(name) { added[name, default: 0] += 1 }
            if !refuses, Self.refusesAccess(text) { refuses = true }
        } else {
            for name in names where GuardName.isGuard(name) { removed[name, default: 0] += 1 }
            if hasTree, Self.declares(text) { removedDeclarations.formUnion(names.filter { $0.count > 5 }) }
        }
    }

    func findings(in changed: ChangedSource) -> [Finding] {
        guard let base = changed.base, let head = changed.head, !FileSetting(base.path).isTest,
            !FileSetting(base.path).isVendored, let scan = FileScan(base)
        else { return [] }
        let removed = ChangedLines(changed.file).removed
        guard !removed.isEmpty, removed.count <= 2000 else { return [] }
        let added = addedGuards(in: changed)
        let hunks = changed.file.hunks.map { HunkWords($0) }
        let goneLines = Set(removed.map(\.line).compactMap { base.row(ofLine: $0) })
        var findings: [Finding] = []
        var used: [[UInt8]: Int] = [:]
        for (line, text) in removed {
            guard findings.count < 5, let row = base.row(ofLine: line) else { continue }
            guard let found = scan.guardRemoved(onRow: row) else {
                if Self.refusesAccess(text), !refuses, !(hunks.first { $0.shows(line) }?.replaces(text) ?? false),
                    let finding = refusal(scan, head, line, row)
                {
                    findings.append(finding)
                }
                continue
            }
            let last = found.name.split(separator: UInt8(ascii: ".")).last.map { Array($0) } ?? found.name
            used[last, default: 0] += 1
            // Moved, or replaced by another check in this file.
            if used[last, default: 0] <= self.added[last, default: 0] || !added.isEmpty { continue }
            if found.isDeclared, isGone(whatFollows: row, in: base, gone: goneLines) { continue }
            if isSwept(last) || scan.isFeature(onRow: row, gone: goneLines) { continue }
            guard survives(line, base: base, head: head), !hunks.contains(where: { $0.keeps(last, beside: line) }),
                !hunks.contains(where: { $0.shows(line) && $0.removesLifting })
            else { continue }
            let grade =
                found.isDeclared
                ? Grade(severity: .high, confidence: 0.75) : Grade(severity: .medium, confidence: 0.65)
            findings.append(finding(base, line: line, row: row, grade))
        }
        return findings
    }

    /// Whether what an annotation stood on was removed with it: the first line behind it that is no annotation.
    private func isGone(whatFollows row: Int, in base: ParsedSource, gone: Set<Int>) -> Bool {
        guard Self.annotates(base.rowText(row)) else { return false }
        for next in (row + 1)..<min(row + 8, max(row + 1, base.rowCount)) where !Self.annotates(base.rowText(next)) {
            guard gone.contains(next) else { return false }
            let names = Self.names(in: base.rowText(next))
            // A changed line still declares the same.
            return !names.allSatisfy { addedNames.contains($0) }
        }
        return false
    }

    /// Whether a guard goes from several places while the change brings another of its sort: one in a central place.
    private func isSwept(_ name: [UInt8]) -> Bool {
        guard removed[name, default: 0] >= 3 else { return false }
        let subjects = GuardName.subjects(of: name)
        return added.keys.contains { $0 != name && !GuardName.subjects(of: $0).isDisjoint(with: subjects) }
    }

    static func annotates(_ text: ArraySlice<UInt8>) -> Bool {
        let first = text.first { $0 != 0x20 && $0 != 0x09 }
        return first == UInt8(ascii: "@") || first == UInt8(ascii: "[") || first == UInt8(ascii: "#")
    }

    private static func declares(_ text: ArraySlice<UInt8>) -> Bool {
        let words = names(in: text.prefix(80)).prefix(4)
        return words.contains { word in
            ["def", "func", "function", "fun", "public", "private", "protected", "fn"].contains {
                word.elementsEqual($0.utf8)
            }
        }
    }

    private func addedGuards(in changed: ChangedSource) -> Set<[UInt8]> {
        var names: Set<[UInt8]> = []
        for hunk in changed.file.hunks {
            hunk.forEachLine { line in
                guard line.kind == .added else { return }
                names.formUnion(Self.names(in: hunk.buffer[line.range]).filter { GuardName.isGuard($0) })
            }
        }
        return names
    }

    /// A removed line that refuses access, whose condition went with it.
    private func refusal(_ scan: FileScan, _ head: ParsedSource, _ line: Int, _ row: Int) -> Finding? {
        guard scan.isRefusal(onRow: row), survives(line, base: scan.source, head: head) else { return nil }
        let condition = (max(0, row - 5)...row).flatMap { Self.names(in: scan.source.rowText($0)) }
        if condition.contains(where: removedDeclarations.contains) { return nil }
        return finding(scan.source, line: line, row: row, Grade(severity: .medium, confidence: 0.65))
    }

    /// Whether the declaration around a removed line is still there, so that what it protected is too.
    private func survives(_ line: Int, base: ParsedSource, head: ParsedSource) -> Bool {
        guard let declaration = base.enclosingDeclaration(ofLine: line) else { return false }
        let now = head.declarations().filter { $0.name == declaration.name && $0.sort == declaration.sort }
        guard !now.isEmpty else { return false }
        // Still there in name only, say, reduced to a stub: most of it must have stayed.
        let before = declaration.rows.count
        return now.contains { $0.rows.count * 2 >= before }
    }

    private func finding(_ base: ParsedSource, line: Int, row: Int, _ grade: Grade) -> Finding {
        let info = BuiltinRules.removedGuard
        return Finding(
            path: base.path, side: .old, startLine: line, line: line, severity: grade.severity, category: info.category,
            rule: info.id, cwe: info.cwe, title: info.title, explanation: info.why + " " + info.fix,
            confidence: grade.confidence, model: "builtin", quotedLine: Array(base.rowText(row)),
            symbol: base.enclosingDeclaration(ofLine: line)?.name)
    }

    private static func refusesAccess(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count <= 400 else { return false }
        let lower = text.map(lowercase)
        return refusals.contains { contains(lower, $0) }
    }

    /// The identifiers on a line, without dots.
    static func names(in text: ArraySlice<UInt8>) -> [[UInt8]] {
        var names: [[UInt8]] = []
        var name: [UInt8] = []
        for byte in text.prefix(2000) {
            let isPart =
                byte == 0x5F || byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A
                || byte >= 0x61 && byte <= 0x7A
            if isPart {
                name.append(byte)
            } else if !name.isEmpty {
                names.append(name)
                name = []
            }
        }
        if !name.isEmpty { names.append(name) }
        return names
    }
}

extension FileScan {
    /// A guard that stands on a row as an annotation, a call or a middleware handed to a call.
    fileprivate func guardRemoved(onRow row: Int) -> (name: [UInt8], isDeclared: Bool)? {
        var found: (name: [UInt8], isDeclared: Bool)?
        tree.walk(in: source.byteRange(ofRows: row..<(row + 1))) { node, depth in
            guard found == nil, depth < 400 else { return .stop }
            guard node.isNamed, node.startRow <= row, node.endRow >= row else { return .skip }
            switch role(node) {
            case .decorator where node.startRow == row:
                let name = decoratorName(node)
                if GuardName.isGuard(name) || isKnownGuardAnnotation(name) { found = (name, true) }
                return .descend
            case .importing, .comment, .string, .parameters: return .skip
            case .call, .invoke:
                guard node.startRow == row, let site = callSite(node) else { return .descend }
                if let last = site.name.split(separator: UInt8(ascii: ".")).last.map({ Array($0) }) {
                    if isFilter(last), let guarding = site.arguments.first(where: { isGuardArgument($0.value) }) {
                        found = (Array(identifierName(guarding.value)), true)
                    } else if isRoute(last) {
                        if let guarding = site.arguments.dropFirst().first(where: { isGuardArgument($0.value) }) {
                            found = (Array(identifierName(guarding.value)), true)
                        }
                    } else if GuardName.isGuard(last), isStatement(node) {
                        found = (last, false)
                    }
                }
                return .descend
            default: return .descend
            }
        }
        return found
    }

    /// Whether a guard on a row opened something that went with it: `if user.isAdmin() { … }`, all of it removed.
    fileprivate func isFeature(onRow row: Int, gone: Set<Int>) -> Bool {
        var isFeature = false
        tree.walk(in: source.byteRange(ofRows: row..<(row + 1))) { node, depth in
            guard !isFeature, depth < 400 else { return .stop }
            guard node.isNamed, node.startRow <= row, node.endRow >= row else { return .skip }
            if node.kind.hasPrefix("if"), node.startRow == row, node.endRow > row,
                let condition = child(node, "condition"), (node.startRow...node.endRow).allSatisfy(gone.contains)
            {
                let text = Array(condition.text.prefix(400))
                let isNegated = text.contains(UInt8(ascii: "!")) || contains(text, Array("not ".utf8))
                isFeature = !isNegated && !contains(text, Array("false".utf8)) && !contains(text, Array("False".utf8))
            }
            return .descend
        }
        return isFeature
    }

    private func identifierName(_ node: Node) -> [UInt8] {
        let name = plainText(node) ?? dottedName(node)
        return name.split(separator: UInt8(ascii: ".")).last.map { Array($0) } ?? name
    }

    private func isGuardArgument(_ node: Node) -> Bool {
        let kind = role(unwrapped(node))
        guard kind == .identifier || kind == .member || node.kind == "simple_symbol" else { return false }
        return GuardName.isGuard(identifierName(node))
    }

    private func isFilter(_ name: [UInt8]) -> Bool {
        ["before_action", "before_filter", "prepend_before_action", "use", "Use", "before", "middleware"]
            .contains { name.elementsEqual($0.utf8) }
    }

    private func isRoute(_ name: [UInt8]) -> Bool {
        [
            "get", "post", "put", "delete", "patch", "all", "route", "Get", "Post", "Put", "Delete", "GET", "POST",
            "PUT",
            "DELETE", "PATCH", "Handle", "HandleFunc",
        ].contains { name.elementsEqual($0.utf8) }
    }

    private func isKnownGuardAnnotation(_ name: [UInt8]) -> Bool {
        let last = name.split(separator: UInt8(ascii: ".")).last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        return [
            "Authorize", "Secured", "RolesAllowed", "PreAuthorize", "UseGuards", "Valid", "Validated",
            "ValidateAntiForgeryToken", "AutoValidateAntiforgeryToken", "Roles", "RequiresAuthentication",
            "RequiresPermissions", "RequiresRoles", "login_required", "permission_required", "jwt_required",
        ].contains(last)
    }

    /// Whether a call stands alone or in a condition, so that its result is not just a value passed on.
    private func isStatement(_ node: Node) -> Bool {
        for ancestor in node.ancestors.prefix(5) {
            let kind = ancestor.kind
            if kind.hasPrefix("if") || kind.hasPrefix("unless") || kind.hasPrefix("guard") { return true }
            if kind == "expression_statement" || kind.contains("body") || kind.hasPrefix("block")
                || kind.contains("statements")
            {
                return true
            }
            switch role(ancestor) {
            case .assignment, .declarator: return language == .go
            case .call, .invoke, .pair, .list, .dictionary: return false
            default: continue
            }
        }
        return false
    }

    /// Whether a row leaves a function under a condition: raise, throw, abort, return.
    fileprivate func isRefusal(onRow row: Int) -> Bool {
        var isLeaving = false
        tree.walk(in: source.byteRange(ofRows: row..<(row + 1))) { node, depth in
            guard !isLeaving, depth < 400 else { return .stop }
            guard node.isNamed, node.startRow <= row, node.endRow >= row else { return .skip }
            if role(node) == .comment { return .skip }
            let kind = node.kind
            if node.startRow == row, kind.hasPrefix("raise") || kind.hasPrefix("throw") || kind.hasPrefix("return") {
                isLeaving = node.ancestors.prefix(6).contains {
                    $0.kind.hasPrefix("if") || $0.kind.hasPrefix("unless") || $0.kind.hasPrefix("guard")
                }
            }
            if node.startRow == row, let last = lastSegment(ofCall: node),
                ["abort", "halt", "sendError", "Error", "AbortWithStatus"].contains(where: {
                    last.elementsEqual($0.utf8)
                })
            {
                isLeaving = node.ancestors.prefix(6).contains { $0.kind.hasPrefix("if") || $0.kind.hasPrefix("unless") }
            }
            return .descend
        }
        return isLeaving
    }
}
