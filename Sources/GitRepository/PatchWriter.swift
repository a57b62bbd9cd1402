import Diffs

/// Writes the lines of a patch that stand before a file's hunks, as git writes them, with whole ids.
struct PatchWriter {
    private(set) var bytes: [UInt8] = []

    /// Where a file's part begins, to take it back with `removeEverything(after:)`.
    var position: Int { bytes.count }

    mutating func removeEverything(after position: Int) {
        bytes.removeSubrange(position...)
    }

    mutating func withBytes(_ body: (inout [UInt8]) -> Bool) -> Bool {
        body(&bytes)
    }

    /// Everything from `diff --git` to `index`.
    mutating func appendHeader(_ pair: FilePair) {
        append("diff --git ", quoted("a/", pair.oldPath), " ", quoted("b/", pair.newPath), "\n")
        switch (pair.old, pair.new) {
        case (nil, let new?): append("new file mode ", octal(new.mode), "\n")
        case (let old?, nil): append("deleted file mode ", octal(old.mode), "\n")
        case (let old?, let new?) where old.mode != new.mode:
            append("old mode ", octal(old.mode), "\nnew mode ", octal(new.mode), "\n")
        default: break
        }
        if let similarity = pair.similarity {
            append("similarity index \(similarity)%\nrename from ", quoted("", pair.oldPath))
            append("\nrename to ", quoted("", pair.newPath), "\n")
        }
        let (old, new) = (pair.old?.id ?? .zero, pair.new?.id ?? .zero)
        if old != new {
            append("index \(old)..\(new)")
            if let mode = pair.new?.mode, mode == pair.old?.mode { append(" ", octal(mode)) }
            append("\n")
        }
    }

    mutating func appendFileNames(_ pair: FilePair) {
        append("--- ", pair.old == nil ? "/dev/null" : label("a/", pair.oldPath), "\n")
        append("+++ ", pair.new == nil ? "/dev/null" : label("b/", pair.newPath), "\n")
    }

    mutating func appendBinaryNote(_ pair: FilePair) {
        append("Binary files ", pair.old == nil ? "/dev/null" : quoted("a/", pair.oldPath), " and ")
        append(pair.new == nil ? "/dev/null" : quoted("b/", pair.newPath), " differ\n")
    }

    /// A piece of a line: text of ours or bytes of a path.
    private struct Piece: ExpressibleByStringInterpolation {
        var bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }
        init(stringLiteral text: String) { bytes = Array(text.utf8) }
    }

    private mutating func append(_ pieces: Piece...) {
        for piece in pieces { bytes.append(contentsOf: piece.bytes) }
    }

    private func octal(_ mode: UInt32) -> Piece {
        let digits = String(mode, radix: 8)
        return Piece(Array(String(repeating: "0", count: max(0, 6 - digits.count)).utf8) + Array(digits.utf8))
    }

    /// The path on a `---` or `+++` line: with a space in it, a tab marks its end.
    private func label(_ prefix: String, _ path: Path) -> Piece {
        Piece(quoted(prefix, path).bytes + (path.bytes.contains(32) ? [9] : []))
    }

    /// The path as it stands, or between quotes with C escapes if it has bytes that git escapes.
    private func quoted(_ prefix: String, _ path: Path) -> Piece {
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        guard path.bytes.contains(where: { $0 < 32 || $0 >= 127 || $0 == quote || $0 == backslash }) else {
            return Piece(Array(prefix.utf8) + path.bytes)
        }
        var text: [UInt8] = [quote] + Array(prefix.utf8)
        for byte in path.bytes {
            switch byte {
            case 7: text += [backslash, UInt8(ascii: "a")]
            case 8: text += [backslash, UInt8(ascii: "b")]
            case 9: text += [backslash, UInt8(ascii: "t")]
            case 10: text += [backslash, UInt8(ascii: "n")]
            case 11: text += [backslash, UInt8(ascii: "v")]
            case 12: text += [backslash, UInt8(ascii: "f")]
            case 13: text += [backslash, UInt8(ascii: "r")]
            case quote, backslash: text += [backslash, byte]
            case 0..<32, 127...: text += [backslash, 48 + byte >> 6, 48 + (byte >> 3) & 7, 48 + byte & 7]
            default: text.append(byte)
            }
        }
        return Piece(text + [quote])
    }
}
