import Domain

/// Text as one printable line of at most so many characters: what is kept for people to read comes from anywhere.
func printableLine(_ text: String, atMost limit: Int = 500) -> String {
    // Most of it needs nothing.
    if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(limit) {
        line.append(scalar.isHidden || scalar == "\t" || scalar == "\n" ? " " : scalar)
    }
    return String(line)
}
