/// A lookup table of the innermost loops: made once, read without locks, reference counts or bounds to check.
///
/// Sendable: the elements are written in `init` alone, before anybody else can see the value, and never freed; there is
/// one table of a kind in the life of the process. Indexes are masked, so every read is inside.
struct FixedTable<Element: BitwiseCopyable>: @unchecked Sendable {
    private let base: UnsafePointer<Element>
    private let mask: Int

    /// - Parameter elements: their number is a power of two.
    init(_ elements: [Element]) {
        precondition(!elements.isEmpty && elements.count & (elements.count - 1) == 0)
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        copy.initialize(from: elements, count: elements.count)
        base = UnsafePointer(copy)
        mask = elements.count - 1
    }

    /// The element at `index` modulo the number of elements.
    @inline(__always)
    subscript(index: Int) -> Element { base[index & mask] }
}
