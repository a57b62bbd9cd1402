import Diffs

/// What the scanner found of one line of a hunk.
struct LineFacts {
    struct Flags: OptionSet {
        let rawValue: UInt32

        static let blank = Flags(rawValue: 1)
        /// The whole line is comment, as far as this hunk proves it.
        static let comment = Flags(rawValue: 2)
        /// The line looks like the inside of a comment or docstring that begins above the hunk; good for a category, not
        /// for a skip.
        static let assumedComment = Flags(rawValue: 4)
        /// A comment that tools obey.
        static let directive = Flags(rawValue: 8)
        static let importing = Flags(rawValue: 16)
        /// The line can do nothing but import.
        static let strictImport = Flags(rawValue: 32)
        static let declaration = Flags(rawValue: 64)
        static let typeDeclaration = Flags(rawValue: 128)
        static let exported = Flags(rawValue: 256)
        static let annotation = Flags(rawValue: 512)
        /// Only brackets, `end`, commas and semicolons.
        static let closer = Flags(rawValue: 1024)
        /// `key: value` or `name = literal`: data rather than doing.
        static let keyValue = Flags(rawValue: 2048)
        /// Words in a row with hardly an operator.
        static let prose = Flags(rawValue: 4096)
        /// Inside a string of several lines.
        static let inString = Flags(rawValue: 8192)
        /// Only a name and a comma, or a string, as in a list of imports.
        static let nameOnly = Flags(rawValue: 16384)
        static let documentation = Flags(rawValue: 32768)
        /// A character that does not show or turns the reading direction.
        static let hidden = Flags(rawValue: 65536)
        /// Ends in a backslash: the next line belongs to it.
        static let continued = Flags(rawValue: 131072)
        /// A multi-line string or here document begins or ends here.
        static let opensString = Flags(rawValue: 262144)
        /// A name on the line is that of an access check.
        static let guards = Flags(rawValue: 524288)
    }

    var kind: DiffLine.Kind
    var flags: Flags = []
    var indent: Int = 0
    /// Tokens of code: words, numbers, strings, operators.
    var tokens: Int = 0
    /// Of all tokens and comments in order, whitespace between them left out.
    var hash: UInt64 = 0
    /// The same with every name as one token and every literal as one: equal shapes differ in names and literals only.
    var shape: UInt64 = 0
    /// Hash of names only, so that a change of literals can be told from one of names.
    var names: UInt64 = 0
    /// Of an import line: hash of its module's first part.
    var module: UInt64 = 0
}

/// What the lines of a segment hold, counted by side.
struct Tally {
    /// Sides: 0 removed, 1 added, 2 context.
    static let removed = 0
    static let added = 1
    static let context = 2

    /// Counts that are not of words.
    enum Count: Int, CaseIterable {
        case lines, blank, comment, directive, documentation, importing, declaration, typeDeclaration, exported,
            annotation
        case closer, keyValue, prose, inString, call, comparison, equality, logical, arithmetic, ternary, number, string
        case version, longLine, hidden, todo, indexing, bytes, tokens, assign, operators, blob, optional, indent, regex
        case guards
    }

    var words: [UInt32]
    var counts: [UInt32]
    /// A hash of all tokens of each side, in order.
    var streams: [UInt64] = [0, 0, 0]

    init() {
        words = [UInt32](repeating: 0, count: 3 &* WordClass.count)
        counts = [UInt32](repeating: 0, count: 3 &* Count.allCases.count)
    }

    mutating func reset() {
        for index in words.indices { words[index] = 0 }
        for index in counts.indices { counts[index] = 0 }
        streams[0] = 0
        streams[1] = 0
        streams[2] = 0
    }

    @inline(__always)
    mutating func add(_ count: Count, _ side: Int, _ amount: UInt32 = 1) {
        counts[side &* Tally.countOfCounts &+ count.rawValue] &+= amount
    }

    @inline(__always)
    mutating func add(words classes: Lexicon.Classes, _ side: Int) {
        var rest = classes
        while rest != 0 {
            words[side &* WordClass.count &+ rest.trailingZeroBitCount] &+= 1
            rest &= rest &- 1
        }
    }

    func words(_ wordClass: WordClass, _ side: Int) -> Int {
        Int(words[side &* WordClass.count &+ wordClass.rawValue])
    }

    func callAsFunction(_ count: Count, _ side: Int) -> Int {
        Int(counts[side &* Tally.countOfCounts &+ count.rawValue])
    }

    /// Removed and added together.
    func changed(_ count: Count) -> Int {
        self(count, Tally.removed) &+ self(count, Tally.added)
    }

    private static var countOfCounts: Int { Count.guards.rawValue &+ 1 }
}

extension DiffLine.Kind {
    // Comparing enums that have raw values goes through their protocol; a switch does not.

    @inline(__always)
    var isAdded: Bool { if case .added = self { true } else { false } }

    @inline(__always)
    var isRemoved: Bool { if case .removed = self { true } else { false } }

    @inline(__always)
    var isContext: Bool { if case .context = self { true } else { false } }
}
