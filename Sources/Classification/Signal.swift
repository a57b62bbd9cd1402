/// Evidence about a segment that is not the count of a word class. Each has a name that reports show.
enum Signal: Int, CaseIterable, Sendable {
    // What the file is.
    case fileTest, fileDocumentation, filePipeline, fileLock, fileManifest, fileGenerated, fileVendored, fileMigration
    case fileExample, fileData, fileSheet, fileMarkup, fileSource, fileScript, fileInterface, fileTooling
    case fileTranslation, fileUnknown
    // What happened to it.
    case newFile, deletedFile, renamedFile, submodule, binaryCode, becameExecutable
    // How much changed.
    case changedLines, addedLines, removedLines, onlyAdds, onlyRemoves, oneLine, partOfLongHunk
    // What the changed lines are.
    case blankOnly, whitespaceOnly, commentOnly, commentLike, comments, importOnly, imports, newModule, closers,
        keyValues, prose
    case documentation, directive, strings, stringOnly, names, nameOnly, literalOnly, sameShape
    case declarations, typeDeclarations, addsDeclaration, removesDeclaration, changesDeclaration, exported
    case annotationAdded, annotationRemoved
    case comparisonChanged, equalityChanged, logicalChanged, arithmeticChanged, conditionChanged
    case numberChanged, versionChanged, stringChanged, regex
    case calls, operators, assigns, indexing, ternaries, deep, dense, longLine, blob, hidden
    case callCount, comparisonTouched
    case removesCheck, removesGuard, dropsExit, weakensHandling
    // What the syntax tree shows.
    case longFunction
    // What only the whole change shows.
    case moved, repeatedEdit, testsBeside, noTestsBeside, hunksOfFile

    /// The number of cases, as a constant of the compiler.
    static var count: Int { hunksOfFile.rawValue &+ 1 }

    /// `commentOnly` is reported as `comment-only`.
    var name: String {
        var result = ""
        for scalar in "\(self)".unicodeScalars {
            if scalar.properties.isUppercase {
                result += "-" + scalar.properties.lowercaseMapping
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// The coordinates evidence is counted in: each signal, and each word class five times.
enum FeatureSpace {
    /// How a word class takes part in a segment.
    enum Part: Int, CaseIterable, Sendable {
        /// On any changed line.
        case touches
        /// More often on added lines than on removed ones.
        case adds
        /// More often on removed lines than on added ones.
        case removes
        /// On unchanged lines of the hunk or in its header.
        case near
        /// In the path of the file.
        case path
        /// In the title of the commit or pull request.
        case subject
    }

    static var count: Int { Signal.count + (Part.subject.rawValue + 1) * WordClass.count }

    @inline(__always)
    static func index(_ signal: Signal) -> Int { signal.rawValue }

    @inline(__always)
    static func index(_ part: Part, _ wordClass: Int) -> Int {
        Signal.count &+ part.rawValue &* WordClass.count &+ wordClass
    }

    static let names: [String] =
        Signal.allCases.map(\.name)
        + Part.allCases.flatMap { part in WordClass.allCases.map { "\(part)-\($0)" } }
}

/// The evidence of one segment: only what is not zero.
struct Evidence: Sendable {
    struct Item: Sendable {
        let index: Int
        let value: Double
    }

    private(set) var items: [Item] = []

    mutating func add(_ signal: Signal, _ value: Double = 1) {
        if value != 0 { items.append(Item(index: FeatureSpace.index(signal), value: value)) }
    }

    mutating func add(_ signal: Signal, if condition: Bool) {
        if condition { items.append(Item(index: FeatureSpace.index(signal), value: 1)) }
    }

    mutating func add(_ part: FeatureSpace.Part, _ wordClass: Int, _ value: Double) {
        items.append(Item(index: FeatureSpace.index(part, wordClass), value: value))
    }

    mutating func reserve(_ count: Int) { items.reserveCapacity(count) }

    /// Gives back the room that was not needed: the evidence of a whole batch is kept until the last of it is in.
    mutating func trim() { items = items.map(\.self) }

    func value(_ signal: Signal) -> Double {
        items.first { $0.index == FeatureSpace.index(signal) }?.value ?? 0
    }
}
