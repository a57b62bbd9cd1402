import Synchronization

/// What of a prompt was seen before, so that usage shows cached tokens as the provider would.
final class PromptCache: Sendable {
    private let seen = Mutex<Set<String>>([])

    /// Whether this beginning of a prompt was sent to the model before; remembers it.
    func knows(_ beginning: String, of model: String) -> Bool {
        !seen.withLock { $0.insert(model + "\u{0}" + beginning).inserted }
    }
}
