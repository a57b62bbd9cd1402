import SyntaxTrees

/// Whether the test of a condition holds for a node or a text.
extension FileScan {
    func test(_ test: Condition.Test, _ node: Node, _ candidate: Candidate, _ evidence: inout Evidence) -> Bool {
        func note(_ taint: Taint, _ holds: Bool, isComposed: Bool = true) -> Bool {
            if holds {
                evidence.isComposed = evidence.isComposed || isComposed
                evidence.taint = max(evidence.taint ?? .literal, taint)
                evidence.row = node.startRow
            }
            return holds
        }
        switch test {
        case .present: return true
        case .atLeast(let floor):
            let value = value(node)
            // What only goes on behind a parameter, as `command + " 2>&1"`, hands it on too.
            let isWrapped = value.text?.first == Value.gap(.parameter)
            return note(
                value.origin, value.origin >= floor, isComposed: value.composedOrigin >= .parameter && !isWrapped)
        case .composed(let floor):
            let taint = value(node).composedOrigin
            return note(taint, taint >= floor)
        case .literal: return value(node).origin == .literal
        case .stringLiteral:
            let value = value(node)
            guard value.origin == .literal, let literal = value.literal ?? (value.text == nil ? nil : node) else {
                return false
            }
            return role(literal) != .number && role(literal) != .constant && role(literal) != .list
                && role(literal) != .dictionary && value.text?.isEmpty == false
        case .isOneOf(let wanted):
            let value = value(node)
            if value.origin == .literal, let text = value.text, wanted.contains(text.map(lowercase)) { return true }
            if let literal = value.literal, wanted.contains(literal.text.prefix(200).map(lowercase)) { return true }
            return wanted.contains(unwrapped(node).text.prefix(200).map(lowercase))
        case .literalMatches(let pattern):
            let value = value(node)
            guard let text = value.text ?? value.fallback else { return false }
            return pattern.matches(text)
        case .sourceMatches(let pattern): return pattern.matches(node.text.prefix(8192))
        case .named(let names):
            let node = unwrapped(node)
            let name = callSite(node)?.name ?? dottedName(node)
            if names.contains(where: { $0.matches(name) }) { return true }
            return resolvedNames(name, at: node).contains { name in names.contains { $0.matches(name) } }
        case .sql(let floor):
            let value = value(node)
            guard value.composedOrigin >= floor, let text = value.text, looksLikeSQL(text) else { return false }
            // A parameter that stands where a name of a table or column does is the program's own choice.
            let isName = value.composedOrigin == .parameter && !holdsOpenValue(text)
            let taint = isName ? .unknown : value.composedOrigin
            // Of unknown origin, only what stands in quotes is surely a value.
            return note(taint, taint > .unknown || holdsQuotedGap(text))
        case .host(let floor):
            let value = value(node)
            guard value.origin >= floor, hasOpenHost(value, floor) else { return false }
            return note(value.origin, true)
        case .hostInside(let floor):
            let value = value(node)
            guard value.origin >= floor, let text = value.text, hasOpenHost(inside: text, floor) else { return false }
            return note(value.origin, true)
        case .program(let floor):
            let taint = programTaint(node)
            return note(taint, taint >= floor, isComposed: false)
        case .markup(let floor):
            let value = value(node)
            guard value.composedOrigin >= floor, let text = value.text, holdsMarkup(text) else { return false }
            return note(value.composedOrigin, true)
        case .shellList(let floor):
            let taint = shellCommand(node)
            return note(taint, taint >= floor)
        case .lambda:
            let role = role(unwrapped(node))
            return role == .lambda || role == .function
        case .selfIndex: return isSelfIndex(node, candidate)
        case .secretLike:
            let value = value(node)
            guard value.origin == .literal, let literal = value.literal, role(literal) == .string, let text = value.text
            else { return false }
            return isSecretLike(text)
        case .number, .holds:
            return self.test(test, text: Array(node.text.prefix(8192)), candidate)
        }
    }

    func isSelfIndex(_ node: Node, _ candidate: Candidate) -> Bool {
        let node = unwrapped(node)
        guard role(node) == .index, let object = indexObject(node), let target = candidate.names.first,
            dottedName(object) == target
        else { return false }
        guard let key = child(node, "index", "subscript") ?? parts(node).dropFirst().last else { return false }
        guard role(key) == .identifier else { return false }
        let name = Array(identifierText(key))
        guard name.contains(where: { $0 >= 0x61 && $0 <= 0x7A }) else { return false }
        // Counters of loops are numbers.
        if name.count == 1 || [Array("index".utf8), Array("idx".utf8)].contains(name) { return false }
        return true
    }

    func test(_ test: Condition.Test, text: [UInt8], _ candidate: Candidate) -> Bool {
        switch test {
        case .present: return true
        case .sourceMatches(let pattern), .literalMatches(let pattern): return pattern.matches(text)
        case .isOneOf(let wanted): return wanted.contains(text.map(lowercase))
        case .named(let names):
            if names.contains(where: { $0.matches(text) }) { return true }
            guard let full = resolved(text) else { return false }
            return names.contains { $0.matches(full) }
        case .holds(let wanted):
            return wanted.contains { word in
                let filled = fill(word, candidate)
                return filled.map { text.count >= $0.count && contains(text, $0) } ?? false
            }
        case .number(let limit): return Int(String(decoding: text, as: UTF8.self)).map { $0 <= limit } ?? false
        case .secretLike: return isSecretLike(text)
        default: return false
        }
    }

    /// A word with `{result}` and `{0}` filled in; nil if there is nothing to fill in.
    func fill(_ word: [UInt8], _ candidate: Candidate) -> [UInt8]? {
        guard word.contains(UInt8(ascii: "{")) else { return word }
        let text = String(decoding: word, as: UTF8.self)
        for (mark, name) in [("{result}", { self.result(candidate) }), ("{0}", { self.argumentName(candidate) })] {
            guard let range = text.firstRange(of: mark) else { continue }
            guard let name = name(), !name.isEmpty else { return nil }
            return Array(text[..<range.lowerBound].utf8) + name + Array(text[range.upperBound...].utf8)
        }
        return word
    }

    func argumentName(_ candidate: Candidate) -> [UInt8]? {
        guard let first = candidate.site?.arguments.first?.value, role(unwrapped(first)) == .identifier else {
            return nil
        }
        return dottedName(first)
    }
}
