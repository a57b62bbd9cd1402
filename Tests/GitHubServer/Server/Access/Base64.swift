import Foundation

/// Base64, plain and of the kind that URLs and assertions use.
enum Base64 {
    static func encode(_ bytes: some Collection<UInt8>) -> String { Data(bytes).base64EncodedString() }

    /// With a line end after every 60 characters, as blobs and contents are served.
    static func encodeInLines(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        var rest = encode(bytes)[...]
        while !rest.isEmpty {
            text += rest.prefix(60) + "\n"
            rest = rest.dropFirst(60)
        }
        return text
    }

    static func decode(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }

    static func decodeURL(_ text: some StringProtocol) -> [UInt8]? {
        if text.contains(where: { "+/=".contains($0) }) { return nil }
        var plain = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while plain.utf8.count % 4 != 0 { plain += "=" }
        return decode(plain)
    }

    static func encodeURL(_ bytes: some Collection<UInt8>) -> String {
        String(encode(bytes).compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
    }
}
