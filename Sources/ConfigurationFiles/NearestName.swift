/// Finds what a misspelt name was meant to be.
package enum NearestName {
    /// What a misspelt name was meant to be, nil if nothing is near.
    package static func of(_ name: String, among candidates: [String]) -> String? {
        guard let first = ranked(name, among: candidates).first, isNear(first, name) else { return nil }
        return first.name
    }

    private static func isNear(_ candidate: (name: String, distance: Int), _ name: String) -> Bool {
        candidate.distance <= max(2, name.utf8.count / 3) && candidate.distance < name.utf8.count
    }

    /// The candidates by rising distance, those equally far in their own order.
    static func ranked(_ name: String, among candidates: [String]) -> [(name: String, distance: Int)] {
        let wanted = Array(name.lowercased().utf8.prefix(64))
        return candidates.map { (name: $0, distance: distance(wanted, Array($0.utf8))) }
            .enumerated().sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
            .map(\.element)
    }

    /// ", did you mean …" or the names there are, nearest first.
    static func hint(_ name: String, among candidates: [String], noun: String) -> String {
        let order = ranked(name, among: candidates)
        guard let first = order.first else { return "" }
        if isNear(first, name) { return "; did you mean \"\(first.name)\"?" }
        let listed = order.prefix(6).map(\.name).joined(separator: ", ")
        return "; the nearest \(noun) are \(listed)"
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let same = left[row - 1] == right[column - 1]
                current[column] = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    current[column] = min(current[column], beforeLast[column - 2] + 1)
                }
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
