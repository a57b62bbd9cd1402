import CTreeSitter

/// The loaded tree-sitter library.
///
/// Sendable: the table is complete before `init` returns, is never written again, and lives as long as the process.
struct Core: @unchecked Sendable {
    let functions: UnsafePointer<cts_core>

    /// The versions of grammars that the library of this table reads.
    static let grammarVersions = 13...15

    init(file: String) throws(LoadingProblem) {
        var problem = [CChar](repeating: 0, count: 512)
        guard let functions = cts_open_core(file, &problem, problem.count) else {
            throw LoadingProblem(reason: text(ofNulTerminated: problem))
        }
        self.functions = functions
    }

    /// Opens the grammar of `language` in `directory`.
    func grammar(_ language: Language, in directory: String) throws(LoadingProblem) -> Grammar {
        var problem = [CChar](repeating: 0, count: 512)
        let opened = cts_open_language(
            directory + "/" + language.grammarFile, "tree_sitter_" + language.grammarName, language.grammarMethod,
            &problem, problem.count)
        guard let opened else { throw LoadingProblem(reason: text(ofNulTerminated: problem)) }
        let version = Int(functions.pointee.language_abi_version(opened))
        guard Self.grammarVersions.contains(version) else {
            throw LoadingProblem(reason: "the grammar has format \(version); \(Self.grammarVersions) can be read")
        }
        return Grammar(core: self, language: language, pointer: opened, version: version)
    }
}

/// Why the library or a grammar cannot be used.
struct LoadingProblem: Error {
    let reason: String
}

private func text(ofNulTerminated characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
