import Crypto
import Domain

/// Hidden marks in our own comments by which they are found again. Anybody can write such a mark, so it counts only in
/// a comment of ours, and only with the code that the marker key gives.
struct Markers: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case review, comment, summary, reply, answer
    }

    struct Mark: Sendable, Hashable {
        var kind: Kind
        /// 32 hexadecimal digits, a digest of what the mark names.
        var name: String
    }

    /// What the marks of a text are.
    struct Reading: Sendable {
        var marks: Set<Mark> = []
        /// Marks that look like ours and are not.
        var forged = 0
    }

    private static let opening = "<!-- hunkwise:"
    private static let closing = " -->"

    private let key: Secret

    init(key: Secret) {
        self.key = key
    }

    func mark(_ kind: Kind, _ subject: String) -> Mark {
        let digest = SHA256.hash(data: Array("\(kind.rawValue)\0\(subject)".utf8))
        return Mark(kind: kind, name: Hexadecimal.text(digest.prefix(16)))
    }

    /// "<!-- hunkwise:review:NAME:CODE -->"
    func text(_ mark: Mark) -> String {
        "\(Self.opening)\(mark.kind.rawValue):\(mark.name):\(code(of: mark))\(Self.closing)"
    }

    func read(_ body: String) -> Reading {
        var reading = Reading()
        let bytes = Array(body.utf8)
        let opening = Array(Self.opening.utf8)
        var index = 0
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            index = start + 1
            guard bytes[start...].starts(with: opening) else { continue }
            let rest = bytes[(start + opening.count)...].prefix(160)
            guard let end = rest.firstIndex(of: UInt8(ascii: " ")),
                bytes[end...].starts(with: Self.closing.utf8)
            else { continue }
            if let mark = mark(in: rest[..<end]) {
                reading.marks.insert(mark)
            } else {
                reading.forged += 1
            }
        }
        return reading
    }

    private func mark(in text: ArraySlice<UInt8>) -> Mark? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].count == 32,
            let kind = Kind(rawValue: String(decoding: parts[0], as: UTF8.self))
        else { return nil }
        let mark = Mark(kind: kind, name: String(decoding: parts[1], as: UTF8.self))
        return Self.isSame(Array(parts[2]), Array(code(of: mark).utf8)) ? mark : nil
    }

    private func code(of mark: Mark) -> String {
        key.reveal { bytes in
            let text = Array("hunkwise marker 1\0\(mark.kind.rawValue)\0\(mark.name)".utf8)
            return Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: bytes)))
        }
    }

    /// In a time that does not tell how much is the same.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
