import Domain
import Testing

@testable import Routing

@Suite struct QualityBeliefTests {
    private func mean(_ prior: Double, assumed: Bool = false, _ evidence: QualityEvidence) -> Double {
        QualityBelief(prior: prior, isAssumed: assumed, evidence: evidence).mean
    }

    @Test func `Without evidence the prior stands, and cases move it as a Beta distribution moves`() {
        #expect(mean(0.6, QualityEvidence()) == 0.6)
        // (0.6 × 20 + 15) ÷ (20 + 20).
        #expect(abs(mean(0.6, QualityEvidence(found: 15, missed: 5)) - 0.675) < 1e-12)
        // An assumed figure weighs four cases: (0.5 × 4 + 2) ÷ (4 + 20).
        #expect(abs(mean(0.5, assumed: true, QualityEvidence(found: 2, missed: 18)) - 4.0 / 24) < 1e-12)
    }

    @Test func `Verdicts of gates weigh little, and all together no more than ten cases`() {
        // 20 verdicts are one case: (0.6 × 20 + 0.5) ÷ 21.
        #expect(abs(mean(0.6, QualityEvidence(accepted: 10, rejected: 10)) - 12.5 / 21) < 1e-12)
        let flood = QualityBelief(prior: 0.6, isAssumed: false, evidence: QualityEvidence(rejected: 1_000_000))
        #expect(abs(flood.cases - 30) < 1e-9)
        #expect(abs(flood.mean - 12.0 / 30) < 1e-9)
    }

    @Test func `The belief stays a share and follows the evidence, whatever is counted`() {
        var random = Seeded(6)
        for _ in 0..<2000 {
            let prior =
                [Double.nan, -1, 2, Double.random(in: 0...1, using: &random)].randomElement(using: &random) ?? 0
            let evidence = QualityEvidence(
                found: Int.random(in: -5...500, using: &random), missed: Int.random(in: -5...500, using: &random),
                accepted: Int.random(in: 0...5000, using: &random), rejected: Int.random(in: 0...5000, using: &random))
            let own = mean(prior, evidence)
            #expect((0...1).contains(own))
            #expect(mean(prior, evidence + QualityEvidence(found: 1)) >= own)
            #expect(mean(prior, evidence + QualityEvidence(missed: 1)) <= own)
        }
    }

    @Test func `A model learns where its quality is a guess, not where the operator wrote it`() throws {
        let seen: [Domain.Category: QualityEvidence] = [.review: QualityEvidence(found: 0, missed: 20)]
        var written = try #require(request([], [strongModel]).models.first)
        written.learn(seen)
        #expect(written.quality(for: .review) == 0.95)
        var entry = strongModel
        entry.quality = PerCategory()
        var guessed = try #require(request([], [entry]).models.first)
        #expect(guessed.assumed.contains("quality"))
        guessed.learn(seen)
        #expect(abs(guessed.quality(for: .review) - 2.0 / 24) < 1e-12)
        #expect(guessed.quality(for: .debugging) == 0.5)
        #expect(!guessed.assumed.contains("quality") && guessed.isProbed)
    }
}
