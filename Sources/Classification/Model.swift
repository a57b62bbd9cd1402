import Domain

/// A logistic model: weighed evidence is added up and turned into probabilities.
///
/// Categories compete (softmax over five sums); risk is one sum through the logistic function. Every weight is a line of
/// `Weights`, so each verdict can be explained by the lines that made it.
struct Model: Sendable {
    static let outputs = Category.allCases.count + 1
    private static let riskOutput = Category.allCases.count

    static let shared = Model(table: Weights.table)

    private let bias: [Double]
    /// `FeatureSpace.count` rows of `outputs` weights.
    private let weights: [Double]
    private let riskNames: [String]
    /// Names by category and feature.
    private let categoryNames: [[String]]

    /// - Parameter table: lines of a feature's name and its six weights; unknown names are ignored here and refused by a
    ///   test.
    init(table: String) {
        var weights = [Double](repeating: 0, count: FeatureSpace.count * Model.outputs)
        var bias = [Double](repeating: 0, count: Model.outputs)
        let places = Dictionary(
            FeatureSpace.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let name = fields.first, fields.count == Model.outputs + 1 else { continue }
            let values = fields.dropFirst().map { Double($0) ?? 0 }
            if name == "bias" { bias = values }
            guard let place = places[String(name)] else { continue }
            for (output, value) in values.enumerated() { weights[place * Model.outputs + output] = value }
        }
        self.weights = weights
        self.bias = bias
        riskNames = FeatureSpace.names
        categoryNames = Category.allCases.map { category in FeatureSpace.names.map { "\(category.rawValue):\($0)" } }
    }

    struct Verdict {
        let category: Category
        let confidence: Double
        let risk: Double
        let reasons: [Reason]
    }

    func verdict(on evidence: Evidence) -> Verdict {
        var sums = (bias[0], bias[1], bias[2], bias[3], bias[4], bias[5])
        weights.withUnsafeBufferPointer { weights in
            for item in evidence.items {
                let row = item.index &* Model.outputs
                sums.0 += item.value * weights[row]
                sums.1 += item.value * weights[row &+ 1]
                sums.2 += item.value * weights[row &+ 2]
                sums.3 += item.value * weights[row &+ 3]
                sums.4 += item.value * weights[row &+ 4]
                sums.5 += item.value * weights[row &+ 5]
            }
        }
        let scores = [sums.0, sums.1, sums.2, sums.3, sums.4]
        var best = 0
        for index in 1..<scores.count where scores[index] > scores[best] { best = index }
        var total = 0.0
        for score in scores { total += Exponential.of(score - scores[best]) }
        let risk = 1 / (1 + Exponential.of(-sums.5))
        return Verdict(
            category: Category.allCases[best], confidence: 1 / total, risk: risk,
            reasons: reasons(for: evidence, category: best, scores: scores))
    }

    /// The five heaviest reasons of the risk and the three of the category, each by its share of the log-odds.
    private func reasons(for evidence: Evidence, category: Int, scores: [Double]) -> [Reason] {
        var forRisk = Heaviest(capacity: 5)
        var forCategory = Heaviest(capacity: 3)
        for item in evidence.items {
            let row = item.index &* Model.outputs
            forRisk.offer(item.index, item.value * weights[row &+ Model.riskOutput])
            let mean =
                (weights[row] + weights[row &+ 1] + weights[row &+ 2] + weights[row &+ 3] + weights[row &+ 4]) / 5
            let share = item.value * (weights[row &+ category] - mean)
            if share > 0 { forCategory.offer(item.index, share) }
        }
        var result: [Reason] = []
        result.reserveCapacity(forRisk.count &+ forCategory.count)
        for (index, weight) in forRisk.items { result.append(Reason(riskNames[index], rounded(weight))) }
        for (index, weight) in forCategory.items {
            result.append(Reason(categoryNames[category][index], rounded(weight)))
        }
        return result
    }

    private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

/// Keeps the few items of the largest magnitude, in falling order.
struct Heaviest {
    private(set) var items: [(index: Int, weight: Double)] = []
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        items.reserveCapacity(capacity &+ 1)
    }

    var count: Int { items.count }

    @inline(__always)
    mutating func offer(_ index: Int, _ weight: Double) {
        let magnitude = abs(weight)
        // A reason that moves the odds by less than a twentieth explains nothing.
        guard magnitude >= 0.05 else { return }
        if items.count == capacity, let last = items.last, abs(last.weight) >= magnitude { return }
        var place = items.count
        while place > 0, abs(items[place &- 1].weight) < magnitude { place &-= 1 }
        items.insert((index, weight), at: place)
        if items.count > capacity { items.removeLast() }
    }
}

/// e to a power, by range reduction and a polynomial: the same bits on every machine, without a C library.
enum Exponential {
    static func of(_ power: Double) -> Double {
        if power < -700 { return 0 }
        if power > 700 { return .greatestFiniteMagnitude }
        let halvings = (power * 1.4426950408889634).rounded()
        let rest = power - halvings * 0.6931471805599453
        var term = 1.0
        var sum = 1.0
        for index in 1...13 {
            term *= rest / Double(index)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: Int(halvings), significand: 1)
    }
}
