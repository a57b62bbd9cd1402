/// Finds any of many secrets in a text, in one pass however many they are.
struct SecretIndex: Sendable {
    /// Shorter ones are not kept: they would occur by chance.
    static let shortest = 6

    /// Secrets by their first bytes, and which of those occur at all.
    private var byStart: [UInt32: [[UInt8]]] = [:]
    private var starts = [Bool](repeating: false, count: Start.slots)
    private var all: Set<[UInt8]> = []

    mutating func insert(_ secret: [UInt8]) {
        guard secret.count >= Self.shortest, all.insert(secret).inserted else { return }
        let start = secret.withUnsafeBufferPointer { Start($0, at: 0) }
        byStart[start.key, default: []].append(secret)
        starts[start.slot] = true
    }

    /// Visits each place of each secret, in the order of the text.
    func forEachPlace(in text: [UInt8], _ visit: (Range<Int>, [UInt8]) -> Void) {
        guard !all.isEmpty, text.count >= Self.shortest else { return }
        text.withUnsafeBufferPointer { bytes in
            for index in 0...(bytes.count - Self.shortest) {
                let start = Start(bytes, at: index)
                guard starts[start.slot], let secrets = byStart[start.key] else { continue }
                for secret in secrets where bytes[index...].starts(with: secret) {
                    visit(index..<index + secret.count, secret)
                }
            }
        }
    }
}

/// The first four bytes of a secret, or of what may be one.
private struct Start {
    static let slots = 1 << 12

    let key: UInt32
    let slot: Int

    /// - Parameter index: At least four bytes before the end.
    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) {
        key =
            UInt32(bytes[index]) | UInt32(bytes[index &+ 1]) << 8 | UInt32(bytes[index &+ 2]) << 16
            | UInt32(bytes[index &+ 3]) << 24
        slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B1) >> 20)
    }
}
