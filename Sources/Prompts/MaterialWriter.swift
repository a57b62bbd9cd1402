import Diffs
import Domain
import Rules
import SyntaxTrees

/// Writes a unit's material and keeps account of what each line stands for.
struct MaterialWriter {
    /// A run of lines of one hunk.
    private struct Section {
        let hunk: Hunk
        let hunkIndex: Int
        var lines: [(line: HunkLine, segment: Int)]
        /// What the lines stand in, e.g. "def open(path):"; empty if not known.
        let place: [UInt8]
    }

    private let material: UnitMaterial
    private(set) var masks: Masks
    private(set) var files: [UnitKey.File] = []
    private(set) var reviewedBytes = 0

    /// Bytes shown of a place and of the title.
    private static let placeLimit = 60
    private static let titleLimit = 200
    private static let wordsLimit = 1500

    init(_ material: UnitMaterial, scanner: SecretScanner) {
        self.material = material
        masks = Masks(scanner: scanner)
        for file in fileDiffs { masks.learn(file, source: material.sources[file.path]) }
        for snippet in material.context { masks.learn(snippet.text, path: snippet.path) }
        if let title = material.title { masks.learn(Array(title.utf8)) }
        for note in material.notes { masks.learn(Array(note.text.utf8)) }
    }

    /// The files of the unit in order of their first piece.
    private var fileDiffs: [FileDiff] {
        var seen: Set<Path> = []
        return material.pieces.map(\.hunk.file).filter { seen.insert($0.path).inserted }
    }

    /// The maintainers' words, which stand before the data because they are none.
    mutating func notes() -> String {
        var text = ""
        for note in material.notes {
            let words = note.text.split(whereSeparator: \.isNewline).joined(separator: " ")
            // A configured text is told whole; its length is bounded where it is read.
            let shown = ShownText.line(Array(masks.mask(words).utf8)[...], limit: 1 << 16).text
            text += "Maintainers on \(ShownText.line(Array(note.match.utf8)[...]).text): \(shown)\n"
        }
        return text
    }

    /// All that stands between the delimiters.
    mutating func data() -> String {
        var text = ""
        if let title = material.title, !title.isEmpty {
            let masked = Array(masks.mask(title).utf8)
            text += "title: \(ShownText.line(masked[...], limit: Self.titleLimit).text)\n"
        }
        for file in fileDiffs { write(file, to: &text) }
        for snippet in material.context { write(snippet, to: &text) }
        return text
    }

    /// Words that are no code, masked, on one line.
    mutating func shown(_ words: String) -> String {
        let line = words.split(whereSeparator: \.isNewline).joined(separator: " ")
        return ShownText.line(Array(masks.mask(line).utf8)[...], limit: Self.wordsLimit).text
    }

    private mutating func write(_ file: FileDiff, to text: inout String) {
        let sections = sections(of: file)
        guard !sections.isEmpty else { return }
        var raw: [ArraySlice<UInt8>] = [file.path.bytes.filter { $0 != 0x0A }[...]]
        for section in sections {
            raw.append(section.place[...])
            raw += section.lines.map { section.hunk.buffer[$0.line.range] }
        }
        let endsInReturn = sections.allSatisfy { section in
            section.lines.allSatisfy { section.hunk.buffer[$0.line.range].last == 0x0D }
        }
        var masked = masks.mask(raw, path: file.path)[...]
        let path = ShownText.line((masked.popFirst() ?? [])[...], limit: 4096).text
        var lines: [UnitKey.Line] = []
        for (index, section) in sections.enumerated() {
            let ranges = Self.ranges(of: section, status: file.status)
            text += index == 0 ? "=== \(path) (\(ranges))" : "@@ \(ranges)"
            let place = ShownText.line((masked.popFirst() ?? [])[...], limit: Self.placeLimit).text
            text += place.isEmpty ? "\n" : " in \(place)\n"
            for (line, segment) in section.lines {
                let content = section.hunk.buffer[line.range]
                var bytes = (masked.popFirst() ?? [])[...]
                if endsInReturn, bytes.last == 0x0D { bytes.removeLast() }
                let real = content.last == 0x0D ? content.dropLast() : content
                let shown = ShownText.line(bytes)
                let number = line.kind == .removed ? line.oldNumber : line.newNumber
                let sign = Character(Unicode.Scalar(line.kind.rawValue))
                text += "\(number)\(sign)\(shown.text)\n"
                lines.append(
                    UnitKey.Line(
                        kind: line.kind, number: number, shown: shown.text, content: real, hunk: section.hunkIndex,
                        segment: segment, isFaithful: shown.isFaithful && shown.text.utf8.elementsEqual(real)))
                reviewedBytes += content.count + 2
            }
            reviewedBytes += section.hunk.headerRange.count + 1
        }
        files.append(UnitKey.File(shownPath: path, path: file.path, oldPath: file.oldPath, lines: lines))
    }

    private mutating func write(_ snippet: ContextSnippet, to text: inout String) {
        let raw = snippet.text.split(separator: 0x0A, omittingEmptySubsequences: false)
        let path = snippet.path.bytes.filter { $0 != 0x0A }[...]
        var masked = masks.mask([path] + (snippet.text.last == 0x0A ? raw.dropLast() : raw), path: snippet.path)[...]
        let shownPath = ShownText.line((masked.popFirst() ?? [])[...], limit: 4096).text
        text += "=== \(shownPath) (context from line \(snippet.startLine))\n"
        for line in masked {
            let bytes = line.last == 0x0D ? line.dropLast() : line[...]
            text += "|\(ShownText.line(bytes).text)\n"
        }
    }

    /// The unit's lines of a file in order; lines that several pieces share stand once.
    private func sections(of file: FileDiff) -> [Section] {
        let pieces = material.pieces.filter { $0.hunk.file.path == file.path && $0.hunk.hunkIndex != nil }
            .sorted { ($0.hunk.hunkIndex ?? 0, $0.lines.lowerBound) < ($1.hunk.hunkIndex ?? 0, $1.lines.lowerBound) }
        var sections: [Section] = []
        var end = 0
        for piece in pieces {
            guard let hunk = piece.hunk.hunk, let hunkIndex = piece.hunk.hunkIndex else { continue }
            let continues = sections.last?.hunkIndex == hunkIndex && piece.lines.lowerBound <= end
            let start = continues ? max(end, piece.lines.lowerBound) : piece.lines.lowerBound
            end = max(start, piece.lines.upperBound)
            let lines = Self.lines(of: hunk, in: start..<end).map { ($0, piece.segment) }
            guard !lines.isEmpty else { continue }
            if continues {
                sections[sections.count - 1].lines += lines
            } else {
                sections.append(
                    Section(
                        hunk: hunk, hunkIndex: hunkIndex, lines: lines,
                        place: place(of: piece, in: hunk, first: lines[0].0)))
            }
        }
        return sections
    }

    static func lines(of hunk: Hunk, in range: Range<Int>) -> [HunkLine] {
        var lines: [HunkLine] = []
        var iterator = HunkLineIterator(hunk)
        var index = 0
        while index < range.upperBound, let line = iterator.next() {
            if index >= range.lowerBound { lines.append(line) }
            index += 1
        }
        return lines
    }

    /// What git wrote behind the hunk's ranges, for its first lines; else the declaration around the first line.
    private func place(of piece: UnitPiece, in hunk: Hunk, first: HunkLine) -> [UInt8] {
        if piece.lines.lowerBound == 0 {
            let header = hunk.buffer[hunk.headerRange]
            var marks = 0
            for index in header.indices.dropLast()
            where header[index] == UInt8(ascii: "@") && header[index + 1] == UInt8(ascii: "@") {
                marks += 1
                if marks == 2 { return Array(header[(index + 2)...].drop { $0 == 0x20 }) }
            }
            return []
        }
        let source = material.sources[piece.hunk.file.path]
        let declaration =
            first.kind == .removed
            ? source?.base?.enclosingDeclaration(ofLine: first.oldNumber)
            : source?.head?.enclosingDeclaration(ofLine: first.newNumber)
        return Array((declaration?.name ?? "").utf8)
    }

    /// "lines 10-24" on the new side, or on the old one when nothing is left of them.
    private static func ranges(of section: Section, status: FileStatus) -> String {
        let new = section.lines.filter { $0.line.kind != .removed }.map(\.line.newNumber)
        let old = section.lines.filter { $0.line.kind != .added }.map(\.line.oldNumber)
        if let first = new.first, let last = new.last {
            return (status == .added ? "new file, " : "") + "lines \(first)-\(last)"
        }
        return "old lines \(old.first ?? 0)-\(old.last ?? 0), removed"
    }
}
