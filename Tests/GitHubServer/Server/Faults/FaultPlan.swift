import Synchronization

/// Which faults meet which requests: first those queued for an operation, then, by chance, one of those with a
/// probability. Operations are named as in the official description: `pulls/create-review`, `pulls/*`, `*`;
/// `git` is the git endpoint. A run is repeated by its seed.
package final class FaultPlan: Sendable {
    package struct Chance: Sendable {
        package var operations: String
        package var fault: Fault
        /// From 0 to 1.
        package var probability: Double
    }

    private struct State {
        var queue: [(operations: String, fault: Fault)] = []
        var chances: [Chance] = []
        var random: UInt64
        var met: [String: Int] = [:]
    }

    private let state: Mutex<State>

    package init(seed: UInt64 = 0) { state = Mutex(State(random: seed)) }

    /// The next request of these operations meets the first fault, the one after it the second.
    package func queue(_ faults: Fault..., on operations: String = "*") {
        state.withLock { state in state.queue += faults.map { (operations, $0) } }
    }

    /// Each request of these operations meets the fault with a probability, until `clear`.
    package func chance(_ fault: Fault, on operations: String = "*", probability: Double) {
        state.withLock {
            $0.chances.append(Chance(operations: operations, fault: fault, probability: probability))
        }
    }

    package func clear() {
        state.withLock { state in
            state.queue = []
            state.chances = []
        }
    }

    /// How many requests of each operation met a fault.
    package var met: [String: Int] { state.withLock { $0.met } }

    func next(for operation: String) -> Fault? {
        state.withLock { state in
            if let index = state.queue.firstIndex(where: { FaultPlan.matches($0.operations, operation) }) {
                state.met[operation, default: 0] += 1
                return state.queue.remove(at: index).fault
            }
            for chance in state.chances where FaultPlan.matches(chance.operations, operation) {
                let point = Double(FaultPlan.draw(&state.random) >> 11) / Double(1 << 53)
                if point < chance.probability {
                    state.met[operation, default: 0] += 1
                    return chance.fault
                }
            }
            return nil
        }
    }

    static func matches(_ pattern: String, _ operation: String) -> Bool {
        pattern.hasSuffix("*") ? operation.hasPrefix(pattern.dropLast()) : pattern == operation
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private static func draw(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
