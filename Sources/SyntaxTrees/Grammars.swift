import Glibc
import Synchronization

/// The grammars of one directory, each loaded when first asked for. Everything works, with less to say, when the
/// directory or a grammar in it is missing.
package final class Grammars: Sendable {
    /// Files larger than this are not parsed.
    package static let largestSource = 2 * 1024 * 1024

    /// Whether a language's trees can be had.
    package enum Availability: Equatable, Sendable {
        /// With the format version of the grammar.
        case available(version: Int)
        case missing(reason: String)
    }

    package let directory: String?
    private let timeLimit: Duration
    private let loaded = Mutex(Loaded())

    private struct Loaded {
        var core: Result<Core, LoadingProblem>?
        var grammars: [Language: Result<Grammar, LoadingProblem>] = [:]
    }

    /// - Parameters:
    ///   - directory: Holds `core.so` and a `.so` file a grammar, as the set-up puts them there; nil: no grammars.
    ///     Must be the operator's: its files are loaded into this process.
    ///   - timeLimit: The processor time one parse may take.
    package init(directory: String?, timeLimit: Duration = .seconds(2)) {
        self.directory = directory
        self.timeLimit = timeLimit
    }

    package func availability(of language: Language) -> Availability {
        switch load(language) {
        case .success(let grammar): .available(version: grammar.version)
        case .failure(let problem): .missing(reason: problem.reason)
        }
    }

    /// Parses a file.
    ///
    /// - Returns: Nil if there is no grammar, the source is larger than `largestSource`, it is one the grammar is known
    ///   to misread, or the time limit was reached.
    package func parse(_ bytes: [UInt8], as language: Language) -> SyntaxTree? {
        guard bytes.count <= Self.largestSource, Self.isReadable(bytes, language),
            case .success(let grammar) = load(language)
        else { return nil }
        return grammar.parse(bytes, limit: timeLimit)
    }

    /// Compiles a query; keep the result, compiling takes longer than running.
    package func query(_ source: String, for language: Language) throws(QueryError) -> Query {
        switch load(language) {
        case .success(let grammar): try Query(source, grammar: grammar)
        case .failure(let problem): throw QueryError(kind: .noGrammar(problem.reason), offset: 0)
        }
    }

    private func load(_ language: Language) -> Result<Grammar, LoadingProblem> {
        guard let directory else {
            return .failure(LoadingProblem(reason: "no directory with grammars was found"))
        }
        return loaded.withLock { loaded in
            if let known = loaded.grammars[language] { return known }
            let core = loaded.core ?? Result { () throws(LoadingProblem) in try Core(file: directory + "/core.so") }
            loaded.core = core
            let grammar = core.flatMap { core in
                Result { () throws(LoadingProblem) in try core.grammar(language, in: directory) }
            }
            loaded.grammars[language] = grammar
            return grammar
        }
    }

    /// The YAML scanner counts rows in 16 bits and sees errors in every longer file.
    private static func isReadable(_ bytes: [UInt8], _ language: Language) -> Bool {
        guard language == .yaml else { return true }
        var rows = 0
        for byte in bytes where byte == 0x0A { rows += 1 }
        return rows < 32_767
    }
}
