import Crypto

/// SHA-256 of a row of the ledger and, through its predecessor's digest, of all rows before it.
package struct LedgerDigest: Sendable, Hashable, CustomStringConvertible {
    /// Sixty-four digits in lower case.
    package let hexadecimal: String

    /// - Returns: nil unless the text is sixty-four hexadecimal digits in lower case.
    package init?(hexadecimal text: String) {
        let isDigest = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard text.utf8.count == 64, isDigest else { return nil }
        hexadecimal = text
    }

    init(_ digest: SHA256.Digest) {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in digest {
            text.append(Self.digit(byte >> 4))
            text.append(Self.digit(byte & 15))
        }
        hexadecimal = String(decoding: text, as: UTF8.self)
    }

    private init(zeros: Int) {
        hexadecimal = String(repeating: "0", count: zeros)
    }

    /// Stands before the first row.
    package static let zero = LedgerDigest(zeros: 64)

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    package var description: String { hexadecimal }
}
