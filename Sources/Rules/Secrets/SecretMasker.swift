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
    /// The same secrets by their first bytes, and which of those occur at all.
    private var known: [UInt32: [[UInt8]]] = [:]
    private var starts = [Bool](repeating: false, count: Start.slots)

    /// Shorter pieces are not looked for elsewhere: they would occur by chance.
    private static let shortestPiece = 6

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
            let known = pieces.compactMap { numbers[Array(bytes[$0])] }.first
            let number = known ?? count + 1
            count = max(count, number)
            for piece in pieces {
                ranges.append((piece, number))
                if piece.count >= Self.shortestPiece { learn(Array(bytes[piece]), number) }
            }
        }
        appendKnown(in: bytes, to: &ranges)
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

    private mutating func learn(_ secret: [UInt8], _ number: Int) {
        if numbers.updateValue(number, forKey: secret) != nil { return }
        let start = Start(secret, at: 0)
        known[start.key, default: []].append(secret)
        starts[start.slot] = true
    }

    /// The places of all secrets known so far, in one pass however many they are.
    private func appendKnown(in bytes: [UInt8], to ranges: inout [(range: Range<Int>, number: Int)]) {
        guard !known.isEmpty, bytes.count >= Self.shortestPiece else { return }
        for index in 0...(bytes.count - Self.shortestPiece) {
            let start = Start(bytes, at: index)
            guard starts[start.slot], let secrets = known[start.key] else { continue }
            for secret in secrets where bytes[index...].starts(with: secret) {
                ranges.append((index..<index + secret.count, numbers[secret] ?? 0))
            }
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

/// The first four bytes of a secret, or of what may be one.
private struct Start {
    static let slots = 1 << 12

    let key: UInt32
    let slot: Int

    /// - Parameter index: At least four bytes before the end.
    init(_ bytes: [UInt8], at index: Int) {
        key =
            UInt32(bytes[index]) | UInt32(bytes[index &+ 1]) << 8 | UInt32(bytes[index &+ 2]) << 16
            | UInt32(bytes[index &+ 3]) << 24
        slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B1) >> 20)
    }
}
