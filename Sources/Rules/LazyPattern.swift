import Patterns
import Synchronization

/// A regular expression of a rule file that is compiled when it is first needed, so that loading rules stays cheap.
final class LazyPattern: Sendable {
    let source: String
    let ignoresCase: Bool
    private let compiled = Mutex<State>(.untried)

    private enum State {
        case untried
        case ready(Pattern)
        case invalid
    }

    init(_ source: String, ignoresCase: Bool = false) {
        self.source = source
        self.ignoresCase = ignoresCase
    }

    private var pattern: Pattern? {
        compiled.withLock { state in
            switch state {
            case .ready(let pattern): return pattern
            case .invalid: return nil
            case .untried:
                guard let pattern = try? Pattern(source, options: .init(ignoresCase: ignoresCase))
                else {
                    state = .invalid
                    return nil
                }
                state = .ready(pattern)
                return pattern
            }
        }
    }

    /// Whether the expression is well formed.
    var isValid: Bool { pattern != nil }

    func matches(_ bytes: ArraySlice<UInt8>) -> Bool { pattern?.isMatch(in: bytes) ?? false }
    func matches(_ bytes: [UInt8]) -> Bool { pattern?.isMatch(in: bytes) ?? false }
}
