extension Glob {
    /// Follows all ways through the tokens at once, so no pattern needs backtracking.
    ///
    /// State i means: the bytes read so far are matched by the first i tokens. A directory run is left only at the start
    /// of a component.
    func run(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
        let slash = UInt8(ascii: "/")
        var states = [Bool](repeating: false, count: tokens.count + 1)
        var next = states
        states[0] = true
        advance(&states, atComponentStart: true)
        for (index, byte) in path.enumerated() {
            if byte == slash, index > 0, states[tokens.count] { return true }
            var isAlive = false
            for (state, token) in tokens.enumerated() where states[state] {
                switch token {
                case .byte(let wanted): next[state + 1] = next[state + 1] || byte == wanted
                case .anyByte: next[state + 1] = next[state + 1] || byte != slash
                case .oneOf(let wanted): next[state + 1] = next[state + 1] || (byte != slash && wanted.contains(byte))
                case .anyRun: next[state] = next[state] || byte != slash
                case .anyDirectories: next[state] = true
                }
                isAlive = isAlive || next[state] || next[state + 1]
            }
            guard isAlive else { return false }
            advance(&next, atComponentStart: byte == slash)
            swap(&states, &next)
            for state in next.indices { next[state] = false }
        }
        return states[tokens.count] && !onlyDirectories
    }

    /// Steps over tokens that may match nothing.
    private func advance(_ states: inout [Bool], atComponentStart: Bool) {
        for (state, token) in tokens.enumerated() where states[state] {
            switch token {
            case .anyRun: states[state + 1] = true
            case .anyDirectories where atComponentStart: states[state + 1] = true
            default: break
            }
        }
    }

    struct SyntaxProblem: Error {
        let text: String
    }

    /// Tokens of a pattern without its leading `!` and `/` and its trailing `/`.
    static func tokens(of text: ArraySlice<UInt8>) throws(SyntaxProblem) -> [Token] {
        let slash = UInt8(ascii: "/")
        let star = UInt8(ascii: "*")
        var tokens: [Token] = []
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            let isComponentStart = index == text.startIndex || text[index - 1] == slash
            switch byte {
            case star:
                let end = text[index...].firstIndex { $0 != star } ?? text.endIndex
                if end - index >= 2, isComponentStart, end == text.endIndex {
                    tokens += [.anyDirectories, .anyRun]
                } else if end - index >= 2, isComponentStart, text[end] == slash {
                    tokens.append(.anyDirectories)
                    index = end + 1
                    continue
                } else {
                    tokens.append(.anyRun)
                }
                index = end
            case UInt8(ascii: "?"):
                tokens.append(.anyByte)
                index += 1
            case UInt8(ascii: "["):
                let (found, end) = try ByteClass.parse(text, from: index)
                tokens.append(.oneOf(found))
                index = end
            case UInt8(ascii: "\\"):
                guard index + 1 < text.endIndex else { throw SyntaxProblem(text: "it ends in a single backslash") }
                tokens.append(.byte(text[index + 1]))
                index += 2
            default:
                tokens.append(.byte(byte))
                index += 1
            }
        }
        return tokens
    }
}

/// A set of bytes.
struct ByteClass: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    func contains(_ byte: UInt8) -> Bool {
        let bit = UInt64(1) << (byte & 63)
        switch byte >> 6 {
        case 0: return words.0 & bit != 0
        case 1: return words.1 & bit != 0
        case 2: return words.2 & bit != 0
        default: return words.3 & bit != 0
        }
    }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range {
            let bit = UInt64(1) << (byte & 63)
            switch byte >> 6 {
            case 0: words.0 |= bit
            case 1: words.1 |= bit
            case 2: words.2 |= bit
            default: words.3 |= bit
            }
        }
    }

    mutating func invert() {
        words = (~words.0, ~words.1, ~words.2, ~words.3)
    }

    static func == (left: ByteClass, right: ByteClass) -> Bool {
        left.words == right.words
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }

    private static let named: [String: [ClosedRange<UInt8>]] = [
        "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A],
        "blank": [9...9, 32...32],
        "cntrl": [0...31, 127...127], "digit": [0x30...0x39], "graph": [33...126], "lower": [0x61...0x7A],
        "print": [32...126], "punct": [33...47, 58...64, 91...96, 123...126], "space": [9...13, 32...32],
        "upper": [0x41...0x5A], "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    ]

    /// Reads `[…]` at `start`; the second value is the index after its `]`.
    static func parse(
        _ text: ArraySlice<UInt8>, from start: Int
    ) throws(Glob.SyntaxProblem) -> (ByteClass, Int) {
        let unclosed = Glob.SyntaxProblem(text: "a '[' has no closing ']'")
        var set = ByteClass()
        var index = start + 1
        let isNegated = index < text.endIndex && (text[index] == UInt8(ascii: "!") || text[index] == UInt8(ascii: "^"))
        if isNegated { index += 1 }
        let first = index
        while true {
            guard index < text.endIndex else { throw unclosed }
            if text[index] == UInt8(ascii: "]"), index > first { break }
            if text[index] == UInt8(ascii: "["), index + 1 < text.endIndex, text[index + 1] == UInt8(ascii: ":") {
                let rest = text[(index + 2)...]
                guard let colon = rest.firstIndex(of: UInt8(ascii: ":")), colon + 1 < text.endIndex,
                    text[colon + 1] == UInt8(ascii: "]")
                else { throw unclosed }
                let name = String(decoding: text[(index + 2)..<colon], as: UTF8.self)
                guard let ranges = named[name] else {
                    throw Glob.SyntaxProblem(text: "there is no character class '[:\(name):]'")
                }
                for range in ranges { set.insert(range) }
                index = colon + 2
                continue
            }
            let low = try character(text, &index)
            if index + 1 < text.endIndex, text[index] == UInt8(ascii: "-"), text[index + 1] != UInt8(ascii: "]") {
                index += 1
                let high = try character(text, &index)
                if low <= high { set.insert(low...high) }
            } else {
                set.insert(low...low)
            }
        }
        if isNegated { set.invert() }
        return (set, index + 1)
    }

    private static func character(
        _ text: ArraySlice<UInt8>, _ index: inout Int
    ) throws(Glob.SyntaxProblem) -> UInt8 {
        if text[index] == UInt8(ascii: "\\") { index += 1 }
        guard index < text.endIndex else { throw Glob.SyntaxProblem(text: "a '[' has no closing ']'") }
        defer { index += 1 }
        return text[index]
    }
}
