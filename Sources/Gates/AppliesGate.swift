import Diffs
import Domain
import SyntaxTrees

/// Does replacing the range give exactly the file the author would get, with its line ends and its indentation?
struct AppliesGate {
    private let head: ParsedSource?

    init(_ changed: ChangedSource) {
        head = changed.head
    }

    func judge(_ candidate: inout Candidate, anchor: AnchorGate) {
        guard !candidate.lacksSuggestion(for: .applies), var suggestion = candidate.finding.suggestion else { return }
        var repair: String?
        if suggestion.replacement.utf8.contains(0x0D) {
            suggestion.replacement = Self.withLineFeeds(suggestion.replacement)
            repair = "line ends"
        }
        guard let shown = anchor.lines(suggestion.startLine, suggestion.line) else {
            return candidate.demote(.applies, "suggestion outside the hunk")
        }
        if candidate.finding.model != "builtin" {
            let before = suggestion.replacement
            let fitted = Indentation.fit(before, to: shown.map(\.text), in: head)
            if fitted != before {
                suggestion.replacement = fitted
                repair = repair ?? "indentation"
            }
        }
        candidate.finding.suggestion = suggestion
        guard let head, head.isComplete else {
            if let repair { return candidate.repaired(.applies, repair) }
            return candidate.skip(.applies, "no repository")
        }
        for line in shown {
            guard let text = head.line(line.number), text.elementsEqual(Self.withoutReturn(line.text)) else {
                return candidate.demote(.applies, "file differs from the diff")
            }
        }
        guard let edit = Edit(suggestion, to: head) else { return candidate.demote(.applies, "no such lines") }
        candidate.edit = edit
        if let repair { candidate.repaired(.applies, repair) } else { candidate.accept(.applies) }
    }

    private static func withLineFeeds(_ text: String) -> String {
        var out: [UInt8] = []
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == 0x0A, previous == 0x0D { out[out.count - 1] = 0x0A } else { out.append(byte) }
            previous = byte
        }
        return String(decoding: out.map { $0 == 0x0D ? 0x0A : $0 }, as: UTF8.self)
    }

    private static func withoutReturn(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.last == 0x0D ? text.dropLast() : text
    }
}

/// Brings a replacement that a model wrote to the indentation of the lines it replaces.
enum Indentation {
    /// One line end too many goes; spaces become tabs or tabs spaces as the file has them; a block that lost the whole
    /// indentation of what it replaces gets it back.
    static func fit(_ replacement: String, to replaced: [ArraySlice<UInt8>], in head: ParsedSource?) -> String {
        guard !replacement.isEmpty else { return replacement }
        var lines = replacement.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        if lines.count > 1, lines.last?.isEmpty == true,
            replaced.last.map({ !$0.allSatisfy(AnchorGate.isBlank) }) ?? true
        {
            lines.removeLast()
        }
        let before = replaced.filter { !$0.allSatisfy(AnchorGate.isBlank) }.map(margin)
        let after = lines.filter { !$0.allSatisfy(AnchorGate.isBlank) }.map { margin($0[...]) }
        if let first = before.first, !first.isEmpty {
            let usesTabs = before.allSatisfy { $0.allSatisfy { $0 == 0x09 } }
            let usesSpaces = before.allSatisfy { $0.allSatisfy { $0 == 0x20 } }
            if usesTabs, after.contains(where: { $0.contains(0x20) }) {
                let unit = after.filter { !$0.isEmpty && !$0.contains(0x09) }.map(\.count).min() ?? 4
                lines = lines.map { converted($0, unit: min(max(unit, 2), 8), toTabs: true) }
            } else if usesSpaces, after.contains(where: { $0.contains(0x09) }) {
                lines = lines.map { converted($0, unit: unit(of: head) ?? 4, toTabs: false) }
            }
            let least = lines.filter { !$0.allSatisfy(AnchorGate.isBlank) }.map { margin($0[...]).count }.min()
            if least == 0, let shortest = before.min(by: { $0.count < $1.count }), !shortest.isEmpty {
                lines = lines.map { $0.allSatisfy(AnchorGate.isBlank) ? $0 : Array(shortest) + $0 }
            }
        }
        return String(decoding: Array(lines.joined(separator: [0x0A])), as: UTF8.self)
    }

    private static func margin(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.prefix { $0 == 0x20 || $0 == 0x09 }
    }

    private static func converted(_ line: [UInt8], unit: Int, toTabs: Bool) -> [UInt8] {
        let margin = margin(line[...])
        let columns = margin.reduce(0) { $1 == 0x09 ? ($0 / unit + 1) * unit : $0 + 1 }
        let rest = line.dropFirst(margin.count)
        if !toTabs { return [UInt8](repeating: 0x20, count: columns) + rest }
        return [UInt8](repeating: 0x09, count: columns / unit) + [UInt8](repeating: 0x20, count: columns % unit) + rest
    }

    /// The least indentation by spaces among the first rows of the file.
    private static func unit(of head: ParsedSource?) -> Int? {
        guard let head else { return nil }
        var least: Int?
        for row in 0..<min(head.rowCount, 400) {
            let count = head.rowText(row).prefix { $0 == 0x20 }.count
            if count >= 2, count <= 8, count < least ?? .max { least = count }
        }
        return least
    }
}
