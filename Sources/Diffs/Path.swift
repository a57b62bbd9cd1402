/// A path inside a repository: bytes, because git stores bytes and not every path is UTF-8.
///
/// Always relative, with `/` between components, without the `a/` and `b/` prefixes of a diff.
package struct Path: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    package init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// The path as text, or nil when it is not valid UTF-8.
    package var text: String? {
        String(validating: bytes, as: UTF8.self)
    }

    /// The last component, as bytes.
    package var lastComponent: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// The bytes after the last dot of the last component, without the dot; nil if there is none.
    package var fileExtension: ArraySlice<UInt8>? {
        let name = lastComponent
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else { return nil }
        return name[(dot + 1)...]
    }
}

extension Path: Comparable {
    package static func < (left: Path, right: Path) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
