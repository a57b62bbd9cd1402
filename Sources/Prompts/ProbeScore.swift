package import Diffs

/// What a model made of the probes.
///
/// `quality` = V × H × (1 − F ÷ 2), each a share from 0 to 1:
/// V, usable answers among all answers;
/// H, hits among the seeded changes with a usable answer: a finding on an expected line;
/// F, false alarms among all changes with a usable answer: a finding on a clean change, or, on a seeded one, a finding
/// on a line that is not expected.
/// A model that flags everything everywhere gets half of what its hits are worth; one that says nothing gets 0.
package struct ProbeScore: Sendable, Equatable {
    /// What was found on one probe, as far as it passed the gates.
    package struct Answer: Sendable {
        package let probe: Probe
        /// Nil: no usable answer came, after the repair.
        package let places: [Place]?

        package init(probe: Probe, places: [Place]?) {
            self.probe = probe
            self.places = places
        }
    }

    package struct Place: Sendable, Hashable {
        package let side: Side
        package let line: Int?

        package init(side: Side, line: Int?) {
            self.side = side
            self.line = line
        }
    }

    package private(set) var probes = 0
    package private(set) var usable = 0
    package private(set) var seeded = 0
    package private(set) var hits = 0
    package private(set) var clean = 0
    /// Clean changes with a finding.
    package private(set) var cleanAlarms = 0
    /// Seeded changes with a finding where none is expected.
    package private(set) var strayAlarms = 0

    package init(_ answers: [Answer]) {
        for answer in answers {
            probes += 1
            guard let places = answer.places else { continue }
            usable += 1
            switch answer.probe.kind {
            case .clean:
                clean += 1
                if !places.isEmpty { cleanAlarms += 1 }
            case .seeded:
                seeded += 1
                let hit = places.filter { answer.probe.isHit(side: $0.side, line: $0.line) }
                if !hit.isEmpty { hits += 1 }
                if hit.count < places.count { strayAlarms += 1 }
            }
        }
    }

    package var validShare: Double { Self.share(usable, of: probes) }
    /// Of the seeded changes that were answered, those whose very line was found.
    package var hitShare: Double { Self.share(hits, of: seeded) }
    /// Of the clean changes that were answered, those with a finding.
    package var cleanAlarmShare: Double { Self.share(cleanAlarms, of: clean) }

    /// 0 to 1, as `quality` in the configuration.
    package var quality: Double {
        validShare * hitShare * (1 - Self.share(cleanAlarms + strayAlarms, of: usable) / 2)
    }

    private static func share(_ part: Int, of whole: Int) -> Double { whole > 0 ? Double(part) / Double(whole) : 0 }
}
