import Synchronization

/// A value that is replaced as a whole while others read it: whoever has taken it keeps what they took.
package final class Live<Value: Sendable>: Sendable {
    private let box: Mutex<Value>

    package init(_ value: Value) {
        box = Mutex(value)
    }

    package var value: Value { box.withLock { $0 } }

    package func replace(with value: Value) {
        box.withLock { $0 = value }
    }
}
