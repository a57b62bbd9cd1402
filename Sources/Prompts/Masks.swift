import Diffs
import Rules
import SyntaxTrees

/// Masks the secrets of a unit. Everything at hand is read before anything is masked, so that a secret which one place
/// gives away is masked at every place, before and after it.
struct Masks {
    private var masker: SecretMasker

    init(scanner: SecretScanner) {
        masker = SecretMasker(scanner: scanner)
    }

    mutating func learn(_ text: [UInt8], path: Path? = nil) {
        _ = masker.mask(text, path: path)
    }

    /// A key that begins before the unit's lines, or whose lines stand between removed ones, is only seen in whole.
    mutating func learn(_ file: FileDiff, source: ChangedSource?) {
        for (whole, other) in [(source?.base, DiffLine.Kind.added), (source?.head, .removed)] {
            if let whole {
                learn(whole.bytes, path: whole.path)
                continue
            }
            for hunk in file.hunks {
                var text: [UInt8] = []
                hunk.forEachLine { line in
                    if line.kind != other { text += hunk.buffer[line.range] + [0x0A] }
                }
                learn(text, path: file.path)
            }
        }
    }

    /// Lines with their secrets masked, one for one.
    mutating func mask(_ lines: [ArraySlice<UInt8>], path: Path) -> [[UInt8]] {
        let text = masker.mask(Array(lines.joined(separator: [0x0A])), path: path)
        let masked = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        // The masker keeps line ends; were it not so, nothing may leave by a wrong number.
        return masked.count == lines.count || lines.isEmpty ? masked : lines.map { _ in Array("[secret]".utf8) }
    }

    mutating func mask(_ text: String) -> String { masker.mask(text) }

    /// How many different masks stand in a text.
    func count(in text: String) -> Int {
        var seen: Set<Int> = []
        for number in Mask.numbers(in: text) where number <= masker.secretCount { seen.insert(number) }
        return seen.count
    }
}

/// A mask as it is written: "[secret-" number "]".
enum Mask {
    static func numbers(in text: String) -> [Int] {
        var numbers: [Int] = []
        scan(text) { _, number in numbers.append(number) }
        return numbers
    }

    static func occurs(in text: String) -> Bool { !numbers(in: text).isEmpty }

    /// The text with every mask without its number.
    static func anonymised(_ text: String) -> String {
        var result: [UInt8] = []
        var position = 0
        let bytes = Array(text.utf8)
        scan(text) { range, _ in
            result += bytes[position..<range.lowerBound] + Array("[secret]".utf8)
            position = range.upperBound
        }
        return String(decoding: result + bytes[position...], as: UTF8.self)
    }

    private static func scan(_ text: String, _ visit: (Range<Int>, Int) -> Void) {
        let bytes = Array(text.utf8)
        let start = Array("[secret-".utf8)
        var index = 0
        while index + start.count < bytes.count {
            guard bytes[index] == start[0], bytes[index..<(index + start.count)].elementsEqual(start) else {
                index += 1
                continue
            }
            var end = index + start.count
            var number = 0
            while end < bytes.count, end - index < 20, bytes[end] >= 0x30, bytes[end] <= 0x39 {
                number = number &* 10 &+ Int(bytes[end] - 0x30)
                end += 1
            }
            if end > index + start.count, end < bytes.count, bytes[end] == UInt8(ascii: "]") {
                visit(index..<(end + 1), number)
                index = end + 1
            } else {
                index += 1
            }
        }
    }
}
