import CRE2

/// A regular expression in RE2 syntax (the syntax of Go, and of gitleaks rules), searched in time linear in the text.
///
/// There are no back references and no look-around, so no text and no pattern can make a search slow; memory is bounded
/// by `Options.maxMemory`. Searches look at bytes; ranges in results are offsets into what was searched.
package final class Pattern: Sendable {
    package struct Options: Hashable, Sendable {
        /// How the bytes of a text become characters.
        package enum Encoding: Sendable {
            /// Every byte is a character. Right for source code, whose encoding is unknown; never fails on bad UTF-8.
            case bytes
            /// Characters are Unicode scalars; a byte that is not UTF-8 matches nothing.
            case utf8
        }

        package var encoding: Encoding
        package var ignoresCase: Bool
        /// `^` and `$` match at line ends too.
        package var isMultiLine: Bool
        package var dotMatchesNewline: Bool
        /// The source is text to be found as it stands.
        package var isLiteral: Bool
        /// Bytes the compiled form and its automaton may take. A search that needs more gets slower, never wrong.
        package var maxMemory: Int

        package init(
            encoding: Encoding = .bytes, ignoresCase: Bool = false, isMultiLine: Bool = false,
            dotMatchesNewline: Bool = false, isLiteral: Bool = false, maxMemory: Int = 8 << 20
        ) {
            self.encoding = encoding
            self.ignoresCase = ignoresCase
            self.isMultiLine = isMultiLine
            self.dotMatchesNewline = dotMatchesNewline
            self.isLiteral = isLiteral
            self.maxMemory = maxMemory
        }
    }

    /// Where a pattern matched.
    package struct Match: Hashable, Sendable {
        /// Offsets of the whole match (index 0) and of each group; nil for a group that took no part.
        package let groups: [Range<Int>?]
        /// Offsets of the whole match.
        package let range: Range<Int>

        /// Offsets of a group, nil when it took no part or does not exist.
        package subscript(group: Int) -> Range<Int>? {
            groups.indices.contains(group) ? groups[group] : nil
        }
    }

    /// Longest source accepted, in bytes.
    package static let maxSourceLength = 32 << 10

    package let source: String
    package let options: Options
    /// Number of capturing groups, without the whole match.
    package let groupCount: Int

    // RE2 objects are immutable after construction except for a cache they lock themselves, so any thread may search
    // at any time; the pointer is never replaced and is freed once, in deinit.
    nonisolated(unsafe) private let handle: OpaquePointer

    package init(_ source: String, options: Options = Options()) throws(PatternError) {
        guard source.utf8.count <= Pattern.maxSourceLength else {
            throw PatternError(
                source: String(source.prefix(40)) + "…", reason: "it is longer than \(Pattern.maxSourceLength) bytes")
        }
        var text = source
        let made = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_pattern_new($0.baseAddress, $0.count, options.native) }
        }
        guard let made else { throw PatternError(source: source, reason: "there is not enough memory") }
        if let reason = cre2_pattern_error(made) {
            let part = Pattern.errorPart(of: made)
            let text = String(cString: reason)
            cre2_pattern_free(made)
            throw PatternError(source: source, reason: part.isEmpty || text.contains(part) ? text : "\(text): \(part)")
        }
        self.source = source
        self.options = options
        self.handle = made
        self.groupCount = Int(cre2_pattern_group_count(made))
    }

    deinit {
        cre2_pattern_free(handle)
    }

    /// The index of a named group `(?P<name>…)`, nil if there is none of that name.
    package func groupIndex(named name: String) -> Int? {
        let index = cre2_pattern_group_index(handle, name)
        return index > 0 ? Int(index) : nil
    }

    /// The leftmost match that starts at or after `start` and ends at or before `end`, with its groups.
    ///
    /// Bytes outside `start..<end` are still seen by `^`, `$` and `\b`.
    package func firstMatch(in bytes: UnsafeRawBufferPointer, from start: Int = 0, to end: Int? = nil) -> Match? {
        let end = end ?? bytes.count
        guard start >= 0, start <= end, end <= bytes.count else { return nil }
        return withUnsafeTemporaryAllocation(of: cre2_range.self, capacity: groupCount + 1) { found in
            let matched = cre2_pattern_find(
                handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, start, end,
                found.baseAddress, Int32(found.count))
            guard matched else { return nil }
            let groups = found.map { $0.start < 0 ? nil : $0.start..<$0.end }
            guard let whole = groups.first ?? nil else { return nil }
            return Match(groups: groups, range: whole)
        }
    }

    package func firstMatch(in bytes: [UInt8], from start: Int = 0, to end: Int? = nil) -> Match? {
        bytes.withUnsafeBytes { firstMatch(in: $0, from: start, to: end) }
    }

    /// As above; offsets count from the start of the slice, not of the array it was cut from.
    package func firstMatch(in bytes: ArraySlice<UInt8>, from start: Int = 0, to end: Int? = nil) -> Match? {
        bytes.withUnsafeBytes { firstMatch(in: $0, from: start, to: end) }
    }

    package func firstMatch(in text: String) -> Match? {
        var text = text
        return text.withUTF8 { firstMatch(in: UnsafeRawBufferPointer($0)) }
    }

    /// Every match, left to right, none overlapping another; after an empty match the search moves on by one byte.
    package func matches(in bytes: UnsafeRawBufferPointer, limit: Int = .max) -> [Match] {
        var found: [Match] = []
        var start = 0
        while found.count < limit, start <= bytes.count, let match = firstMatch(in: bytes, from: start) {
            found.append(match)
            start = match.range.isEmpty ? match.range.upperBound + 1 : match.range.upperBound
        }
        return found
    }

    package func matches(in bytes: [UInt8], limit: Int = .max) -> [Match] {
        bytes.withUnsafeBytes { matches(in: $0, limit: limit) }
    }

    package func matches(in bytes: ArraySlice<UInt8>, limit: Int = .max) -> [Match] {
        bytes.withUnsafeBytes { matches(in: $0, limit: limit) }
    }

    /// Whether the pattern matches anywhere; cheaper than `firstMatch`, which also finds where.
    package func isMatch(in bytes: UnsafeRawBufferPointer) -> Bool {
        cre2_pattern_find(
            handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, 0, bytes.count, nil, 0)
    }

    package func isMatch(in bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { isMatch(in: $0) }
    }

    package func isMatch(in bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBytes { isMatch(in: $0) }
    }

    package func isMatch(in text: String) -> Bool {
        var text = text
        return text.withUTF8 { isMatch(in: UnsafeRawBufferPointer($0)) }
    }

    private static func errorPart(of handle: OpaquePointer) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            _ = cre2_pattern_error_part(handle, start, buffer.count)
            return String(cString: start)
        }
    }
}

extension Pattern.Options {
    var native: cre2_options {
        cre2_options(
            utf8: encoding == .utf8, case_insensitive: ignoresCase, multi_line: isMultiLine,
            dot_matches_newline: dotMatchesNewline, literal: isLiteral, max_memory: Int64(max(maxMemory, 64 << 10)))
    }

    /// These options as a flag group, for a pattern that shares an automaton with patterns of other options.
    var flags: String {
        let letters = (ignoresCase ? "i" : "") + (isMultiLine ? "m" : "") + (dotMatchesNewline ? "s" : "")
        return letters.isEmpty ? "(?:" : "(?\(letters):"
    }
}
