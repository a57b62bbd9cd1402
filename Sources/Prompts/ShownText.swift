import Domain

/// Text of a change as it stands in a prompt: always valid UTF-8 on one line, with nothing invisible in it.
///
/// Control characters become their pictures (U+2400 and following); bytes that are no UTF-8 and other characters that
/// a reader would not see become U+FFFD. A line longer than `lineLimit` bytes ends in `cutMark` instead.
enum ShownText {
    /// Bytes of a line's text that are shown.
    static let lineLimit = 400
    static let cutMark = "…[cut]"

    /// - Returns: The text, and whether it is exactly what came in.
    static func line(_ bytes: ArraySlice<UInt8>, limit: Int = lineLimit) -> (text: String, isFaithful: Bool) {
        if bytes.count <= limit, bytes.allSatisfy({ ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x09 }) {
            return (String(decoding: bytes, as: UTF8.self), true)
        }
        // No more than needed is decoded of a line that may be megabytes long.
        let head = bytes.prefix(limit + 4)
        let isValid = String(validating: bytes.count > head.count ? whole(head) : head, as: UTF8.self) != nil
        var isFaithful = isValid && bytes.count <= limit
        var text = ""
        var taken = 0
        for scalar in String(decoding: head, as: UTF8.self).unicodeScalars {
            let shown = visible(scalar)
            if shown != scalar { isFaithful = false }
            taken += UTF8.width(shown)
            if taken > limit { break }
            text.unicodeScalars.append(shown)
        }
        if bytes.count > limit || taken > limit {
            isFaithful = false
            text += cutMark
        }
        return (text, isFaithful)
    }

    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09: scalar
        case 0x00..<0x20: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        default: scalar.isHidden ? "\u{FFFD}" : scalar
        }
    }

    /// Without the beginning of a character at the end.
    private static func whole(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = bytes.endIndex
        for _ in 0..<3 where end > bytes.startIndex {
            let byte = bytes[end - 1]
            if byte < 0x80 { break }
            end -= 1
            if byte >= 0xC0 { break }
        }
        return bytes[..<end]
    }
}

extension ShownText {
    /// As many whole characters as fit into so many bytes.
    static func prefix(_ text: String, bytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.startIndex
        var taken = 0
        for index in text.indices {
            let width = text[index].utf8.count
            if taken + width > limit { break }
            taken += width
            end = text.index(after: index)
        }
        return String(text[..<end])
    }
}
