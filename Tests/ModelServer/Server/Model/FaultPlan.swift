import Synchronization

/// Which behaviour each request meets: first those of the script, one a request; then, by chance, one of the faults;
/// else the usual one. A run is repeated by its seed.
package final class FaultPlan: Sendable {
    package struct Chance: Sendable {
        package var behaviour: Behaviour
        /// From 0 to 1.
        package var probability: Double

        package init(_ behaviour: Behaviour, probability: Double) {
            self.behaviour = behaviour
            self.probability = probability
        }
    }

    private struct State {
        var script: [Behaviour] = []
        var usual = Behaviour.prompt
        var chances: [Chance] = []
        var random: UInt64
    }

    private let state: Mutex<State>

    package init(seed: UInt64 = 0) {
        state = Mutex(State(random: seed))
    }

    /// Adds behaviours for the next requests, one each.
    package func queue(_ behaviours: Behaviour...) {
        state.withLock { $0.script += behaviours }
    }

    package func setUsual(_ behaviour: Behaviour, chances: [Chance] = []) {
        state.withLock {
            $0.usual = behaviour
            $0.chances = chances
        }
    }

    func next() -> Behaviour {
        state.withLock { state in
            if !state.script.isEmpty { return state.script.removeFirst() }
            var point = Double(FaultPlan.draw(&state.random) >> 11) / Double(1 << 53)
            for chance in state.chances {
                if point < chance.probability { return chance.behaviour }
                point -= chance.probability
            }
            return state.usual
        }
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
