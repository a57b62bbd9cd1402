import Diffs
import Domain

/// The lines of a unit, looked up by what a model says of them.
struct UnitLines: Sendable {
    struct Place {
        /// Index of the file in the unit.
        let file: Int
        let line: UnitKey.Line
        /// Whether the quoted text, not the number, tells the line.
        let isMoved: Bool
    }

    struct Refusal: Error {
        let gate: GateName
        let reason: String
    }

    let key: UnitKey
    /// For each file its lines' positions, by printed number.
    private let byNumber: [[Int: [Int]]]
    /// For each line its text without blanks.
    private let texts: [[[UInt8]]]

    /// Bytes of code, blanks aside, that a quote of a part of a line must have.
    private static let shortestPart = 8
    /// The same for a line that is known by its beginning alone.
    private static let longPart = 40

    init(_ key: UnitKey) {
        self.key = key
        byNumber = key.files.map { file in
            Dictionary(grouping: file.lines.indices, by: { file.lines[$0].number })
        }
        texts = key.files.map { file in file.lines.map { Self.bare($0.shown) } }
    }

    /// The files a model may mean: of this path, else the only one that ends in it.
    func files(named name: String) -> [Int] {
        let exact = key.files.indices.filter { key.files[$0].shownPath == name }
        if !exact.isEmpty { return exact }
        var short = name[...]
        for prefix in ["a/", "b/", "./"] where short.hasPrefix(prefix) { short = short.dropFirst(2) }
        let wanted = String(short)
        guard !wanted.isEmpty else { return [] }
        let ending = key.files.indices.filter { index in
            key.files[index].shownPath == wanted || key.files[index].shownPath.hasSuffix("/" + wanted)
        }
        return ending.count == 1 ? ending : []
    }

    /// The line with this number if it is the quoted one, else the only line with the quoted text: in the hunk of that
    /// number, or in the unit's lines of the file when none has the number.
    func place(number: Int, quote: String, in files: [Int]) throws(Refusal) -> Place {
        let quoted = Self.quotes(quote, number: number)
        var isThere = false
        for file in files {
            let numbered = byNumber[file][number] ?? []
            isThere = isThere || !numbered.isEmpty
            // A number can stand for a removed line and for a new one: the quote decides, and whole before in part.
            for isWhole in [true, false] {
                if let index = numbered.first(where: { matches(texts[file][$0], quoted, isWhole: isWhole) }) {
                    return Place(file: file, line: key.files[file].lines[index], isMoved: false)
                }
            }
        }
        guard !quoted.isEmpty else {
            throw Refusal(gate: .anchor, reason: isThere ? "line not quoted" : "line is not in the change")
        }
        var candidates: [(file: Int, index: Int)] = []
        for file in files {
            let hunks = Set((byNumber[file][number] ?? []).map { key.files[file].lines[$0].hunk })
            for (index, line) in key.files[file].lines.enumerated()
            where (hunks.isEmpty || hunks.contains(line.hunk)) && names(texts[file][index], quoted) {
                candidates.append((file, index))
            }
        }
        // An unchanged line printed twice, or a line moved by the change: the new one is meant.
        let new = candidates.filter { key.files[$0.file].lines[$0.index].side == .new }
        if new.count == 1 { candidates = new }
        guard candidates.count == 1 else {
            throw Refusal(gate: .anchor, reason: isThere ? "quoted line is not there" : "line is not in the change")
        }
        return Place(
            file: candidates[0].file, line: key.files[candidates[0].file].lines[candidates[0].index], isMoved: true)
    }

    /// A replacement for lines of which the model saw every byte, all on the new side of one hunk.
    func suggestion(_ fix: Claim.Fix, near place: Place) -> Result<Suggestion, Refusal> {
        if Mask.occurs(in: fix.text) || fix.text.contains("[secret]") {
            return .failure(Refusal(gate: .security, reason: "mask in the suggestion"))
        }
        if fix.text.contains(ShownText.cutMark) {
            return .failure(Refusal(gate: .applies, reason: "line was not shown whole"))
        }
        guard fix.start >= 1, fix.start <= fix.end, fix.end &- fix.start < key.files[place.file].lines.count else {
            return .failure(Refusal(gate: .anchor, reason: "suggestion outside the hunk"))
        }
        for number in fix.start...fix.end {
            let line = (byNumber[place.file][number] ?? []).lazy.map { key.files[place.file].lines[$0] }
                .first { $0.side == .new && $0.hunk == place.line.hunk }
            guard let line else {
                return .failure(Refusal(gate: .anchor, reason: "suggestion outside the hunk"))
            }
            guard line.isFaithful else {
                return .failure(Refusal(gate: .applies, reason: "line was not shown whole"))
            }
        }
        return .success(
            Suggestion(startLine: fix.start, line: fix.end, replacement: Self.withoutNumbers(fix)))
    }

    // MARK: Reading what models write

    private func matches(_ text: [UInt8], _ quotes: [[UInt8]], isWhole: Bool) -> Bool {
        if isWhole { return quotes.contains(text) || (quotes.isEmpty && text.isEmpty) }
        return quotes.contains { $0.count >= Self.shortestPart && Self.contains(text, $0) }
    }

    /// Whether a quote is the line, or enough of its beginning to know it by.
    private func names(_ text: [UInt8], _ quotes: [[UInt8]]) -> Bool {
        quotes.contains { $0 == text || ($0.count >= Self.longPart && text.starts(with: $0)) }
    }

    /// The quoted lines without blanks, as written and without the number and sign they were printed with.
    private static func quotes(_ quote: String, number: Int) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for line in quote.split(whereSeparator: \.isNewline).prefix(8) {
            let bytes = bare(String(line))
            if bytes.isEmpty { continue }
            found.append(bytes)
            var rest = bytes[...]
            let digits = Array(String(number).utf8)
            if rest.starts(with: digits) { rest = rest.dropFirst(digits.count) }
            if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
            if rest.count < bytes.count, !rest.isEmpty { found.append(Array(rest)) }
        }
        return found
    }

    /// Without white space, which models do not copy reliably.
    private static func bare(_ text: String) -> [UInt8] {
        text.utf8.filter { $0 != 0x20 && ($0 < 0x09 || $0 > 0x0D) }
    }

    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, part.count <= text.count else { return false }
        for start in 0...(text.count - part.count) where text[start] == first {
            if text[start..<(start + part.count)].elementsEqual(part) { return true }
        }
        return false
    }

    /// The replacement, without the numbers and signs that some models copy along.
    private static func withoutNumbers(_ fix: Claim.Fix) -> String {
        let lines = fix.text.split(separator: "\n", omittingEmptySubsequences: false)
        var stripped: [Substring] = []
        for (offset, line) in lines.enumerated() {
            if line.isEmpty, offset == lines.count - 1 {
                stripped.append(line)
                continue
            }
            let number = String(fix.start &+ offset)
            let rest = line.dropFirst(number.count)
            guard line.hasPrefix(number), let sign = rest.first, sign == "+" || sign == " " else { return fix.text }
            stripped.append(rest.dropFirst())
        }
        return stripped.joined(separator: "\n")
    }
}
