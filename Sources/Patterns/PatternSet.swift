import CRE2

/// Many patterns searched in one pass: tells which of them match, not where.
package final class PatternSet: Sendable {
    package let patterns: [Pattern]

    // As for `Pattern`: immutable but for a cache that locks itself; freed once, in deinit.
    nonisolated(unsafe) private let handle: OpaquePointer?

    /// - Parameters:
    ///   - patterns: all of one encoding; their other options may differ.
    ///   - maxMemory: bytes for the common automaton. A text that needs more is searched pattern by pattern.
    package init(_ patterns: [Pattern], maxMemory: Int = 32 << 20) throws(PatternError) {
        self.patterns = patterns
        guard let first = patterns.first else {
            handle = nil
            return
        }
        let common = Pattern.Options(encoding: first.options.encoding, maxMemory: maxMemory)
        guard let made = cre2_set_new(common.native) else {
            throw PatternError(source: first.source, reason: "there is not enough memory")
        }
        for pattern in patterns {
            var source = pattern.options.flags + pattern.sourceForSet + ")"
            let index = source.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { cre2_set_add(made, $0.baseAddress, $0.count) }
            }
            guard index >= 0, pattern.options.encoding == common.encoding else {
                cre2_set_free(made)
                throw PatternError(
                    source: pattern.source,
                    reason: index < 0 ? "it cannot be combined with others" : "patterns of a set share one encoding")
            }
        }
        // An automaton that does not fit is no error: the patterns are then searched one by one.
        guard cre2_set_compile(made) else {
            cre2_set_free(made)
            handle = nil
            return
        }
        handle = made
    }

    deinit {
        cre2_set_free(handle)
    }

    /// Indexes into `patterns` of those that match anywhere, ascending.
    package func matches(in bytes: UnsafeRawBufferPointer) -> [Int] {
        guard let handle else { return matchesOneByOne(in: bytes) }
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: patterns.count) { found in
            let count = cre2_set_find(
                handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, found.baseAddress,
                Int32(found.count))
            guard count >= 0 else { return matchesOneByOne(in: bytes) }
            return found.prefix(Int(count)).map(Int.init).sorted()
        }
    }

    package func matches(in bytes: [UInt8]) -> [Int] {
        bytes.withUnsafeBytes { matches(in: $0) }
    }

    package func matches(in bytes: ArraySlice<UInt8>) -> [Int] {
        bytes.withUnsafeBytes { matches(in: $0) }
    }

    private func matchesOneByOne(in bytes: UnsafeRawBufferPointer) -> [Int] {
        patterns.indices.filter { patterns[$0].isMatch(in: bytes) }
    }
}

extension Pattern {
    /// The source as it stands in a set, where literal text has to be escaped.
    fileprivate var sourceForSet: String {
        guard options.isLiteral else { return source }
        var escaped = ""
        for scalar in source.unicodeScalars {
            if scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) {
                escaped += "\\x{" + String(scalar.value, radix: 16) + "}"
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
