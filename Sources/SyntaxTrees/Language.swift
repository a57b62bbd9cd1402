/// The languages Hunkwise has grammars for; the raw value names the grammar's file.
package enum Language: String, CaseIterable, Sendable {
    case python, javascript, typescript, tsx, go, java, ruby, rust, c, cpp, csharp, php, kotlin, swift, bash, json, yaml
    case html, css
}

extension Language {
    /// What the grammar's own name is, where it is not the raw value.
    var grammarName: String {
        self == .csharp ? "c_sharp" : rawValue
    }

    /// The file in the grammar directory; TypeScript and TSX come in one.
    var grammarFile: String {
        (self == .tsx ? Language.typescript : self).rawValue + ".so"
    }

    /// The method of the grammar's Python module that hands out the language.
    var grammarMethod: String {
        switch self {
        case .typescript, .tsx, .php: "language_" + rawValue
        default: "language"
        }
    }
}
