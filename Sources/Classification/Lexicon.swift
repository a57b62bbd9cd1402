/// Looks words up by their hash: one probe or two a word, no bytes compared, nothing allocated.
///
/// The table is small against 64 hash bits; a word that collides with an entry on purpose can only make a hunk look
/// more eventful.
struct Lexicon: Sendable {
    /// Bit n: the class with raw value n.
    typealias Classes = UInt64

    static let shared = Lexicon()

    private let hashes: FixedTable<UInt64>
    private let classes: FixedTable<Classes>
    private let mask: Int

    static let hashSeed: UInt64 = 0xCBF2_9CE4_8422_2325

    /// FNV-1a, a byte at a time, so that it can be computed while a word is scanned.
    @inline(__always)
    static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    /// The word class as a bit.
    @inline(__always)
    static func bit(_ wordClass: WordClass) -> Classes { 1 << Classes(wordClass.rawValue) }

    /// Words that begin a statement.
    static var acting: Classes { bit(.branch) | bit(.loop) | bit(.exit) | bit(.raise) | bit(.handle) }

    /// Words that count inside a string as well: what a string is for shows in them.
    static var tellingWhenQuoted: Classes { bit(.sql) | bit(.crypto) | bit(.execute) | bit(.secret) }

    /// Words that an edit may not swap for another and still count as renaming.
    static var structural: Classes {
        acting | bit(.declare) | bit(.null) | bit(.truth) | bit(.visibility) | bit(.guarding) | bit(.limit)
            | bit(.async)
    }

    /// A word that, in a comment, speaks to a tool: comments holding it are not only comments.
    static let directive: Classes = 1 << 62
    /// Such a word only when ":" follows or "@" precedes.
    static let maybeDirective: Classes = 1 << 61
    /// Words that open a declaration of something that others call or hold.
    static let declaration: Classes = 1 << 60
    static let typeDeclaration: Classes = 1 << 59
    /// Words that may stand before a declaration.
    static let modifier: Classes = 1 << 58
    /// The words an import line begins with.
    static let importing: Classes = 1 << 57

    /// Words that close a block.
    static let closing: Classes = 1 << 56

    // What the names of access checks are made of; see `GuardWords`.

    /// "require" in `require_owner`.
    static let demanding: Classes = 1 << 55
    /// "is" in `isAuthenticated`.
    static let asking: Classes = 1 << 54
    /// "owner" in `require_owner`.
    static let access: Classes = 1 << 53
    /// A word that is hardly used but for access checks.
    static let guardian: Classes = 1 << 52
    /// "exempt" in `csrf_exempt`.
    static let lifting: Classes = 1 << 51
    /// What a name begins with that carries, makes or reports things.
    static let carrying: Classes = 1 << 50
    /// Words that command the check itself: `authorize!`.
    static let commanding: Classes = 1 << 49

    private static let special: [(Classes, String)] = [
        (
            demanding,
            "require requires required check checks ensure ensures verify validate assert enforce must restrict protect deny"
        ),
        (asking, "is has can only with allow allowed guard"),
        (
            access,
            "auth login logged admin owner ownership access role roles privilege privileges staff superuser"
        ),
        (
            guardian,
            """
            authenticate authenticated authorize authorized authorization authentication permission permissions csrf rbac \
            acl preauthorize postauthorize secured guards throttle throttled antiforgery
            """
        ),
        (commanding, "authenticate authorize"),
        (lifting, "ignore ignores skip skips disable disables disabled exempt bypass anonymous without public"),
        (
            carrying,
            """
            get set new create make build add remove delete update list load store save print log test tests mock error \
            exception config header headers parse format render show to from init url uri fetch find read write generate \
            clear reset encode decode
            """
        ),
        (
            directive,
            """
            eslint nosec noqa pylint mypy pyright pyre flake8 bandit isort yapf rubocop nolint golint nosonar istanbul v8 c8 pragma \
            prettier swiftlint swiftformat shellcheck hadolint codeql semgrep nosemgrep gitleaks lgtm biome oxlint tslint \
            jshint jslint stylelint noinspection checkstyle nopmd spotbugs suppresswarnings clang nolintnextline webpack vite \
            sourcemappingurl sourceurl cgo doctest shfmt tflint checkov tfsec trivy snyk hunkwise frozen_string_literal \
            frozen coding encoding cython linter nocover coverage iwyu nocheck
            """
        ),
        (
            maybeDirective,
            "type ts go lint fmt line export flow build jsx syntax escape internal swift deno ignore disable enable sorbet typed"
        ),
        (
            declaration,
            "def func function fn fun sub subroutine init constructor deinit operator macro subscript method"
        ),
        (
            declaration | typeDeclaration,
            "class struct interface protocol trait enum type typedef module namespace impl extension record union actor object message service"
        ),
        (
            modifier,
            """
            public private protected internal export exported open abstract virtual override final sealed pub extern static async \
            default declare inline mutating nonisolated unsafe const crate package fileprivate readonly partial synchronized \
            native convenience required indirect data suspend
            """
        ),
        (closing, "end fi done esac endif endfor endwhile od"),
        (importing, "import from require include using use package"),
    ]

    init() {
        var entries: [UInt64: Classes] = [:]
        for (bits, words) in Lexicon.special {
            for word in words.utf8.split(separator: UInt8(ascii: " ")) {
                entries[word.reduce(Lexicon.hashSeed) { Lexicon.step($0, $1) }, default: 0] |= bits
            }
        }
        for wordClass in WordClass.allCases {
            for word in wordClass.words.utf8.split(separator: UInt8(ascii: " ")) {
                let hash = word.reduce(Lexicon.hashSeed) { Lexicon.step($0, $1) }
                entries[hash, default: 0] |= 1 << UInt64(wordClass.rawValue)
            }
        }
        var capacity = 64
        while capacity < entries.count &* 4 { capacity &*= 2 }
        var hashes = [UInt64](repeating: 0, count: capacity)
        var classes = [Classes](repeating: 0, count: capacity)
        for (hash, value) in entries {
            var slot = Lexicon.slot(hash, capacity &- 1)
            while hashes[slot] != 0 { slot = (slot &+ 1) & (capacity &- 1) }
            hashes[slot] = hash
            classes[slot] = value
        }
        self.hashes = FixedTable(hashes)
        self.classes = FixedTable(classes)
        mask = capacity &- 1
    }

    @inline(__always)
    private static func slot(_ hash: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & UInt64(mask))
    }

    /// The classes of the word with this hash; 0 when it is not listed.
    @inline(__always)
    func classes(of hash: UInt64) -> Classes {
        var slot = Lexicon.slot(hash, mask)
        // At most a quarter of the slots are taken, so an empty one ends every probe.
        while true {
            let found = hashes[slot]
            if found == hash { return classes[slot] }
            if found == 0 { return 0 }
            slot = (slot &+ 1) & mask
        }
    }
}

extension Lexicon {
    /// All the bits of word classes.
    static var wordClasses: Classes { (1 << Classes(WordClass.count)) &- 1 }

    /// The word classes of all words in a short text such as a path or a title.
    func classes(inWordsOf bytes: some Collection<UInt8>) -> Classes {
        let bytes = Array(bytes)
        var result: Classes = 0
        var hash = Lexicon.hashSeed
        var last: UInt8 = 0
        for (index, byte) in bytes.enumerated() {
            let byteClass = ByteClass.of[Int(byte)]
            let belongs = (byteClass == ByteClass.letter || byteClass == ByteClass.digit) && byte != UInt8(ascii: "_")
            let isCapital = byte >= 0x41 && byte <= 0x5A
            if !belongs
                || isCapital && Lexicon.startsWord(after: last, before: index + 1 < bytes.count ? bytes[index + 1] : 0)
            {
                result |= classes(of: hash)
                hash = Lexicon.hashSeed
            }
            if belongs { hash = Lexicon.step(hash, isCapital ? byte | 0x20 : byte) }
            last = byte
        }
        return (result | classes(of: hash)) & Lexicon.wordClasses
    }

    /// Whether a capital between these bytes starts a word: "jsonParser", and "JSONParser" too.
    @inline(__always)
    static func startsWord(after last: UInt8, before next: UInt8) -> Bool {
        let lastIsCapital = last >= 0x41 && last <= 0x5A
        return !lastIsCapital || next >= 0x61 && next <= 0x7A
    }
}
