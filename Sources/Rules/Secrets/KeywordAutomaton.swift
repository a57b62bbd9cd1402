/// Finds every occurrence of many words in one pass over bytes, ASCII letters compared without case (Aho–Corasick,
/// completed to a deterministic automaton: one table look-up a byte).
struct KeywordAutomaton: Sendable {
    /// Byte to column of the table; bytes that no word holds share column 0.
    private let columnOfByte: [UInt16]
    private let columns: Int
    /// Row-major: the next state's row offset; the top bit says that words end there.
    private let table: [UInt32]
    /// Words that end in a state, by state number.
    private let endings: [[Int32]]

    private static let endingFlag: UInt32 = 1 << 31

    /// `words` are numbered by their index; empty ones are never found.
    init(words: [String]) {
        var columnOfByte = [UInt16](repeating: 0, count: 256)
        var columns: UInt16 = 1
        let lowered = words.map { word in word.utf8.map(Self.lower) }
        for word in lowered {
            for byte in word where columnOfByte[Int(byte)] == 0 {
                columnOfByte[Int(byte)] = columns
                columns += 1
            }
        }
        for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") {
            columnOfByte[Int(byte)] = columnOfByte[Int(byte | 0x20)]
        }
        let width = Int(columns)
        // The trie; -1 where there is no edge.
        var next = [Int32](repeating: -1, count: width)
        var endings: [[Int32]] = [[]]
        for (index, word) in lowered.enumerated() where !word.isEmpty {
            var state = 0
            for byte in word {
                let slot = state * width + Int(columnOfByte[Int(byte)])
                if next[slot] < 0 {
                    next[slot] = Int32(endings.count)
                    endings.append([])
                    next.append(contentsOf: repeatElement(-1, count: width))
                }
                state = Int(next[slot])
            }
            endings[state].append(Int32(index))
        }
        // Breadth first: fill missing edges from the longest proper suffix that is also a state.
        var fallback = [Int32](repeating: 0, count: endings.count)
        var queue: [Int] = []
        for column in 0..<width {
            if next[column] > 0 { queue.append(Int(next[column])) } else { next[column] = 0 }
        }
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            endings[state].append(contentsOf: endings[Int(fallback[state])])
            for column in 0..<width {
                let slot = state * width + column
                let viaFallback = next[Int(fallback[state]) * width + column]
                if next[slot] >= 0 {
                    fallback[Int(next[slot])] = viaFallback
                    queue.append(Int(next[slot]))
                } else {
                    next[slot] = viaFallback
                }
            }
        }
        self.columnOfByte = columnOfByte
        self.columns = width
        self.endings = endings
        self.table = next.map { target in
            let offset = UInt32(target) &* UInt32(width)
            return endings[Int(target)].isEmpty ? offset : offset | Self.endingFlag
        }
    }

    /// Calls `found` with a word's index and the offset just behind its occurrence, in order of that offset.
    func scan(_ bytes: UnsafeBufferPointer<UInt8>, found: (Int, Int) -> Void) {
        columnOfByte.withUnsafeBufferPointer { columnOfByte in
            table.withUnsafeBufferPointer { table in
                var row = 0
                for offset in 0..<bytes.count {
                    let entry = table[row &+ Int(columnOfByte[Int(bytes[offset])])]
                    row = Int(entry & ~Self.endingFlag)
                    if entry & Self.endingFlag != 0 {
                        for word in endings[row / columns] { found(Int(word), offset + 1) }
                    }
                }
            }
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
