/// Tells random text from text that people write, by which letters follow each other.
enum RandomText {
    /// For each letter a to z, the letters that often follow it in English words and identifiers (bit 0 = a). The
    /// marked pairs cover 93 % of pairs in running text and 39 % of random ones.
    private static let followers: [UInt32] = [
        0x17EBD7F, 0x016493F, 0x01E4DBF, 0x016493F, 0x1EFF97F, 0x012493F, 0x0166191, 0x00A4111, 0x22EF87F, 0x0000000,
        0x0040111, 0x11C4919, 0x014D113, 0x03C657D, 0x07EFD6F, 0x01EC991, 0x0100000, 0x13E7D5D, 0x11CDD95, 0x11EC995,
        0x00EB957, 0x0000111, 0x0024111, 0x0088000, 0x0048000, 0x0000010,
    ]

    /// Share of neighbouring letters that often stand together, 0 to 1, and the number of such neighbours. A change
    /// from lower to upper case starts a new word.
    static func wordiness(_ bytes: some Collection<UInt8>) -> (share: Double, pairs: Int) {
        var pairs = 0
        var common = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if previous.isASCIILetter, byte.isASCIILetter, !(previous.isASCIILowercase && byte.isASCIIUppercase) {
                pairs += 1
                let first = Int(previous.asciiLowercased - UInt8(ascii: "a"))
                let second = UInt32(byte.asciiLowercased - UInt8(ascii: "a"))
                if followers[first] >> second & 1 == 1 { common += 1 }
            }
            previous = byte
        }
        return (pairs == 0 ? 0 : Double(common) / Double(pairs), pairs)
    }

    /// Whether the text reads like words: a long share of letters, and letters in the order of words.
    static func isWordy(_ bytes: some Collection<UInt8>) -> Bool {
        let (share, pairs) = wordiness(bytes)
        let length = bytes.count
        guard length > 0, pairs >= 4 else { return false }
        // Words fill the text, and their letters stand together as in words. Short texts need clearer evidence.
        let density = Double(pairs) / Double(length)
        return density >= 0.45 && share >= (pairs >= 10 ? 0.72 : 0.8)
    }

    /// Not words, and mixed as random text is: with digits, or with upper and lower case in turn.
    static func looksRandom(_ bytes: some Collection<UInt8>) -> Bool {
        guard bytes.contains(where: \.isASCIIDigit) || caseChanges(bytes) >= 4 else { return false }
        return !isWordy(bytes)
    }

    private static func caseChanges(_ bytes: some Collection<UInt8>) -> Int {
        zip(bytes, bytes.dropFirst()).count { pair in
            (pair.0.isASCIIUppercase && pair.1.isASCIILowercase) || (pair.0.isASCIILowercase && pair.1.isASCIIUppercase)
        }
    }
}
