package import Diffs
package import Domain
package import Rules
package import SyntaxTrees

/// Files of a change with their trees, kept from the reading for what comes after it, as far as memory allows; the rest
/// is read again when it is asked for.
package struct SourceShelf {
    private let input: ChangeInput
    private let grammars: Grammars?
    private var kept: [Path: ChangedSource] = [:]
    private var keptBytes = 0

    package init(_ input: ChangeInput, grammars: Grammars?) {
        self.input = input
        self.grammars = grammars
    }

    package mutating func keep(_ batch: [ChangedSource]) {
        for source in batch {
            let text = (source.base?.bytes.count ?? 0) + (source.head?.bytes.count ?? 0)
            let size = text + SourceReading.fixedSize
            guard keptBytes + size <= SourceReading.batchBytes else { continue }
            keptBytes += size
            kept[source.file.path] = source
        }
    }

    package var atHand: [Path: ChangedSource] { kept }

    /// Lines around some findings of one file, by their identity.
    ///
    /// - Parameter all: Every finding of the file: what one says of a line counts for the frames of the others.
    package func frames(around findings: [Finding], among all: [Finding], scanner: SecretScanner) -> [String: CodeFrame]
    {
        guard let path = findings.first?.path, let source = sources([path]).first else { return [:] }
        var framing = Framing(of: source, scanner: scanner, credentials: CredentialLines(all))
        var frames: [String: CodeFrame] = [:]
        for finding in findings where finding.path == path {
            frames[finding.identity] = framing.frame(around: finding)
        }
        return frames
    }

    /// The files of these paths, in the order of the change.
    package func sources(_ paths: [Path]) -> [ChangedSource] {
        let wanted = Set(paths)
        var result = paths.compactMap { kept[$0] }
        let missing = input.diff.files.filter { wanted.contains($0.path) && kept[$0.path] == nil }
        SourceReading(grammars: grammars).forEachBatch(of: missing, contents: input.contents) { batch in
            result += batch.sources
        }
        return result
    }
}
