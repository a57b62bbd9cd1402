import Diffs
import Domain
import SyntaxTrees

/// Does each name, import and path that a suggestion brings in occur somewhere its author could have it from?
struct GroundingGate {
    private let head: ParsedSource?
    private let vocabulary: Set<String>
    /// The texts themselves, for paths.
    private let texts: [[UInt8]]

    /// Nil for a file too large to collect its names.
    init?(_ changed: ChangedSource, imported: [[UInt8]]) {
        let size = (changed.head?.bytes.count ?? 0) + (changed.base?.bytes.count ?? 0)
        guard changed.file.hunks.reduce(size, { $0 + $1.bodyRange.count }) <= Self.largest else { return nil }
        head = changed.head
        var texts = imported
        for source in [changed.head, changed.base] { if let source { texts.append(source.bytes) } }
        for hunk in changed.file.hunks { texts.append(Array(hunk.body)) }
        self.texts = texts
        vocabulary = texts.reduce(into: []) { $0.formUnion(Lexicon.identifiers($1)) }
    }

    private static let largest = 16 << 20

    func judge(_ candidate: inout Candidate) {
        guard !candidate.lacksSuggestion(for: .grounding), let suggestion = candidate.finding.suggestion else { return }
        let code: [UInt8]
        let text: [UInt8]
        if let edit = candidate.edit {
            code = Lexicon.code(edit.bytes, range: edit.inserted, tree: candidate.applied?.tree)
            text = Array(edit.bytes[edit.inserted])
        } else {
            text = Array(suggestion.replacement.utf8)
            code = Lexicon.code(text, range: text.indices, tree: nil)
        }
        if let reason = ungrounded(code) ?? foreignPath(text, code: code) {
            return candidate.demote(.grounding, reason)
        }
        candidate.accept(.grounding)
    }

    private func ungrounded(_ code: [UInt8]) -> String? {
        var declared: Set<String> = []
        var unknown: [(name: String, isImport: Bool)] = []
        Lexicon.forEach(in: code) { code, range in
            let name = String(decoding: code[range], as: UTF8.self)
            guard range.count > 1, !vocabulary.contains(name), !KnownNames.all.contains(name) else { return }
            if isDeclared(at: range, in: code) {
                declared.insert(name)
            } else {
                unknown.append((name, isImported(at: range, in: code)))
            }
        }
        guard let first = unknown.first(where: { !declared.contains($0.name) }) else { return nil }
        return first.isImport ? "unknown import" : "unknown name"
    }

    /// "name =", "name :=", "let name", "def name", "as name", "(name) =>", "for name in".
    private func isDeclared(at range: Range<Int>, in code: [UInt8]) -> Bool {
        let after = code[range.upperBound...].drop { $0 == 0x20 }.prefix(3)
        if after.first == UInt8(ascii: "="), after.dropFirst().first != UInt8(ascii: "=") { return true }
        if after.starts(with: ":=".utf8) { return true }
        let before = code[..<range.lowerBound].reversed().drop { $0 == 0x20 }
        let word = String(decoding: before.prefix { Lexicon.isWord($0) }.reversed(), as: UTF8.self)
        return [
            "let", "var", "val", "const", "def", "func", "fn", "fun", "function", "as", "for", "class", "local", "my",
        ]
        .contains(word)
    }

    private func isImported(at range: Range<Int>, in code: [UInt8]) -> Bool {
        let line = code[..<range.lowerBound].reversed().prefix { $0 != 0x0A }.reversed()
        let first = String(decoding: AnchorGate.trimmed(Array(line)[...]).prefix { Lexicon.isWord($0) }, as: UTF8.self)
        return ["import", "from", "use", "using", "require", "include"].contains(first)
    }

    /// A file path in a string that none of the texts has.
    private func foreignPath(_ text: [UInt8], code: [UInt8]) -> String? {
        guard text.count == code.count else { return nil }
        var index = 0
        while index < text.count {
            guard isPathByte(text[index]), code[index] == 0x20 else {
                index += 1
                continue
            }
            let start = index
            while index < text.count, isPathByte(text[index]) { index += 1 }
            let path = text[start..<index]
            if isPath(path), !texts.contains(where: { contains($0, path) }) { return "unknown path" }
        }
        return nil
    }

    private func isPathByte(_ byte: UInt8) -> Bool {
        Lexicon.isWord(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    /// Something with a slash and with a name's extension at its end.
    private func isPath(_ path: ArraySlice<UInt8>) -> Bool {
        guard path.count <= 200, path.contains(UInt8(ascii: "/")), let dot = path.lastIndex(of: UInt8(ascii: ".")),
            let slash = path.lastIndex(of: UInt8(ascii: "/")), slash + 1 < dot
        else { return false }
        let name = path[(dot + 1)...]
        return name.count >= 1 && name.count <= 5 && name.allSatisfy { Lexicon.isWord($0) }
    }

    private func contains(_ text: [UInt8], _ piece: ArraySlice<UInt8>) -> Bool {
        guard let first = piece.first, piece.count <= text.count else { return false }
        var index = 0
        while let found = text[index...].firstIndex(of: first), found + piece.count <= text.count {
            if text[found..<(found + piece.count)] == piece { return true }
            index = found + 1
        }
        return false
    }
}
