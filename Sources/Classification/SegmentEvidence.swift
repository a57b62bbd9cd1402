import Diffs
import Domain

/// Turns what was counted in a segment into evidence.
struct SegmentEvidence {
    let traits: FileTraits
    let file: FileDiff

    /// Half for one, nearing one for many.
    @inline(__always)
    static func saturating(_ count: Int) -> Double {
        count <= 0 ? 0 : Double(count) / Double(count &+ 1)
    }

    /// The order of magnitude of a count: 0 for none, 1 for 63.
    static func magnitude(_ count: Int) -> Double {
        guard count > 0 else { return 0 }
        // Bits of the count, with the next bits as a fraction: a logarithm that is the same on every machine.
        let bits = Int.bitWidth &- 1 &- count.leadingZeroBitCount
        let fraction = Double(count) / Double(1 << min(bits, 62)) - 1
        return (Double(bits) + fraction) / 6
    }

    /// Evidence of the file: the same for all its segments.
    func ofFile() -> Evidence {
        var evidence = Evidence()
        evidence.reserve(96)
        let kinds = traits.kinds
        evidence.add(.fileTest, if: kinds.contains(.test))
        evidence.add(.fileDocumentation, if: kinds.contains(.documentation))
        evidence.add(.filePipeline, if: kinds.contains(.pipeline))
        evidence.add(.fileLock, if: kinds.contains(.lock))
        evidence.add(.fileManifest, if: kinds.contains(.manifest))
        evidence.add(.fileGenerated, if: kinds.contains(.generated))
        evidence.add(.fileVendored, if: kinds.contains(.vendored))
        evidence.add(.fileMigration, if: kinds.contains(.migration))
        evidence.add(.fileExample, if: kinds.contains(.example))
        evidence.add(.fileData, if: kinds.contains(.data))
        evidence.add(.fileSheet, if: kinds.contains(.sheet))
        evidence.add(.fileMarkup, if: kinds.contains(.markup))
        evidence.add(.fileSource, if: kinds.contains(.source))
        evidence.add(.fileScript, if: kinds.contains(.script))
        evidence.add(.fileInterface, if: kinds.contains(.interface))
        evidence.add(.fileTooling, if: kinds.contains(.tooling))
        evidence.add(.fileTranslation, if: kinds.contains(.translation))
        evidence.add(.fileUnknown, if: traits.style.role == .unknown)
        evidence.add(.newFile, if: file.oldPath == nil)
        evidence.add(.deletedFile, if: file.newPath == nil)
        evidence.add(.renamedFile, if: file.status == .renamed)
        evidence.add(.submodule, if: file.status == .submodule)
        var words = traits.words
        while words != 0 {
            evidence.add(.path, words.trailingZeroBitCount, 1)
            words &= words &- 1
        }
        if file.hunks.count > 1 { evidence.add(.hunksOfFile, SegmentEvidence.magnitude(file.hunks.count)) }
        return evidence
    }

    /// Adds the evidence of the changed lines.
    func add(_ tally: Tally, shape: SegmentShape, to evidence: inout Evidence) {
        let removed = shape.removed
        let added = shape.added
        let changed = removed &+ added
        guard changed > 0 else { return }
        let lines = Double(changed)
        evidence.add(.changedLines, SegmentEvidence.magnitude(changed))
        evidence.add(.addedLines, SegmentEvidence.magnitude(added))
        evidence.add(.removedLines, SegmentEvidence.magnitude(removed))
        evidence.add(.onlyAdds, if: removed == 0)
        evidence.add(.onlyRemoves, if: added == 0)
        evidence.add(.oneLine, if: added <= 1 && removed <= 1)
        evidence.add(.partOfLongHunk, if: shape.isPart)

        let blank = tally.changed(.blank)
        let comments = tally.changed(.comment)
        let code = max(changed &- blank, 1)
        evidence.add(.blankOnly, if: blank == changed)
        evidence.add(.whitespaceOnly, if: shape.isWhitespaceOnly && blank != changed)
        let imports = tally.changed(.importing)
        let proven = max(comments &+ documentationStrings(tally), shape.treeComments)
        let describing = proven &+ shape.assumedComments
        evidence.add(.commentOnly, if: proven > 0 && proven &+ blank >= changed)
        evidence.add(.commentLike, if: describing > proven && describing &+ blank >= changed)
        evidence.add(.comments, min(1, Double(describing) / Double(code)))
        let listed = imports > 0 || tally(.importing, Tally.context) > 0 ? shape.nameOnly : 0
        evidence.add(.importOnly, if: imports &+ listed > 0 && imports &+ listed &+ blank &+ comments >= changed)
        evidence.add(.imports, min(1, Double(imports &+ listed) / Double(code)))
        evidence.add(.newModule, if: shape.newModules)
        evidence.add(.closers, Double(tally.changed(.closer)) / lines)
        evidence.add(.keyValues, Double(tally.changed(.keyValue)) / Double(code))
        evidence.add(.prose, Double(tally.changed(.prose)) / Double(code))
        evidence.add(.documentation, Double(tally.changed(.documentation)) / Double(code))
        evidence.add(.directive, if: tally.changed(.directive) > 0)
        evidence.add(.strings, min(2, Double(tally.changed(.string)) / Double(code)) / 2)
        evidence.add(.nameOnly, Double(shape.nameOnly) / Double(code))
        let swapped = removed > 0 && added > 0 && shape.hasSameShape
        evidence.add(.sameShape, if: swapped)
        evidence.add(.names, if: swapped && !shape.hasSameNames)
        evidence.add(.literalOnly, if: swapped && shape.hasSameNames)

        evidence.add(.declarations, Double(tally.changed(.declaration)) / Double(code))
        evidence.add(.typeDeclarations, Double(tally.changed(.typeDeclaration)) / Double(code))
        let declared = tally(.declaration, Tally.added)
        let undeclared = tally(.declaration, Tally.removed)
        evidence.add(.addsDeclaration, if: declared > undeclared)
        evidence.add(.removesDeclaration, if: undeclared > declared)
        evidence.add(.changesDeclaration, if: undeclared > 0 && declared > 0)
        evidence.add(.exported, if: tally.changed(.exported) > 0)
        evidence.add(.annotationAdded, if: tally(.annotation, Tally.added) > tally(.annotation, Tally.removed))
        evidence.add(.annotationRemoved, if: tally(.annotation, Tally.removed) > tally(.annotation, Tally.added))

        if removed > 0 && added > 0 {
            evidence.add(.comparisonChanged, if: differs(tally, .comparison))
            evidence.add(.equalityChanged, if: differs(tally, .equality))
            evidence.add(.logicalChanged, if: differs(tally, .logical))
            evidence.add(.arithmeticChanged, if: differs(tally, .arithmetic))
            let branch = tally.words(.branch, Tally.removed) > 0 && tally.words(.branch, Tally.added) > 0
            evidence.add(.conditionChanged, if: branch && !swapped)
            evidence.add(.numberChanged, if: tally(.number, Tally.added) > 0 && tally(.number, Tally.removed) > 0)
            evidence.add(.versionChanged, if: tally(.version, Tally.added) > 0 && tally(.version, Tally.removed) > 0)
            evidence.add(.stringChanged, if: tally(.string, Tally.added) > 0 && tally(.string, Tally.removed) > 0)
        }
        evidence.add(.calls, min(2, Double(tally.changed(.call)) / Double(code)) / 2)
        evidence.add(.callCount, SegmentEvidence.magnitude(tally.changed(.call)))
        evidence.add(.comparisonTouched, if: removed > 0 && added > 0 && tally.changed(.comparison) > 0)
        evidence.add(.operators, min(4, Double(tally.changed(.operators)) / Double(code)) / 4)
        evidence.add(.assigns, min(1, Double(tally.changed(.assign)) / Double(code)))
        evidence.add(.indexing, min(1, Double(tally.changed(.indexing)) / Double(code)))
        evidence.add(.ternaries, if: tally.changed(.ternary) > 0)
        evidence.add(.deep, min(1, Double(tally.changed(.indent)) / Double(code) / 24))
        evidence.add(.dense, min(1, Double(tally.changed(.tokens)) / Double(code) / 20))
        evidence.add(.regex, if: tally.changed(.regex) > 0)
        evidence.add(.longLine, if: tally(.longLine, Tally.added) > 0)
        evidence.add(.blob, if: tally(.blob, Tally.added) > 0)
        evidence.add(.hidden, if: tally(.hidden, Tally.added) > 0)
        removals(tally, shape, &evidence)
        words(tally, &evidence)
    }

    private func documentationStrings(_ tally: Tally) -> Int {
        min(tally.changed(.inString), tally.changed(.documentation))
    }

    private func differs(_ tally: Tally, _ count: Tally.Count) -> Bool {
        tally(count, Tally.added) != tally(count, Tally.removed)
    }

    /// What the code no longer does.
    private func removals(_ tally: Tally, _ shape: SegmentShape, _ evidence: inout Evidence) {
        func fewer(_ wordClass: WordClass) -> Bool {
            tally.words(wordClass, Tally.removed) > tally.words(wordClass, Tally.added)
        }
        let checks =
            fewer(.guarding) || fewer(.auth) && tally.words(.branch, Tally.removed) > 0
            || fewer(.branch) && (fewer(.exit) || fewer(.raise))
        evidence.add(.removesCheck, if: checks)
        if shape.guardsGone > 0, tally(.guards, Tally.added) == 0, !traits.kinds.contains(.test), file.newPath != nil {
            evidence.add(.removesGuard, SegmentEvidence.saturating(shape.guardsGone))
        }
        evidence.add(.dropsExit, if: fewer(.raise) || fewer(.exit) && fewer(.branch))
        evidence.add(.weakensHandling, if: fewer(.handle) || fewer(.error) && fewer(.branch))
    }

    private func words(_ tally: Tally, _ evidence: inout Evidence) {
        for index in 0..<WordClass.count {
            let removed = Int(tally.words[index])
            let added = Int(tally.words[WordClass.count &+ index])
            let near = Int(tally.words[2 &* WordClass.count &+ index])
            if removed | added != 0 {
                evidence.add(.touches, index, SegmentEvidence.saturating(max(removed, added)))
                if added > removed {
                    evidence.add(.adds, index, SegmentEvidence.saturating(added &- removed))
                } else if removed > added {
                    evidence.add(.removes, index, SegmentEvidence.saturating(removed &- added))
                }
            }
            if near != 0 { evidence.add(.near, index, SegmentEvidence.saturating(near)) }
        }
    }
}

/// What is known of the lines of a segment as a whole.
struct SegmentShape {
    var removed = 0
    var added = 0
    /// The hunk was cut into several segments.
    var isPart = false
    var isWhitespaceOnly = false
    /// Removed and added lines are the same but for names and literals.
    var hasSameShape = false
    /// And the names are the same too.
    var hasSameNames = false
    /// Changed lines that look like a comment whose beginning is not in the hunk.
    var assumedComments = 0
    /// Changed lines that the syntax trees say are comment.
    var treeComments = 0
    /// Changed lines that hold just a name, as lists do.
    var nameOnly = 0
    /// An added import names a module that no removed or unchanged import of the hunk names.
    var newModules = false
    /// Every changed line is provably a comment, or blank, and no unchanged line changes between code and comment.
    var isProvenComment = false
    /// Every changed line can only import, or is blank.
    var isProvenImport = false
    var hasDirective = false
    /// Removed lines that name an access check, without those of a declaration that went with them.
    var guardsGone = 0
    /// A multi-line string may reach into the changed lines.
    var touchesOpenString = false
}
