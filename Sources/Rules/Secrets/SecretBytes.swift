extension UInt8 {
    var asciiLowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }

    var isASCIIDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var isASCIILowercase: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }

    var isASCIIUppercase: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }

    var isASCIILetter: Bool { isASCIILowercase || isASCIIUppercase }

    var isASCIIHexDigit: Bool {
        isASCIIDigit || (asciiLowercased >= UInt8(ascii: "a") && asciiLowercased <= UInt8(ascii: "f"))
    }

    /// Letters, digits, `_`, `-`, `.`: what names of settings are made of.
    var isNameByte: Bool {
        isASCIILetter || isASCIIDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
            || self == UInt8(ascii: ".")
    }

    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "`") }
}

extension Collection where Element == UInt8 {
    /// Whether the bytes of `text` occur in a row.
    func containsBytes(of text: String) -> Bool {
        firstRange(ofBytes: Array(text.utf8)) != nil
    }

    func firstRange(ofBytes needle: [UInt8]) -> Range<Index>? {
        guard let first = needle.first else { return nil }
        var start = startIndex
        while start != endIndex {
            guard let candidate = self[start...].firstIndex(of: first) else { return nil }
            var here = candidate
            var matched = 0
            while matched < needle.count, here != endIndex, self[here] == needle[matched] {
                here = index(after: here)
                matched += 1
            }
            if matched == needle.count { return candidate..<here }
            start = index(after: candidate)
        }
        return nil
    }
}
