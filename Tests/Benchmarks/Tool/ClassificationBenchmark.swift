import Classification
import Diffs
import Fingerprints
import GitRepository
import SyntaxTrees

/// Judging hunks from their bytes alone, on one thread, with their fingerprints: what `classify` does for each hunk.
func benchmarkClassification(file: String) throws {
    let files = try Diff(parsing: try readFile(file)).files
    let classifier = Classifier()
    let sources = files.map { ChangedSource(file: $0, base: nil, head: nil) }
    report("classify.hunks", files.reduce(0) { $0 + $1.hunks.count })
    report("classify.seconds", bestTime(.cpu) { keep(classifier.assess(change: sources)) })
    report(
        "classify_with_fingerprints.seconds",
        bestTime(.cpu) {
            keep(classifier.assess(change: sources))
            keep(HunkFingerprints.all(of: files))
        })
}

/// Judging the hunks of a range with both versions of each file parsed, on one thread. The parser alone is timed on the
/// same texts, so that its share can be told.
func benchmarkTrees(repository path: String, range spelling: String) throws {
    let repository = try Repository(at: path)
    let range = try repository.range(spelling)
    let files = try Diff(parsing: try repository.diff(range).bytes).files
    let grammars = Grammars(directory: Grammars.locate())
    var texts: [(file: FileDiff, base: [UInt8]?, head: [UInt8]?)] = []
    for file in files {
        let base = try file.oldPath.flatMap { try repository.file(at: $0, in: range.base.tree, limit: 2 << 20) }
        let head = try file.newPath.flatMap { try repository.file(at: $0, in: range.head.tree, limit: 2 << 20) }
        texts.append((file, base, head))
    }
    func source(_ path: Path?, _ bytes: [UInt8]?) -> ParsedSource? {
        guard let path, let bytes else { return nil }
        return ParsedSource(path: path, bytes: bytes, grammars: grammars)
    }
    // Grammars are loaded by the first parse; that is counted as cold start, not here.
    for text in texts { keep(source(text.file.path, text.head ?? text.base)) }

    let classifier = Classifier()
    var parsed = 0
    let parsing = bestTime(.cpu) {
        parsed = 0
        for text in texts {
            for case (let path?, let bytes?) in [(text.file.oldPath, text.base), (text.file.newPath, text.head)] {
                guard let language = Language(path: path, contents: bytes[...]) else { continue }
                if let tree = grammars.parse(bytes, as: language) { parsed += tree.bytes.count }
            }
        }
    }
    let whole = bestTime(.cpu) {
        let sources = texts.map {
            ChangedSource(file: $0.file, base: source($0.file.oldPath, $0.base), head: source($0.file.newPath, $0.head))
        }
        keep(classifier.assess(change: sources))
        keep(HunkFingerprints.all(of: files))
    }
    report("trees.hunks", files.reduce(0) { $0 + $1.hunks.count })
    report("trees.bytes", parsed)
    report("trees.parser_seconds", parsing)
    report("trees.seconds", whole)
}
