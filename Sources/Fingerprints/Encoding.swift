import Crypto

/// Fields put one after another so that no two different lists of fields give the same bytes: each has its length before
/// it, eight bytes, most significant first.
struct FieldEncoding {
    private(set) var bytes: [UInt8]

    /// - Parameter purpose: names the kind of digest and its version, so that digests of different kinds never meet.
    init(purpose: StaticString) {
        bytes = []
        bytes.reserveCapacity(1024)
        append(purpose.withUTF8Buffer { Array($0) }[...])
    }

    mutating func append(_ field: ArraySlice<UInt8>) {
        append(number: field.count)
        bytes.append(contentsOf: field)
    }

    mutating func append(number: Int) {
        withUnsafeBytes(of: UInt64(truncatingIfNeeded: number).bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Shortens to an earlier length; the room stays.
    mutating func truncate(to count: Int) {
        bytes.removeLast(max(0, bytes.count - count))
    }

    /// SHA-256 in lower-case hexadecimal.
    var digest: String {
        let digest = SHA256.hash(data: bytes)
        return String(unsafeUninitializedCapacity: 64) { output in
            var index = 0
            for byte in digest where index < 64 {
                output[index] = Self.hexDigit(byte >> 4)
                output[index + 1] = Self.hexDigit(byte & 15)
                index += 2
            }
            return index
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
