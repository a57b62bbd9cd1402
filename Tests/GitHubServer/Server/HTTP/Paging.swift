import ModelServer

/// Lists in pages of at most 100, with the Link header that leads from one to the next.
struct Paging: Sendable {
    var page: Int
    var size: Int

    private static let usual = 30
    private static let most = 100

    /// What is no number counts as not given; too large a page is cut.
    init(_ request: Incoming) {
        page = max(1, request.parameter("page").flatMap { Int($0) } ?? 1)
        let wanted = request.parameter("per_page").flatMap { Int($0) } ?? Paging.usual
        size = wanted < 1 ? Paging.usual : min(wanted, Paging.most)
    }

    func slice<Item>(_ items: [Item]) -> ArraySlice<Item> {
        let (skipped, overflow) = (page - 1).multipliedReportingOverflow(by: size)
        return overflow ? [] : items.dropFirst(skipped).prefix(size)
    }

    /// `base` is the address without its query.
    func link(of count: Int, at base: String, _ request: Incoming) -> Header? {
        let last = max(1, (count + size - 1) / size)
        var links: [String] = []
        func add(_ number: Int, _ relation: String) {
            var query = request.query.filter { $0.name != "page" }.map { "\($0.name)=\(Percent.encode($0.value))" }
            query.append("page=\(number)")
            links.append("<\(base)?\(query.joined(separator: "&"))>; rel=\"\(relation)\"")
        }
        if page > 1 { add(min(page - 1, last), "prev") }
        if page < last {
            add(page + 1, "next")
            add(last, "last")
        }
        if page > 1 { add(1, "first") }
        return links.isEmpty ? nil : Header("Link", links.joined(separator: ", "))
    }
}

/// Percent encoding of parts of an address.
enum Percent {
    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    private static let digits = Array("0123456789ABCDEF")

    /// `also` names further bytes that stay, such as the slashes of a path.
    static func encode(_ text: String, also: String = "") -> String {
        var result = ""
        for byte in text.utf8 {
            if plain.contains(byte) || also.utf8.contains(byte) {
                result.append(Character(Unicode.Scalar(byte)))
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }

    static func decode(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsBlank && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
