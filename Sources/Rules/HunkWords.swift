import Diffs

/// What the lines of a hunk say about the removed ones among them; read once, since a hunk may remove thousands.
struct HunkWords {
    private let oldLines: Range<Int>
    /// An added line leaves in another way.
    private var addsExit = false
    private var addsCondition = false
    /// A removed line lifted a guard, so that the other guard holds again.
    private(set) var removesLifting = false
    /// The unchanged lines.
    private var kept: Set<ArraySlice<UInt8>> = []
    /// Those of them that are annotations, by their old numbers, rising.
    private var annotations: [(line: Int, text: ArraySlice<UInt8>)] = []

    private static let exits = ["abort", "raise", "throw", "return", "halt", "render"].map { Array($0.utf8) }
    private static let conditions = ["if ", "if(", "unless "].map { Array($0.utf8) }

    init(_ hunk: Hunk) {
        oldLines = hunk.oldStart..<max(hunk.oldStart, hunk.oldStart &+ hunk.oldLines)
        guard hunk.removed > 0 else { return }
        hunk.forEachLine { line in
            let text = hunk.buffer[line.range]
            switch line.kind {
            case .added:
                let bytes = addsExit && addsCondition ? [] : Array(text)
                if !addsExit { addsExit = Self.exits.contains { contains(bytes, $0) } }
                if !addsCondition { addsCondition = Self.conditions.contains { contains(bytes, $0) } }
            case .removed:
                if !removesLifting { removesLifting = RemovedGuards.names(in: text).contains { GuardName.lifts($0) } }
            case .context:
                kept.insert(text)
                if RemovedGuards.annotates(text) { annotations.append((line.oldNumber, text)) }
            }
        }
    }

    /// Whether an old line stands in the hunk.
    func shows(_ line: Int) -> Bool { oldLines.contains(line) }

    /// Whether the hunk puts another way out in the place of a removed line, or another condition before the same one.
    func replaces(_ removed: ArraySlice<UInt8>) -> Bool {
        addsExit || addsCondition && kept.contains(removed)
    }

    /// Whether a guard stands on an unchanged line near by, as an annotation: one of two was taken away.
    func keeps(_ guardName: [UInt8], beside line: Int) -> Bool {
        annotations.contains { annotation in
            abs(annotation.line - line) <= 3 && RemovedGuards.names(in: annotation.text).contains(guardName)
        }
    }
}
