/// Looks a JSON text over before a decoder builds anything of it, so that no text costs more than its size.
struct JSONBounds: Sendable {
    var bytes: Int
    /// Brackets open at once.
    var depth = 64
    /// Values beside and in one another, told by commas and opening brackets.
    var values = 1_000_000

    /// False for what is too large, too deep or too many. Whether it is JSON at all is for the decoder to say.
    func hold(_ text: [UInt8]) -> Bool {
        guard text.count <= bytes else { return false }
        return text.withUnsafeBufferPointer { text in
            var open = 0
            var count = 0
            var index = 0
            while index < text.count {
                switch text[index] {
                case UInt8(ascii: "\""):
                    index += 1
                    while index < text.count, text[index] != UInt8(ascii: "\"") {
                        index += text[index] == UInt8(ascii: "\\") ? 2 : 1
                    }
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    open += 1
                    count += 1
                    if open > depth { return false }
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    open -= 1
                case UInt8(ascii: ","):
                    count += 1
                default: break
                }
                index += 1
            }
            return count <= values
        }
    }
}
