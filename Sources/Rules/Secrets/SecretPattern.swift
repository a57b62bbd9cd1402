package import Patterns
import Synchronization

/// A pattern compiled when it is first needed: most rules never meet their keyword.
package final class SecretPattern: Sendable {
    package let source: String
    private let compiled = Mutex<State>(.untried)

    private enum State {
        case untried
        case ready(Pattern)
        case broken(PatternError)
    }

    package init(_ source: String) {
        self.source = source
    }

    /// The compiled pattern; the same error each time if the source is not a pattern.
    package func pattern() throws(PatternError) -> Pattern {
        let state = compiled.withLock { state in
            if case .untried = state {
                do throws(PatternError) {
                    state = .ready(try Pattern(source))
                } catch {
                    state = .broken(error)
                }
            }
            return state
        }
        switch state {
        case .ready(let pattern): return pattern
        case .broken(let error): throw error
        case .untried: throw PatternError(source: source, reason: "it was not compiled")
        }
    }

    func matches(in bytes: UnsafeRawBufferPointer, limit: Int) -> [Pattern.Match] {
        (try? pattern())?.matches(in: bytes, limit: limit) ?? []
    }

    func isMatch(in bytes: UnsafeRawBufferPointer) -> Bool {
        (try? pattern())?.isMatch(in: bytes) ?? false
    }

    func isMatch(in bytes: some Collection<UInt8>) -> Bool {
        Array(bytes).withUnsafeBytes { isMatch(in: $0) }
    }
}
