import Testing

@testable import Classification

@Suite("Weights") struct WeightsTests {
    private struct Row {
        let name: String
        let values: [Double?]
        var risk: Double { (values.last ?? nil) ?? 0 }
    }

    private static let rows: [Row] = Weights.table.split(separator: "\n").compactMap { line -> Row? in
        let fields = line.split(separator: " ").map(String.init)
        guard let name = fields.first, name != "#" else { return nil }
        return Row(name: name, values: fields.dropFirst().map { Double($0) })
    }

    @Test("name only evidence that exists, each once, with six numbers")
    func names() {
        let known = Set(FeatureSpace.names + ["bias"])
        for row in WeightsTests.rows {
            #expect(known.contains(row.name), "\(row.name)")
            #expect(row.values.count == 6 && row.values.allSatisfy { $0 != nil }, "\(row.name)")
        }
        #expect(Set(WeightsTests.rows.map(\.name)).count == WeightsTests.rows.count)
        #expect(FeatureSpace.names.count == FeatureSpace.count)
        #expect(Set(FeatureSpace.names).count == FeatureSpace.count)
    }

    @Test("never lower the risk for what a removed line adds")
    func removing() {
        for row in WeightsTests.rows where row.name.hasPrefix("removes-") || row.name.hasPrefix("touches-") {
            #expect(row.risk >= 0, "\(row.name)")
        }
        // What shrinks when a line is removed as well must not be what raises the risk.
        let shrinking = [
            "only-adds", "comments", "imports", "key-values", "prose", "calls", "operators", "assigns", "indexing",
            "deep",
            "dense", "declarations", "type-declarations", "same-shape", "names", "closers", "strings", "comment-only",
        ]
        for row in WeightsTests.rows where row.name.hasPrefix("adds-") || shrinking.contains(row.name) {
            #expect(row.risk <= 0, "\(row.name)")
        }
    }

    @Test("count classes as the compiler does")
    func counts() {
        #expect(WordClass.count == WordClass.allCases.count && WordClass.count < 49)
        #expect(Signal.count == Signal.allCases.count)
    }

    @Test("add up to probabilities", arguments: [-800.0, -30, -1, 0, 0.5, 3, 40, 800])
    func exponential(power: Double) {
        let value = Exponential.of(power)
        #expect(value >= 0 && value.isFinite)
        #expect(power != 0 || value == 1)
        #expect(abs(Exponential.of(1) - 2.718281828459045) < 1e-12)
    }
}
