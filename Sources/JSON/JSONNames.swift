import Glibc

/// Names of members, found by their bytes as they stand in a text.
package struct JSONNames: Sendable {
    /// By length, one after another.
    private let byLength: [[UInt8]]

    /// - Parameter names: Not empty ones.
    package init(_ names: Set<String>) {
        var byLength: [[UInt8]] = []
        for name in names.sorted().map({ Array($0.utf8) }) {
            while byLength.count <= name.count { byLength.append([]) }
            byLength[name.count] += name
        }
        self.byLength = byLength
    }

    func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        let length = name.count
        guard length > 0, length < byLength.count, let base = name.baseAddress else { return false }
        return byLength[length].withUnsafeBytes { names in
            guard let start = names.baseAddress else { return false }
            var offset = 0
            while offset < names.count {
                if memcmp(start + offset, base, length) == 0 { return true }
                offset += length
            }
            return false
        }
    }
}
