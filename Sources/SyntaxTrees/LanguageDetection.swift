package import Diffs

extension Language {
    /// The language of a file by its name, else its extension, else the interpreter its first line names.
    ///
    /// - Parameter contents: The file or its start; decides between C and C++ for `.h`, and is read for a shebang.
    package init?(path: Path, contents: ArraySlice<UInt8>? = nil) {
        let name = String(decoding: path.lastComponent, as: UTF8.self)
        if let known = Self.fileNames[name] {
            self = known
            return
        }
        if let bytes = path.fileExtension {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let known = Self.extensions[text] ?? Self.extensions[text.lowercased()] else { return nil }
            self = known == .c && text == "h" && contents.map(Self.looksLikeCpp) == true ? .cpp : known
            return
        }
        guard let contents, let interpreted = Self.interpreter(of: contents) else { return nil }
        self = interpreted
    }

    private static let fileNames: [String: Language] = [
        "Gemfile": .ruby, "Rakefile": .ruby, "Podfile": .ruby, "Vagrantfile": .ruby, "Brewfile": .ruby,
        "Guardfile": .ruby, "Fastfile": .ruby, "Appfile": .ruby, "Dangerfile": .ruby, "Capfile": .ruby,
        "SConstruct": .python, "SConscript": .python, "wscript": .python,
        ".bashrc": .bash, ".bash_profile": .bash, ".bash_aliases": .bash, ".bash_logout": .bash, ".profile": .bash,
        ".envrc": .bash, "PKGBUILD": .bash, "APKBUILD": .bash,
        ".babelrc": .json, ".eslintrc": .json, ".prettierrc": .json, ".swift-format": .json, "composer.lock": .json,
        "Pipfile.lock": .json, ".clang-format": .yaml, ".clang-tidy": .yaml, ".clangd": .yaml,
        "pubspec.lock": .yaml,
    ]

    private static let extensions: [String: Language] = [
        "py": .python, "pyi": .python, "pyw": .python, "py3": .python, "wsgi": .python, "gyp": .python,
        "js": .javascript, "mjs": .javascript, "cjs": .javascript, "jsx": .javascript, "es6": .javascript,
        "ts": .typescript, "mts": .typescript, "cts": .typescript, "tsx": .tsx,
        "go": .go,
        "java": .java,
        "rb": .ruby, "rake": .ruby, "gemspec": .ruby, "ru": .ruby, "podspec": .ruby, "rbw": .ruby, "jbuilder": .ruby,
        "rs": .rust,
        "c": .c, "h": .c,
        "cc": .cpp, "cpp": .cpp, "cxx": .cpp, "c++": .cpp, "hpp": .cpp, "hh": .cpp, "hxx": .cpp, "h++": .cpp,
        "ipp": .cpp, "inl": .cpp, "tpp": .cpp, "txx": .cpp, "cu": .cpp, "cuh": .cpp, "ino": .cpp, "C": .cpp,
        "H": .cpp,
        "cs": .csharp, "csx": .csharp,
        "php": .php, "phtml": .php, "php3": .php, "php4": .php, "php5": .php, "php7": .php, "phps": .php,
        "kt": .kotlin, "kts": .kotlin,
        "swift": .swift, "swiftinterface": .swift,
        "sh": .bash, "bash": .bash, "ksh": .bash, "bats": .bash, "ebuild": .bash, "command": .bash,
        "json": .json, "jsonl": .json, "ndjson": .json, "geojson": .json, "webmanifest": .json, "har": .json,
        "ipynb": .json, "avsc": .json, "topojson": .json,
        "yaml": .yaml, "yml": .yaml,
        "html": .html, "htm": .html, "xhtml": .html,
        "css": .css,
    ]

    private static let interpreters: [String: Language] = [
        "python": .python, "pypy": .python, "node": .javascript, "nodejs": .javascript, "bun": .javascript,
        "deno": .typescript, "ts-node": .typescript, "tsx": .typescript, "ruby": .ruby, "jruby": .ruby, "php": .php,
        "sh": .bash, "bash": .bash, "dash": .bash, "ksh": .bash, "ash": .bash, "swift": .swift, "kotlin": .kotlin,
    ]

    /// The language of the interpreter on a `#!` line, looking through `env` and version suffixes.
    private static func interpreter(of contents: ArraySlice<UInt8>) -> Language? {
        guard contents.starts(with: [0x23, 0x21]) else { return nil }
        let line = contents.prefix(256).prefix { $0 != 0x0A && $0 != 0x0D }
        let words = line.dropFirst(2).split { $0 == 0x20 || $0 == 0x09 }
        for word in words.prefix(6) {
            let text = String(decoding: word, as: UTF8.self)
            if text.hasPrefix("-") || text.contains("=") { continue }
            let name = text.split(separator: "/").last.map(String.init) ?? text
            if name == "env" { continue }
            if let known = interpreters[name] { return known }
            let unversioned = String(name.prefix { !$0.isNumber })
            return interpreters[unversioned.hasSuffix("-") ? String(unversioned.dropLast()) : unversioned]
        }
        return nil
    }

    /// Whether a header uses what C does not have. Looks at the first 64 kB.
    private static func looksLikeCpp(_ contents: ArraySlice<UInt8>) -> Bool {
        for line in contents.prefix(65_536).split(separator: 0x0A) {
            let text = line.drop { $0 == 0x20 || $0 == 0x09 }
            for mark in cppMarks where text.starts(with: mark) { return true }
        }
        return false
    }

    private static let cppMarks: [[UInt8]] = [
        "class ", "namespace ", "template<", "template <", "public:", "private:", "protected:", "using ", "constexpr ",
        "virtual ", "explicit ", "#include <string>", "#include <vector>", "#include <memory>", "#include <map>",
        "#include <cstd", "#include <iostream>", "#include <functional>", "inline namespace ", "enum class ",
        "friend ", "operator", "std::",
    ].map { Array($0.utf8) }
}
