import Diffs
import Domain
import Rules
import SyntaxTrees

/// Lines around a finding for a report, with every credential in them masked.
package struct CodeFrame: Sendable {
    /// Line numbers from 1 with their text, in order.
    package let lines: [(number: Int, text: [UInt8])]
}

/// Makes the code frames of one file's findings.
///
/// A credential is rarely told by its line alone: a key has many lines, and a value is recognised by the name that it
/// is given elsewhere. So a file is read before any of it is shown, and what was recognised once is masked everywhere.
struct Framing {
    private let source: ChangedSource
    private let credentials: CredentialLines
    private var masker: SecretMasker
    private var hasRead = false
    /// Masked rows by their block.
    private var blocks: [Block: [ArraySlice<UInt8>]] = [:]

    /// Larger texts are read around the finding only.
    private static let wholeText = 1 << 20
    /// The longest keys in use have fewer lines.
    private static let margin = 200
    private static let blockRows = 256
    /// Bytes shown of a line.
    private static let width = 400

    private struct Block: Hashable {
        let side: Side
        let number: Int
    }

    init(of source: ChangedSource, scanner: SecretScanner, credentials: CredentialLines) {
        self.source = source
        self.credentials = credentials
        masker = SecretMasker(scanner: scanner, showsNumbers: false)
    }

    /// Nil for a finding about a whole file, or one outside of what is known of the file.
    mutating func frame(around finding: Finding) -> CodeFrame? {
        guard let last = finding.line, last >= 1, let text = source[finding.side] else { return nil }
        readWhole()
        // A frame of a very long finding shows its end, where the anchor is.
        let first = max(1, (finding.startLine ?? last) &- 2, last &- 12)
        let end = last.addingReportingOverflow(2)
        guard first <= last, !end.overflow else { return nil }
        let lines = (first...end.partialValue).compactMap { number in
            text.row(ofLine: number).map { (number, shown(row: $0, line: number, of: text, finding.side)) }
        }
        return lines.isEmpty ? nil : CodeFrame(lines: lines)
    }

    /// Learns the credentials of both versions, so that one of them is known by what the other one says.
    private mutating func readWhole() {
        guard !hasRead else { return }
        hasRead = true
        for text in [source.base, source.head] {
            guard let text, text.bytes.count <= Self.wholeText else { continue }
            _ = masker.mask(text.bytes, path: text.path)
        }
    }

    private mutating func shown(row: Int, line: Int, of text: ParsedSource, _ side: Side) -> [UInt8] {
        let block = Block(side: side, number: row / Self.blockRows)
        let rows = blocks[block] ?? masked(block, of: text)
        blocks[block] = rows
        let index = row % Self.blockRows
        guard index < rows.count else { return [] }
        let masked = credentials.contains(line, side) ? CredentialLines.withoutQuoted(rows[index]) : Array(rows[index])
        return Array(masked.prefix(Self.width))
    }

    /// The rows of a block, read together with those around it.
    private mutating func masked(_ block: Block, of text: ParsedSource) -> [ArraySlice<UInt8>] {
        let own = block.number * Self.blockRows..<min((block.number + 1) * Self.blockRows, text.rowCount)
        let window = max(0, own.lowerBound - Self.margin)..<min(own.upperBound + Self.margin, text.rowCount)
        let lines = window.map { text.rowText($0) }
        let masked = masker.mask(Array(lines.joined(separator: [0x0A])), path: text.path)
        let rows = masked.split(separator: 0x0A, omittingEmptySubsequences: false)
        // The masker keeps line ends; were it not so, no line may be shown under another one's number.
        guard rows.count == lines.count else { return own.map { _ in ArraySlice("[secret]".utf8) } }
        return Array(rows[(own.lowerBound - window.lowerBound)..<(own.upperBound - window.lowerBound)])
    }
}

/// The lines of a file that hold a credential by the word of a finding. What it is may be known from how it is used
/// alone, so that the scanner would not recognise it.
struct CredentialLines {
    private var lines: [Side: [ClosedRange<Int>]] = [:]

    /// Weaknesses that consist in a credential standing in the code.
    private static let weaknesses: Set<String> = ["CWE-259", "CWE-321", "CWE-522", "CWE-798"]

    init(_ findings: [Finding]) {
        for finding in findings {
            guard let cwe = finding.cwe, Self.weaknesses.contains(cwe), let last = finding.line else { continue }
            lines[finding.side, default: []].append(min(finding.startLine ?? last, last)...last)
        }
    }

    func contains(_ line: Int, _ side: Side) -> Bool {
        lines[side]?.contains { $0.contains(line) } ?? false
    }

    /// The findings, none of them with a suggestion that would repeat such a line.
    func withoutSuggestions(_ findings: [Finding]) -> [Finding] {
        guard let lines = lines[.new] else { return findings }
        return findings.map { finding in
            guard let suggestion = finding.suggestion, suggestion.startLine <= suggestion.line,
                lines.contains(where: { $0.overlaps(suggestion.startLine...suggestion.line) })
            else { return finding }
            var finding = finding
            finding.suggestion = nil
            return finding
        }
    }

    /// A line with what stands in quotes masked; a quote that is not closed reaches to the end of the line.
    static func withoutQuoted(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var quote: UInt8?
        var isEscaped = false
        for byte in line {
            guard let open = quote else {
                result.append(byte)
                guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") else {
                    continue
                }
                quote = byte
                result += "[secret]".utf8
                continue
            }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == open {
                quote = nil
                result.append(byte)
            }
        }
        return result
    }
}
