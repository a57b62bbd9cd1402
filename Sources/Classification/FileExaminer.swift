import Diffs
import Domain
import SyntaxTrees

/// A segment with its evidence, before the weights.
struct ExaminedSegment {
    var ranges: LineRanges
    var lines: Range<Int>
    var added = 0
    var removed = 0
    var skip: SkipRule?
    var isSuspicious = false
    var removesGuard = false
    var evidence: Evidence
    var isTest = false
    var isSource = false
    /// Hashes of the lines that say something.
    var removedLines: [UInt64] = []
    var addedLines: [UInt64] = []
    /// A hash of what was replaced by what; nil where nothing was replaced.
    var edit: UInt64?
}

extension ExaminedSegment {
    /// Adds unchanged lines that follow the segment.
    fileprivate mutating func take(_ context: [HunkLine]) {
        lines = lines.lowerBound..<(lines.upperBound &+ context.count)
        ranges = LineRanges(
            oldStart: ranges.oldStart &+ (ranges.oldLines == 0 ? 1 : 0), oldLines: ranges.oldLines &+ context.count,
            newStart: ranges.newStart &+ (ranges.newLines == 0 ? 1 : 0), newLines: ranges.newLines &+ context.count)
    }
}

struct ExaminedHunk {
    let hunk: Hunk?
    let segments: [ExaminedSegment]
}

/// Collects the evidence of one file's hunks.
struct FileExaminer {
    private let changed: ChangedSource
    private let file: FileDiff
    private let traits: FileTraits
    private let subject: Lexicon.Classes
    private let isGeneratedInBase: Bool

    init(_ changed: ChangedSource, subject: Lexicon.Classes) {
        self.changed = changed
        self.subject = subject
        file = changed.file
        traits = FileTraits(path: changed.file.path)
        isGeneratedInBase = GeneratedMarker.isIn(changed)
    }

    func examine() -> [ExaminedHunk] {
        var fileEvidence = SegmentEvidence(traits: traits, file: file).ofFile()
        var words = subject
        while words != 0 {
            fileEvidence.add(.subject, words.trailingZeroBitCount, 1)
            words &= words &- 1
        }
        guard !file.hunks.isEmpty else { return [withoutHunks(fileEvidence)] }
        var reader = SegmentReader(style: traits.style)
        var lines: [HunkLine] = []
        let trees = TreeEvidence(changed)
        return file.hunks.map { examine($0, fileEvidence, &reader, &lines, trees) }
    }

    private func withoutHunks(_ evidence: Evidence) -> ExaminedHunk {
        var evidence = evidence
        if file.status == .binary || file.isBinary {
            let suffix = file.path.fileExtension.map { lowercased($0, limit: 16) } ?? ""
            evidence.add(.binaryCode, if: FileExaminer.runnable.contains(suffix) || file.newMode == 0o100755)
        }
        let wasExecutable = file.oldMode == 0o100755
        evidence.add(.becameExecutable, if: file.newMode == 0o100755 && !wasExecutable && file.oldMode != nil)
        let segment = ExaminedSegment(
            ranges: LineRanges(oldStart: 0, oldLines: 0, newStart: 0, newLines: 0), lines: 0..<0,
            skip: SkipRule.rule(forFileWithoutHunks: file), evidence: evidence)
        return ExaminedHunk(hunk: nil, segments: [segment])
    }

    private func examine(
        _ hunk: Hunk, _ fileEvidence: Evidence, _ reader: inout SegmentReader, _ lines: inout [HunkLine],
        _ trees: TreeEvidence
    ) -> ExaminedHunk {
        let heading = FileExaminer.heading(of: hunk)
        var iterator = HunkLineIterator(hunk)
        var next = iterator.next()
        var segments: [ExaminedSegment] = []
        // The place of the stretch in the hunk.
        var start = 0
        repeat {
            lines.removeAll(keepingCapacity: true)
            var changed = 0
            while let line = next, lines.count < FileExaminer.stretch || changed == 0 {
                lines.append(line)
                if !line.kind.isContext { changed &+= 1 }
                next = iterator.next()
            }
            if changed == 0, let last = segments.indices.last {
                segments[last].take(lines)
                break
            }
            let isWhole = start == 0 && next == nil
            let boundaries = changed > HunkCutter.target ? trees.boundaries(of: lines) : nil
            let ranges = HunkCutter.cut(lines, changed: changed, in: hunk.buffer, boundaries: boundaries)
            hunk.buffer.withUnsafeBufferPointer { bytes in
                if start == 0 { reader.begin(lines, bytes) }
                for range in ranges {
                    var segment = examine(
                        hunk, lines, range, bytes, heading, fileEvidence, &reader, trees,
                        isPart: !isWhole || ranges.count > 1)
                    segment.lines = (start &+ range.lowerBound)..<(start &+ range.upperBound)
                    segments.append(segment)
                }
            }
            start &+= lines.count
        } while next != nil
        return ExaminedHunk(hunk: hunk, segments: segments)
    }

    /// Longer hunks are looked at in stretches of so many lines, each cut by itself, so that a file of hundreds of
    /// megabytes takes no more room here than one of a few.
    private static let stretch = 1 << 16

    private func examine(
        _ hunk: Hunk, _ lines: [HunkLine], _ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>,
        _ heading: Range<Int>, _ fileEvidence: Evidence, _ reader: inout SegmentReader, _ trees: TreeEvidence,
        isPart: Bool
    ) -> ExaminedSegment {
        var shape = reader.read(lines, range, heading: heading, bytes, isPart: isPart)
        var evidence = fileEvidence
        trees.refine(&shape, lines[range], reader.facts, bytes)
        SegmentEvidence(traits: traits, file: file).add(reader.tally, shape: shape, to: &evidence)
        trees.add(lines[range], to: &evidence)
        if isPart { evidence.trim() }
        var isSuspicious = false
        let skip = SkipRule.rule(
            for: shape, tally: reader.tally, traits: traits, isGeneratedInBase: isGeneratedInBase,
            suspicious: &isSuspicious)
        var segment = ExaminedSegment(
            ranges: isPart
                ? FileExaminer.ranges(of: lines[range], hunk)
                : LineRanges(
                    oldStart: hunk.oldStart, oldLines: hunk.oldLines, newStart: hunk.newStart,
                    newLines: hunk.newLines), lines: range, added: shape.added, removed: shape.removed, skip: skip,
            isSuspicious: isSuspicious, evidence: evidence,
            isTest: traits.kinds.contains(.test), isSource: traits.kinds.contains(.source))
        segment.removesGuard = shape.guardsGone > 0 && evidence.value(.removesGuard) > 0
        reader.recordLines(in: &segment)
        return segment
    }

    /// The text after the second "@@": mostly the first line of the declaration the hunk is in.
    private static func heading(of hunk: Hunk) -> Range<Int> {
        let range = hunk.headerRange.clamped(to: 0..<hunk.buffer.count)
        var signs = 0
        var index = range.lowerBound
        while index &+ 1 < range.upperBound {
            if hunk.buffer[index] == UInt8(ascii: "@"), hunk.buffer[index &+ 1] == UInt8(ascii: "@") {
                signs &+= 1
                index &+= 2
                if signs == 2 { return index..<range.upperBound }
            } else {
                index &+= 1
            }
        }
        return range.upperBound..<range.upperBound
    }

    /// In the form of a hunk header: a side without lines starts at the line before.
    private static func ranges(of lines: ArraySlice<HunkLine>, _ hunk: Hunk) -> LineRanges {
        var old = 0
        var new = 0
        for line in lines {
            if !line.kind.isAdded { old &+= 1 }
            if !line.kind.isRemoved { new &+= 1 }
        }
        guard let first = lines.first else {
            return LineRanges(oldStart: hunk.oldStart, oldLines: 0, newStart: hunk.newStart, newLines: 0)
        }
        return LineRanges(
            oldStart: old == 0 ? first.oldNumber &- 1 : first.oldNumber, oldLines: old,
            newStart: new == 0 ? first.newNumber &- 1 : first.newNumber, newLines: new)
    }

    private static let runnable: Set<String> = [
        "exe", "dll", "so", "dylib", "a", "o", "jar", "war", "class", "wasm", "node", "pyc", "pyd", "apk", "deb", "rpm",
        "bin",
        "msi", "whl", "gem", "nupkg", "zip", "gz", "tgz", "xz", "7z", "tar", "ko", "sys", "com", "lib",
    ]
}
