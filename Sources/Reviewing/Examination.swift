package import Classification
package import Diffs
package import Domain
import Fingerprints
package import SyntaxTrees

/// The judged hunks of a change, and what is said of files that could not be looked at in full.
package struct Examination: Sendable {
    package var hunks: [AssessedHunk] = []
    package var notes: [Note] = []
}

/// Reads the files of a change batch by batch, judges their hunks and hands each batch on while its trees are in memory.
package struct Examiner {
    let classifier: Classifier
    let grammars: Grammars?
    let isIgnored: (Path) -> Bool

    /// - Parameter isIgnored: Files the operator or the repository does not want reviewed: judged as skipped.
    package init(
        classifier: Classifier, grammars: Grammars?, isIgnored: @escaping (Path) -> Bool = { _ in false }
    ) {
        self.classifier = classifier
        self.grammars = grammars
        self.isIgnored = isIgnored
    }

    package func examine(
        _ input: ChangeInput, onBatch: ([ChangedSource]) -> Void = { _ in }
    ) -> Examination {
        var examination = Examination()
        var facts = ReadingFacts()
        var fingerprints = HunkFingerprints()
        SourceReading(grammars: grammars).forEachBatch(of: input.diff.files, contents: input.contents) { batch in
            let assessments = classifier.assess(change: batch.sources)
            for (source, judged) in zip(batch.sources, assessments) {
                facts.count(source, grammars)
                let ignored = isIgnored(source.file.path)
                for (index, assessment) in judged.enumerated() {
                    let hunkIndex = source.file.hunks.isEmpty ? nil : index
                    examination.hunks.append(
                        AssessedHunk(
                            file: source.file, hunkIndex: hunkIndex,
                            fingerprint: hunkIndex.map {
                                fingerprints.next(source.file.hunks[$0], path: source.file.path)
                            } ?? HunkFingerprints.ofFileWithoutHunks(source.file),
                            assessment: ignored ? assessment.skipped(by: "ignored-path") : assessment))
                }
            }
            facts.count(batch.unknown)
            onBatch(batch.sources)
        }
        examination.notes = facts.notes
        return examination
    }
}

extension AssessedHunk {
    /// The same hunk with no model to look at it, for the reason named.
    package func skipped(by rule: String) -> AssessedHunk {
        AssessedHunk(
            file: file, hunkIndex: hunkIndex, fingerprint: fingerprint, assessment: assessment.skipped(by: rule))
    }
}

extension Assessment {
    /// The same judgement with no model to look at it.
    fileprivate func skipped(by rule: String) -> Assessment {
        var copy = self
        copy.skip = rule
        for index in copy.segments.indices { copy.segments[index].skip = rule }
        return copy
    }
}

/// What limited the reading, counted over a change and said once.
private struct ReadingFacts {
    private var filesWithoutGrammar: [Language: Int] = [:]
    private var filesNotParsed = 0
    private var unknown: [String: Int] = [:]

    mutating func count(_ source: ChangedSource, _ grammars: Grammars?) {
        guard let head = source.head, let language = head.language, head.tree == nil, !head.bytes.isEmpty else {
            return
        }
        if let grammars, case .available = grammars.availability(of: language) {
            filesNotParsed += 1
        } else {
            filesWithoutGrammar[language, default: 0] += 1
        }
    }

    mutating func count(_ reasons: [String: Int]) {
        unknown.merge(reasons) { $0 + $1 }
    }

    var notes: [Note] {
        var notes: [Note] = []
        if !filesWithoutGrammar.isEmpty {
            let languages = filesWithoutGrammar.keys.map(\.rawValue).sorted().joined(separator: ", ")
            let count = filesWithoutGrammar.values.reduce(0, +)
            notes.append(
                Note(
                    kind: "no-grammar",
                    text: "No grammar for \(languages): \(counted(count, "file")) judged by lines only, syntax not "
                        + "checked. `hunkwise doctor` tells where grammars are looked for."))
        }
        if filesNotParsed > 0 {
            notes.append(
                Note(
                    kind: "not-parsed",
                    text: "\(counted(filesNotParsed, "file")) too large or too slow to parse: judged by lines only."))
        }
        for (reason, count) in unknown.sorted(by: { $0.key < $1.key }) {
            notes.append(
                Note(
                    kind: "hunks-only",
                    text: "\(counted(count, "file")) judged from the hunks alone, gates that need the whole file "
                        + "skipped: \(reason)."))
        }
        return notes
    }
}

/// "1 file", "2 files".
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}
