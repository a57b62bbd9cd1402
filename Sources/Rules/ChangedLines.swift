import Diffs

/// The real lines a change touches in a file, rising.
struct ChangedLines {
    /// On the new side.
    private(set) var added: [ClosedRange<Int>] = []
    /// On the old side, with their text.
    private(set) var removed: [(line: Int, text: ArraySlice<UInt8>)] = []

    init(_ file: FileDiff) {
        for hunk in file.hunks {
            hunk.forEachLine { line in
                switch line.kind {
                case .added:
                    let number = line.newNumber
                    if let last = added.last, last.upperBound == number - 1 {
                        added[added.count - 1] = last.lowerBound...number
                    } else {
                        added.append(number...number)
                    }
                case .removed: removed.append((line.oldNumber, hunk.buffer[line.range]))
                case .context: break
                }
            }
        }
    }

    func holdsAdded(_ line: Int) -> Bool { added.contains { $0.contains(line) } }
}
