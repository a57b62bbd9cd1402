import Diffs

/// How the text of a file is read without a grammar: its comments, strings and whether its whitespace means anything.
///
/// By file name alone, since a scanner for hunks sees neither the beginning of the file nor its end.
struct SourceStyle: Sendable {
    /// How much of the whitespace of a file may change without changing what it does.
    enum Whitespace: Sendable {
        /// Spaces and line breaks between tokens mean nothing.
        case free
        /// Line breaks mean something, spaces between tokens do not.
        case lines
        /// Only the space at the edges of a line means nothing: `f -1` is not `f - 1`.
        case edges
        /// Anything may mean something.
        case significant
    }

    enum Role: Sendable {
        case code, script, markup, style, data, prose, unknown
    }

    var role: Role
    var whitespace: Whitespace
    var slashComments = false  // "//"
    var starComments = false  // "/* … */"
    var hashComments = false
    var dashComments = false  // "--"
    var semicolonComments = false
    var percentComments = false
    var markupComments = false  // "<!-- … -->"
    var tripleQuotes = false
    var backticks = false

    static let unknown = SourceStyle(role: .unknown, whitespace: .significant)

    /// The style that goes with a file's name; `.unknown` claims nothing and so allows no comment or whitespace skip.
    init(path: Path) {
        let name = lowercased(path.lastComponent, limit: 64)
        let suffix = path.fileExtension.map { lowercased($0, limit: 16) } ?? ""
        self = SourceStyle.byName[name] ?? SourceStyle.bySuffix[suffix] ?? .unknown
    }

    private init(role: Role, whitespace: Whitespace) {
        self.role = role
        self.whitespace = whitespace
    }

    private init(_ role: Role, _ whitespace: Whitespace, _ adjust: (inout SourceStyle) -> Void) {
        self.init(role: role, whitespace: whitespace)
        adjust(&self)
    }

    private static let slashed = SourceStyle(.code, .free) {
        $0.slashComments = true
        $0.starComments = true
    }
    private static let slashedLines = SourceStyle(.code, .lines) {
        $0.slashComments = true
        $0.starComments = true
        $0.tripleQuotes = true
        $0.backticks = true
    }
    private static let swift = SourceStyle(.code, .edges) {
        $0.slashComments = true
        $0.starComments = true
        $0.tripleQuotes = true
    }
    private static let python = SourceStyle(.code, .significant) {
        $0.hashComments = true
        $0.tripleQuotes = true
    }
    private static let hashedCode = SourceStyle(.code, .edges) {
        $0.hashComments = true
        $0.backticks = true
    }
    private static let shell = SourceStyle(.script, .significant) {
        $0.hashComments = true
        $0.backticks = true
    }
    private static let hashedData = SourceStyle(.data, .significant) { $0.hashComments = true }
    private static let plainData = SourceStyle(role: .data, whitespace: .significant)
    private static let prose = SourceStyle(role: .prose, whitespace: .significant)
    private static let markup = SourceStyle(.markup, .significant) { $0.markupComments = true }
    private static let sheet = SourceStyle(.style, .free) { $0.starComments = true }
    private static let sql = SourceStyle(.code, .free) {
        $0.dashComments = true
        $0.starComments = true
    }
    private static let dashed = SourceStyle(.code, .significant) { $0.dashComments = true }
    private static let lisp = SourceStyle(.code, .significant) { $0.semicolonComments = true }
    private static let php = SourceStyle(.code, .free) {
        $0.slashComments = true
        $0.starComments = true
        $0.hashComments = true
    }

    private static let byName: [String: SourceStyle] = table([
        (
            "makefile gnumakefile dockerfile containerfile justfile jenkinsfile vagrantfile cmakelists.txt .gitlab-ci.yml",
            shell
        ),
        ("gemfile rakefile podfile fastfile appfile brewfile guardfile capfile dangerfile config.ru", hashedCode),
        ("readme license licence changelog changes authors contributing copying notice spec", prose),
        ("go.mod go.work", SourceStyle(.data, .lines) { $0.slashComments = true }),
        (".gitignore .dockerignore .npmignore .gitattributes .editorconfig codeowners .env .mailmap", hashedData),
    ])

    private static let bySuffix: [String: SourceStyle] = table([
        ("c h cc hh cpp cxx hpp hxx m mm java cs rs zig d glsl cu proto thrift sol", slashed),
        ("js jsx mjs cjs ts tsx mts cts go kt kts scala groovy gradle dart v vala as hx", slashedLines),
        ("swift", swift),
        ("py pyi pyx pyw gyp bzl star", python),
        ("rb rake gemspec ru podspec pl pm t r jl ex exs cr awk", hashedCode),
        ("sh bash zsh fish ksh ps1 psm1 mk cmake dockerfile nix", shell),
        ("yml yaml toml ini cfg conf properties env desktop service tf tfvars hcl pem lock", hashedData),
        (
            "json jsonc json5 csv tsv snap map svg plist strings po pot resx xcstrings pbxproj ipynb geojson crt key",
            plainData
        ),
        ("md markdown mdx rst adoc asciidoc txt rdoc textile org tex bib 1 3 8", prose),
        (
            "html htm xhtml xml xsl xslt vue svelte erb ejs hbs haml slim pug jsp twig jinja j2 tmpl mustache csproj storyboard xib",
            markup
        ),
        ("css scss less sass styl", sheet),
        ("sql psql plsql ddl", sql),
        ("lua hs elm purs adb ads vhd vhdl", dashed),
        ("lisp clj cljs cljc edn el scm rkt asm s", lisp),
        ("php phtml php5 inc", php),
        ("erl hrl", SourceStyle(.code, .significant) { $0.percentComments = true }),
    ])

    private static func table(_ rows: [(String, SourceStyle)]) -> [String: SourceStyle] {
        var result: [String: SourceStyle] = [:]
        for (names, style) in rows {
            for name in names.split(separator: " ") { result[String(name)] = style }
        }
        return result
    }
}

/// ASCII letters lowered; longer input is cut, since no name that is looked up is longer.
func lowercased(_ bytes: ArraySlice<UInt8>, limit: Int) -> String {
    String(decoding: bytes.prefix(limit).map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
}
