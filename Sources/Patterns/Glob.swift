/// A path pattern as in `.gitignore`, matched over bytes in time proportional to pattern × path.
///
/// - `*` matches any run of bytes but `/`, `?` one byte but `/`, `[a-z]`, `[!a-z]` and `[[:alpha:]]` one byte of a class
///   (never `/`), `\x` the byte x itself.
/// - `**/` at the start, `/**/` in the middle and `/**` at the end match any number of whole directories.
/// - A pattern with a `/` at its start or in its middle is matched from the root; one without matches at any depth.
/// - A pattern that matches a directory matches everything below it; one that ends in `/` matches only directories, so
///   only what is below.
/// - A leading `!` makes the pattern an exception (`GlobList`); `\!` and `\#` stand for themselves.
package struct Glob: Hashable, Sendable {
    package let source: String
    /// Written with a leading `!`: takes paths out that an earlier pattern of the list took in.
    package let isException: Bool

    enum Token: Hashable, Sendable {
        case byte(UInt8)
        case anyByte
        case anyRun
        /// Zero or more whole directories, each with its slash.
        case anyDirectories
        case oneOf(ByteClass)
    }

    let tokens: [Token]
    let onlyDirectories: Bool

    /// Longest pattern accepted, in bytes.
    package static let maxSourceLength = 4096

    package init(_ source: String) throws(PatternError) {
        guard source.utf8.count <= Glob.maxSourceLength else {
            throw PatternError(
                source: String(source.prefix(40)) + "…", reason: "it is longer than \(Glob.maxSourceLength) bytes")
        }
        var text = Array(source.utf8)[...]
        isException = text.first == UInt8(ascii: "!")
        if isException { text.removeFirst() }
        guard !text.isEmpty, text != [UInt8(ascii: "/")] else {
            throw PatternError(source: source, reason: "it is empty")
        }
        onlyDirectories = text.last == UInt8(ascii: "/")
        if onlyDirectories { text.removeLast() }
        let isAnchored = text.contains(UInt8(ascii: "/"))
        if text.first == UInt8(ascii: "/") { text.removeFirst() }
        do {
            tokens = (isAnchored ? [] : [.anyDirectories]) + (try Glob.tokens(of: text))
        } catch {
            throw PatternError(source: source, reason: error.text)
        }
        self.source = source
    }

    /// Whether a path, or a directory it lies in, is matched. The path is relative, with `/` between components.
    package func matches(_ path: some Collection<UInt8>) -> Bool {
        if let fast = path.withContiguousStorageIfAvailable({ run($0) }) { return fast }
        return Array(path).withUnsafeBufferPointer { run($0) }
    }

    package func matches(_ path: String) -> Bool {
        matches(Array(path.utf8))
    }
}

/// Patterns in order; the last one that matches decides.
package struct GlobList: Hashable, Sendable {
    package let globs: [Glob]

    package init(_ globs: [Glob]) {
        self.globs = globs
    }

    package init(_ sources: [String]) throws(PatternError) {
        var globs: [Glob] = []
        for source in sources { globs.append(try Glob(source)) }
        self.init(globs)
    }

    /// The pattern that takes the path in, nil when none does or a later exception takes it out.
    package func match(for path: some Collection<UInt8>) -> Glob? {
        guard let last = globs.last(where: { $0.matches(path) }), !last.isException else { return nil }
        return last
    }

    package func matches(_ path: some Collection<UInt8>) -> Bool {
        match(for: path) != nil
    }
}
