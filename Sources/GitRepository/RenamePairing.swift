package import Diffs

/// Two sides of one file as a patch shows them, perhaps under two paths.
package struct FilePair: Hashable, Sendable {
    package var oldPath: Path
    package var newPath: Path
    package var old: FileVersion?
    package var new: FileVersion?
    /// How much of the larger side both have in common, in percent; nil unless it is a rename.
    package var similarity: Int?

    var isRename: Bool { similarity != nil }
}

/// Finds which deleted files live on under another name, by the rules `git diff -M` follows (git's diffcore
/// documentation and behaviour): equal content first, then equal file names that are unique on both sides and three
/// quarters alike, then the most similar of all remaining pairs that are at least half alike.
///
/// A deleted file becomes at most one new file; copies are not looked for.
struct RenamePairing {
    /// Loads a file's content for comparison; nil leaves the file unpaired.
    typealias Load = (FileVersion, Path) -> Content?

    /// Scores run from 0 to this.
    private static let top = 60_000
    static let minimum = top / 2
    /// For files that kept their name and only moved.
    private static let minimumForSameName = minimum + (top - minimum) / 2
    /// New files keep this many candidates each.
    private static let candidatesPerFile = 4
    /// The square of git's default `diff.renameLimit`: more pairs than this are not compared.
    static let maxPairs = 1000 * 1000

    private struct Candidate {
        var source: Int
        var target: Int
        var score: Int
        var hasSameName: Bool

        /// Whether this one is to be taken before another.
        func beats(_ other: Candidate) -> Bool {
            score != other.score ? score > other.score : hasSameName && !other.hasSameName
        }
    }

    private let sources: [FileChange]
    private let targets: [FileChange]
    private let size: (ObjectID) -> Int?
    private let load: Load

    private var sourceOf: [(source: Int, score: Int)?]
    private var isTaken: [Bool]
    private var sourceSketches: [LineSketch?]
    private var sourceSizes: [Int?]
    private var maker = LineSketch.Maker()
    /// Too many files were left for comparing all pairs; only exact and same-name renames were found.
    private(set) var reachedLimit = false

    /// - Parameters:
    ///   - changes: in path order.
    ///   - size: bytes of a blob; nil leaves it unpaired.
    static func pairs(
        _ changes: [FileChange], size: @escaping (ObjectID) -> Int?, load: @escaping Load
    ) -> (pairs: [FilePair], reachedLimit: Bool) {
        var pairing = RenamePairing(changes, size: size, load: load)
        if !pairing.sources.isEmpty, !pairing.targets.isEmpty {
            pairing.pairEqualContent()
            pairing.pairEqualNames()
            pairing.pairMostSimilar()
        }
        return (pairing.result(changes), pairing.reachedLimit)
    }

    /// The same list without looking for renames.
    static func unpaired(_ changes: [FileChange]) -> [FilePair] {
        changes.map { FilePair(oldPath: $0.path, newPath: $0.path, old: $0.old, new: $0.new) }
    }

    private init(_ changes: [FileChange], size: @escaping (ObjectID) -> Int?, load: @escaping Load) {
        sources = changes.filter { $0.new == nil }
        targets = changes.filter { $0.old == nil }
        sourceOf = Array(repeating: nil, count: targets.count)
        isTaken = Array(repeating: false, count: sources.count)
        sourceSketches = Array(repeating: nil, count: sources.count)
        sourceSizes = Array(repeating: nil, count: sources.count)
        self.size = size
        self.load = load
    }

    private mutating func take(_ source: Int, for target: Int, score: Int) {
        sourceOf[target] = (source, score)
        isTaken[source] = true
    }

    private mutating func pairEqualContent() {
        var byID: [ObjectID: [Int]] = [:]
        for (index, source) in sources.enumerated() {
            if let old = source.old { byID[old.id, default: []].append(index) }
        }
        for (target, change) in targets.enumerated() {
            guard let new = change.new, let candidates = byID[new.id] else { continue }
            var best: Int?
            // Git too looks at no more than about a hundred files of equal content.
            var looked = 0
            let first = candidates.firstIndex { !isTaken[$0] } ?? candidates.endIndex
            byID[new.id] = Array(candidates[first...])
            for source in candidates[first...] where !isTaken[source] {
                guard let old = sources[source].old, old.isRegular && new.isRegular || old.mode == new.mode else {
                    continue
                }
                looked += 1
                if looked > 102 { break }
                if sources[source].path.lastComponent == change.path.lastComponent {
                    best = source
                    break
                }
                best = best ?? source
            }
            if let best { take(best, for: target, score: RenamePairing.top) }
        }
    }

    private mutating func pairEqualNames() {
        var sourceByName: [ArraySlice<UInt8>: Int?] = [:]
        for (index, source) in sources.enumerated() where !isTaken[index] {
            let name = source.path.lastComponent
            sourceByName.updateValue(sourceByName[name] == nil ? index : nil, forKey: name)
        }
        var targetByName: [ArraySlice<UInt8>: Int?] = [:]
        for (index, target) in targets.enumerated() where sourceOf[index] == nil {
            let name = target.path.lastComponent
            targetByName.updateValue(targetByName[name] == nil ? index : nil, forKey: name)
        }
        for (source, change) in sources.enumerated() where !isTaken[source] {
            let name = change.path.lastComponent
            guard sourceByName[name] == .some(source), let target = targetByName[name] ?? nil,
                sourceOf[target] == nil, let score = similarity(source, target, minimum: Self.minimumForSameName),
                score >= Self.minimumForSameName
            else { continue }
            take(source, for: target, score: score)
        }
    }

    private mutating func pairMostSimilar() {
        let openSources = sources.indices.filter { !isTaken[$0] }
        let openTargets = targets.indices.filter { sourceOf[$0] == nil }
        guard !openSources.isEmpty, !openTargets.isEmpty else { return }
        guard openSources.count <= Self.maxPairs / openTargets.count else {
            reachedLimit = true
            return
        }
        var candidates: [Candidate] = []
        for target in openTargets {
            candidates += bestCandidates(for: target, among: openSources)
        }
        // Stable: among equals the one found first is taken first.
        let order = candidates.indices.sorted { left, right in
            if candidates[left].beats(candidates[right]) { return true }
            return candidates[right].beats(candidates[left]) ? false : left < right
        }
        for index in order {
            let candidate = candidates[index]
            guard candidate.score >= Self.minimum else { break }
            if sourceOf[candidate.target] == nil, !isTaken[candidate.source] {
                take(candidate.source, for: candidate.target, score: candidate.score)
            }
        }
    }

    private mutating func bestCandidates(for target: Int, among open: [Int]) -> [Candidate] {
        guard let new = targets[target].new, new.isRegular, let newSize = size(new.id) else { return [] }
        let name = targets[target].path.lastComponent
        var best: [Candidate] = []
        var sketch: LineSketch?
        for source in open {
            let score = similarity(source, target, newSize: newSize, sketch: &sketch, minimum: Self.minimum) ?? 0
            let found = Candidate(
                source: source, target: target, score: score,
                hasSameName: sources[source].path.lastComponent == name)
            if best.count < Self.candidatesPerFile {
                best.append(found)
                continue
            }
            // The worst of those kept; of equally bad ones the first.
            var worst = 0
            for index in 1..<best.count where best[worst].beats(best[index]) { worst = index }
            if found.beats(best[worst]) { best[worst] = found }
        }
        return best
    }

    private mutating func similarity(_ source: Int, _ target: Int, minimum: Int) -> Int? {
        guard let new = targets[target].new, new.isRegular, let newSize = size(new.id) else { return nil }
        var sketch: LineSketch?
        return similarity(source, target, newSize: newSize, sketch: &sketch, minimum: minimum)
    }

    /// The share of the larger file that is copied, or nil when the sizes alone or an unreadable side rule it out.
    private mutating func similarity(
        _ source: Int, _ target: Int, newSize: Int, sketch: inout LineSketch?, minimum: Int
    ) -> Int? {
        guard let old = sources[source].old, old.isRegular else { return nil }
        if sourceSizes[source] == nil { sourceSizes[source] = size(old.id) ?? -1 }
        guard let oldSize = sourceSizes[source], oldSize >= 0 else { return nil }
        let (larger, smaller) = (max(oldSize, newSize), min(oldSize, newSize))
        guard newSize > 0, larger.multipliedReportingOverflow(by: Self.top).overflow == false,
            larger * (Self.top - minimum) >= (larger - smaller) * Self.top
        else { return nil }
        if sourceSketches[source] == nil {
            guard let made = makeSketch(old, sources[source].path) else {
                sourceSizes[source] = -1
                return nil
            }
            sourceSketches[source] = made
        }
        if sketch == nil {
            guard let new = targets[target].new else { return nil }
            sketch = makeSketch(new, targets[target].path)
        }
        guard let from = sourceSketches[source], let to = sketch else { return nil }
        return LineSketch.copied(from: from, to: to) * Self.top / larger
    }

    private mutating func makeSketch(_ version: FileVersion, _ path: Path) -> LineSketch? {
        guard let content = load(version, path) else { return nil }
        return content.withBytes { maker.sketch(of: $0, isText: !content.isBinary) }
    }

    private func result(_ changes: [FileChange]) -> [FilePair] {
        var pairs: [FilePair] = []
        var (source, target) = (0, 0)
        for change in changes {
            if change.new == nil {
                let isRenamed = isTaken[source]
                source += 1
                if isRenamed { continue }
            } else if change.old == nil {
                let found = sourceOf[target]
                target += 1
                if let found {
                    pairs.append(
                        FilePair(
                            oldPath: sources[found.source].path, newPath: change.path,
                            old: sources[found.source].old, new: change.new,
                            similarity: found.score * 100 / Self.top))
                    continue
                }
            }
            pairs.append(FilePair(oldPath: change.path, newPath: change.path, old: change.old, new: change.new))
        }
        return pairs
    }
}
