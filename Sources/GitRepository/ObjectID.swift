import CGit2

/// The SHA-1 name of a git object.
package struct ObjectID: Hashable, Sendable, Comparable, CustomStringConvertible {
    // Twenty bytes in the order they are written, as big-endian words, so that comparing words compares ids.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt32

    /// No object: stands on the side where a file does not exist.
    package static let zero = ObjectID(first: 0, second: 0, third: 0)
    /// The tree without entries, which git knows even where no repository stores it.
    package static let emptyTree = ObjectID(
        first: 0x4b82_5dc6_42cb_6eb9, second: 0xa060_e54b_f8d6_9288, third: 0xfbee_4904)

    private init(first: UInt64, second: UInt64, third: UInt32) {
        self.first = first
        self.second = second
        self.third = third
    }

    /// Forty hexadecimal digits.
    package init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 40 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 40, by: 2) {
            guard let high = digits[index].hexValue, let low = digits[index + 1].hexValue else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes.withUnsafeBytes { ObjectID(raw: $0) }
    }

    /// The first twenty bytes of `raw`, which must have that many.
    init(raw: UnsafeRawBufferPointer) {
        first = UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self))
        second = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        third = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
    }

    init(_ id: git_oid) {
        self = withUnsafeBytes(of: id) { ObjectID(raw: $0) }
    }

    var native: git_oid {
        var id = git_oid()
        withUnsafeMutableBytes(of: &id) { bytes in
            bytes.storeBytes(of: first.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: second.bigEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: third.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return id
    }

    package var hex: String {
        String(decoding: hexBytes, as: UTF8.self)
    }

    var hexBytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 40) { buffer, count in
            var id = native
            withUnsafeBytes(of: &id) { bytes in
                for index in 0..<20 {
                    buffer[2 * index] = (bytes[index] >> 4).hexDigit
                    buffer[2 * index + 1] = (bytes[index] & 15).hexDigit
                }
            }
            count = 40
        }
    }

    package var description: String { hex }

    /// Enough digits for people.
    package var short: String { String(hex.prefix(10)) }

    package static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.first, left.second, left.third) < (right.first, right.second, right.third)
    }
}

extension UInt8 {
    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    var hexDigit: UInt8 {
        self < 10 ? 0x30 + self : 0x61 + self - 10
    }
}
