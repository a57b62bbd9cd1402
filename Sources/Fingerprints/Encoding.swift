import Crypto

/// Fields put one after another so that no two different lists of fields give the same bytes: each has its length before
/// it, eight bytes, most significant first.
///
/// What was appended is digested in passing, so that a hunk of hundreds of megabytes is not copied.
struct FieldEncoding {
    /// What is not digested yet.
    private var bytes: [UInt8] = []
    /// Nil as long as nothing is.
    private var digested: SHA256?
    private let purpose: [UInt8]

    private static let most = 1 << 16

    /// - Parameter purpose: names the kind of digest and its version, so that digests of different kinds never meet.
    init(purpose: StaticString) {
        self.purpose = purpose.withUTF8Buffer { Array($0) }
        bytes.reserveCapacity(1024)
        append(self.purpose[...])
    }

    /// Forgets all that was appended; the room stays.
    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        digested = nil
        append(purpose[...])
    }

    mutating func append(_ field: ArraySlice<UInt8>) {
        if bytes.count >= Self.most {
            var sum = digested ?? SHA256()
            digested = nil
            sum.update(data: bytes)
            digested = sum
            bytes.removeAll(keepingCapacity: true)
        }
        append(number: field.count)
        bytes.append(contentsOf: field)
    }

    mutating func append(number: Int) {
        withUnsafeBytes(of: UInt64(truncatingIfNeeded: number).bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// Takes back the number that was appended last.
    mutating func removeNumber() {
        bytes.removeLast(8)
    }

    /// SHA-256 in lower-case hexadecimal.
    var digest: String {
        var sum = digested ?? SHA256()
        sum.update(data: bytes)
        let digest = sum.finalize()
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
