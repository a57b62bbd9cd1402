package import Domain

/// What was seen of a model's work in a category.
package struct QualityEvidence: Sendable, Codable, Hashable {
    /// Seeded defects that a probe or an evaluation put before the model, found and not found. An answer that could not
    /// be used found nothing.
    package var found: Int
    package var missed: Int
    /// Findings of real reviews that the gates let pass, and that they rejected.
    package var accepted: Int
    package var rejected: Int

    package init(found: Int = 0, missed: Int = 0, accepted: Int = 0, rejected: Int = 0) {
        self.found = max(0, found)
        self.missed = max(0, missed)
        self.accepted = max(0, accepted)
        self.rejected = max(0, rejected)
    }

    package static func + (left: QualityEvidence, right: QualityEvidence) -> QualityEvidence {
        QualityEvidence(
            found: left.found &+ right.found, missed: left.missed &+ right.missed,
            accepted: left.accepted &+ right.accepted, rejected: left.rejected &+ right.rejected)
    }

    package var isEmpty: Bool { found == 0 && missed == 0 && accepted == 0 && rejected == 0 }
}

/// A model's quality for a category: the share of the defects a senior reviewer would flag that it finds.
///
/// The belief is a Beta distribution (A. Gelman et al., Bayesian Data Analysis, 2.1). It begins at the catalogue's
/// figure with the weight of `priorCases` cases and moves by one case for each seeded defect. A gate's verdict says only
/// that a finding is well-formed and sits on real code, so it counts a twentieth of a case, and all verdicts together
/// never more than `mostVerdictCases`.
package struct QualityBelief: Sendable, Hashable {
    /// Cases that the catalogue's considered guess is worth, and an assumed figure.
    package static let priorCases = 20.0
    package static let assumedCases = 4.0
    static let verdictCases = 0.05
    static let mostVerdictCases = 10.0

    /// 0 to 1.
    package let mean: Double
    /// Cases the belief rests on, those of the prior included.
    package let cases: Double

    /// - Parameter isAssumed: The prior is nobody's figure.
    package init(prior: Double, isAssumed: Bool, evidence: QualityEvidence) {
        let start = min(max(prior.isFinite ? prior : 0, 0), 1)
        let weight = isAssumed ? QualityBelief.assumedCases : QualityBelief.priorCases
        let verdicts = Double(evidence.accepted) + Double(evidence.rejected)
        let each =
            verdicts > 0
            ? min(QualityBelief.verdictCases, QualityBelief.mostVerdictCases / verdicts) : 0
        let good = Double(evidence.found) + each * Double(evidence.accepted)
        let all = Double(evidence.found) + Double(evidence.missed) + each * verdicts
        mean = (start * weight + good) / (weight + all)
        cases = weight + all
    }
}

extension RoutableModel {
    /// Moves the model's quality by what was seen of it; a quality written in the configuration stays as written.
    ///
    /// - Parameter seen: By category.
    package mutating func learn(_ seen: [Category: QualityEvidence]) {
        guard !qualityIsWritten else { return }
        let isAssumed = assumed.contains("quality")
        for (category, evidence) in seen where !evidence.isEmpty {
            quality[category] =
                QualityBelief(prior: self.quality(for: category), isAssumed: isAssumed, evidence: evidence).mean
        }
        guard seen.values.contains(where: { $0.found + $0.missed > 0 }) else { return }
        // Cases were counted: it is an assumption no longer.
        assumed.removeAll { $0 == "quality" }
        let mean = quality.values.reduce(0, +) / Double(max(1, quality.count))
        qualityOutOfTen = ExactDecimal(mantissa: Int64((mean * 1000).rounded()), exponent: -2)
        isProbed = true
    }
}
