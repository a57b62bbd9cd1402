import Diffs
import Domain
import Models
import Routing

struct EvaluationError: Error, CustomStringConvertible {
    let description: String
}

/// What every evaluation plans with.
enum Bench {
    /// A cheap, a middle and a strong model of the catalogue, far enough apart to be tiers of their own.
    static let usualModels = ["openai/gpt-5-mini", "openai/gpt-5.1", "anthropic/claude-opus-5-5"]

    static func models(_ names: [String]) throws -> (settings: RoutingSettings, models: [RoutableModel]) {
        var settings = RoutingSettings()
        settings.providers = names.map { name in
            var entry = ProviderSettings(name: name)
            entry.apiKeyVariable = "KEY"
            return entry
        }
        let resolution = ModelResolver(isSet: { _ in true }).resolve(settings)
        guard resolution.models.count == names.count else {
            throw EvaluationError(
                description: (resolution.problems.map(\.description)
                    + resolution.unroutable.map { "\($0.name): \($0.reason)" })
                    .joined(separator: "\n"))
        }
        return (settings, resolution.models)
    }

    static func request(
        _ hunks: [AssessedHunk], _ bench: (settings: RoutingSettings, models: [RoutableModel])
    ) -> AllocationRequest {
        AllocationRequest(
            hunks: hunks, models: bench.models, settings: bench.settings, bounds: [], estimate: ByteTokenEstimate())
    }
}

/// A generator with a seed, so that every run draws the same.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// A count of a whole with its 95 % interval by Wilson's score (E. B. Wilson, 1927).
struct Share {
    let count: Int
    let total: Int

    var value: Double { total > 0 ? Double(count) / Double(total) : 0 }

    var interval: ClosedRange<Double> {
        guard total > 0 else { return 0...1 }
        let z = 1.959_963_985
        let n = Double(total)
        let centre = value + z * z / (2 * n)
        let spread = z * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return max(0, (centre - spread) / scale)...min(1, (centre + spread) / scale)
    }

    var text: String {
        "\(count)/\(total) = \(percent(value)) (\(percent(interval.lowerBound))–\(percent(interval.upperBound)))"
            + (total < 20 ? ", too few to claim anything" : "")
    }
}

func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

func dollars(_ money: Money) -> String {
    let cents = Double(money.picodollars) / 1e12
    return "$" + (cents * 10_000).rounded().description.split(separator: ".")[0].padded(cents)
}

extension Substring {
    /// Hundredths of a cent as dollars with four decimals.
    fileprivate func padded(_ value: Double) -> String {
        let digits = String(repeating: "0", count: Swift.max(0, 5 - count)) + self
        return digits.dropLast(4) + "." + digits.suffix(4)
    }
}

func column(_ text: String, _ width: Int, right: Bool = false) -> String {
    let gap = String(repeating: " ", count: max(0, width - text.count))
    return right ? gap + text : text + gap
}
