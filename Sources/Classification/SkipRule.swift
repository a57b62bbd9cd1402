import Diffs

/// Why no model need look at a segment. The static rules look all the same, and the risk is computed all the same.
///
/// Each rule says only what the diff proves: a rule that a change could satisfy while changing what the program does
/// would be a place to hide in.
enum SkipRule: String, CaseIterable, Sendable {
    /// A file was moved and nothing in it changed.
    case renameOnly = "rename-only"
    case copyOnly = "copy-only"
    case modeOnly = "mode-only"
    case binary = "binary"
    /// A file without text came or went.
    case emptyFile = "empty-file"
    case lockFile = "lock-file"
    case generated = "generated"
    case vendored = "vendored"
    case blankLines = "blank-lines"
    case whitespaceOnly = "whitespace-only"
    case commentOnly = "comment-only"
    case importOnly = "import-only"

    /// The rule for a file without hunks; nil for a submodule, whose new commit brings code that the diff does not show.
    static func rule(forFileWithoutHunks file: FileDiff) -> SkipRule? {
        switch file.status {
        case .renamed: .renameOnly
        case .copied: .copyOnly
        case .mode: .modeOnly
        case .binary: .binary
        case .submodule: nil
        case .added, .deleted, .modified: file.isBinary ? .binary : .emptyFile
        }
    }

    /// The rule for a segment, or nil. `suspicious` is set when a rule about the place of a file was refused because of
    /// what its lines hold.
    static func rule(
        for shape: SegmentShape, tally: Tally, traits: FileTraits, isGeneratedInBase: Bool, suspicious: inout Bool
    ) -> SkipRule? {
        let kinds = traits.kinds
        if kinds.contains(.lock) {
            guard tally(.hidden, Tally.added) > 0 else { return .lockFile }
            suspicious = true
        }
        if kinds.contains(.generated) || kinds.contains(.vendored) || isGeneratedInBase {
            guard hidesCode(tally) else {
                return kinds.contains(.vendored) ? .vendored : .generated
            }
            suspicious = true
        }
        let changed = shape.removed &+ shape.added
        guard changed > 0 else { return nil }
        if shape.isWhitespaceOnly {
            return tally.changed(.blank) == changed ? .blankLines : .whitespaceOnly
        }
        if tally.changed(.blank) == changed, traits.style.role == .code, !shape.touchesOpenString {
            return .blankLines
        }
        if shape.isProvenComment, !shape.hasDirective { return .commentOnly }
        if shape.isProvenImport, !shape.newModules, tally.changed(.importing) > 0, traits.style.role == .code {
            return .importOnly
        }
        return nil
    }

    /// Lines that have no business in generated or foreign code unless somebody put them there by hand.
    private static func hidesCode(_ tally: Tally) -> Bool {
        let runs =
            tally.words(.execute, Tally.added) > tally.words(.execute, Tally.removed) && tally(.call, Tally.added) > 0
        return runs || tally(.hidden, Tally.added) > 0 || tally(.blob, Tally.added) > 0
    }
}
