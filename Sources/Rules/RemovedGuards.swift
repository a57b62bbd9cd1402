import Diffs
import Domain
import SyntaxTrees

/// Access checks that a change takes away and does not put elsewhere.
struct RemovedGuards {
    init(_ change: [ChangedSource]) {}
    func findings(in changed: ChangedSource) -> [Finding] { [] }
}
