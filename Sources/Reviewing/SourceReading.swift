import Diffs
import SyntaxTrees

/// Files of a change with both versions parsed, in batches small enough for their trees to fit in memory.
struct SourceReading {
    /// A tree takes up to forty times its text, so this bounds a batch to about 100 MB.
    static let batchBytes = 3 << 20
    /// The smallest file and its trees still take some room, as so many bytes of text do.
    static let fixedSize = 1 << 10

    let grammars: Grammars?

    struct Batch {
        var sources: [ChangedSource] = []
        /// Why a file's whole text is not at hand, counted over the files of the batch.
        var unknown: [String: Int] = [:]
    }

    func forEachBatch(of files: [FileDiff], contents: any FileContents, _ body: (Batch) -> Void) {
        var pending: [Unparsed] = []
        var pendingBytes = 0
        var unknown: [String: Int] = [:]

        func flush() {
            guard !pending.isEmpty else { return }
            let grammars = grammars
            body(Batch(sources: pending.concurrentMap { $0.parsed(grammars) }, unknown: unknown))
            pending = []
            pendingBytes = 0
            unknown = [:]
        }

        for file in files {
            let base = file.isBinary ? .absent : contents.content(of: file, side: .old)
            let head = file.isBinary ? .absent : contents.content(of: file, side: .new)
            if case .unknown(let reason) = head {
                unknown[reason, default: 0] += 1
            } else if case .unknown(let reason) = base {
                unknown[reason, default: 0] += 1
            }
            let unparsed = Unparsed(file: file, base: base, head: head)
            if pendingBytes + unparsed.size > Self.batchBytes { flush() }
            pending.append(unparsed)
            pendingBytes += unparsed.size
        }
        flush()
    }
}

/// A file whose versions are read but not yet parsed.
private struct Unparsed: Sendable {
    let file: FileDiff
    let base: FileContent
    let head: FileContent

    /// What the versions take, in bytes of text: also those that are only known by the lines of the hunks.
    var size: Int { SourceReading.fixedSize + size(base) + size(head) }

    func parsed(_ grammars: Grammars?) -> ChangedSource {
        ChangedSource(
            file: file, base: source(base, side: .old, grammars), head: source(head, side: .new, grammars))
    }

    private func source(_ content: FileContent, side: Side, _ grammars: Grammars?) -> ParsedSource? {
        switch content {
        case .absent:
            return nil
        case .bytes(let bytes):
            let path = (side == .old ? file.oldPath : file.newPath) ?? file.path
            return ParsedSource(path: path, bytes: bytes, grammars: grammars)
        case .unknown:
            return ParsedSource.sparse(file: file, side: side, grammars: grammars)
        }
    }

    private func size(_ content: FileContent) -> Int {
        switch content {
        case .bytes(let bytes): bytes.count
        case .absent: 0
        case .unknown: file.hunks.reduce(0) { $0 + $1.bodyRange.count }
        }
    }
}
