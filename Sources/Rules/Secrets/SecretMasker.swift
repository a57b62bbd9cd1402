package import Diffs

/// Replaces credentials in text that leaves the machine.
///
/// The same secret gets the same mask for the masker's whole life, and once it has been recognised anywhere it is masked
/// everywhere, also where nothing around it would give it away. Masks are numbered in order of appearance, so the same
/// texts in the same order give the same bytes, and nothing about a secret can be learnt from its mask. Line ends are
/// kept: a masked text has the lines of the original.
package struct SecretMasker: Sendable {
    private let scanner: SecretScanner
    private let showsNumbers: Bool
    /// Number of each secret known so far; a secret of several lines is known line by line.
    private var numbers: [[UInt8]: Int] = [:]
    private var count = 0
    private var known = SecretIndex()

    /// - Parameter showsNumbers: False for text that people read: `[secret]` in place of `[secret-1]`.
    package init(scanner: SecretScanner = .builtin, showsNumbers: Bool = true) {
        self.scanner = scanner
        self.showsNumbers = showsNumbers
    }

    /// Number of different secrets masked so far.
    package var secretCount: Int { count }

    package mutating func mask(_ bytes: [UInt8], path: Path? = nil) -> [UInt8] {
        var ranges: [(range: Range<Int>, number: Int)] = []
        for match in scanner.scan(bytes, path: path) {
            let pieces = Self.pieces(of: match.secretRange, in: bytes)
            let number = pieces.compactMap { numbers[Array(bytes[$0])] }.first ?? count + 1
            count = max(count, number)
            for piece in pieces {
                ranges.append((piece, number))
                let secret = Array(bytes[piece])
                if secret.count >= SecretIndex.shortest { numbers[secret] = number }
                known.insert(secret)
            }
        }
        known.forEachPlace(in: bytes) { ranges.append(($0, numbers[$1] ?? 0)) }
        guard !ranges.isEmpty else { return bytes }
        return replacing(ranges, in: bytes)
    }

    package mutating func mask(_ text: String) -> String {
        String(decoding: mask(Array(text.utf8)), as: UTF8.self)
    }

    /// The lines of a range without their line ends and surrounding blanks.
    private static func pieces(of range: Range<Int>, in bytes: [UInt8]) -> [Range<Int>] {
        bytes[range].split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }).compactMap {
            line in
            guard let first = line.firstIndex(where: { !$0.isBlank }), let last = line.lastIndex(where: { !$0.isBlank })
            else { return nil }
            return first..<last + 1
        }
    }

    private func replacing(_ ranges: [(range: Range<Int>, number: Int)], in bytes: [UInt8]) -> [UInt8] {
        // From left to right; of those that begin together, the longest. Overlapping ones become one mask.
        let ordered = ranges.sorted {
            ($0.range.lowerBound, $1.range.upperBound, $0.number) < (
                $1.range.lowerBound, $0.range.upperBound, $1.number
            )
        }
        var masked: [UInt8] = []
        masked.reserveCapacity(bytes.count)
        var position = 0
        for (range, number) in ordered {
            if range.lowerBound < position {
                position = max(position, range.upperBound)
                continue
            }
            masked.append(contentsOf: bytes[position..<range.lowerBound])
            masked.append(contentsOf: (showsNumbers ? "[secret-\(number)]" : "[secret]").utf8)
            position = range.upperBound
        }
        masked.append(contentsOf: bytes[position...])
        return masked
    }
}
