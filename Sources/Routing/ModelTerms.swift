import Domain

/// What of a model does not depend on the category; a class, because it is looked at for every segment.
final class ModelTerms {
    let residency: String?
    /// Position of the endpoint's kind among all kinds.
    let kind: Int
    /// What keeps the model from everything, whatever the segment; nil when nothing does.
    let barred: Exclusion?
    private let supported: [Bool]
    private let secondsPerInput: Double
    private let secondsPerOutput: Double
    private let firstToken: Double
    private let hardwarePerSecond: Double
    private let lanes: Double
    private let pace: Double
    /// Share of a finding's value that is left when its reader waits for it.
    let patience: Double

    init(_ model: RoutableModel, _ request: AllocationRequest) {
        residency = model.residency
        if let asked = request.onlyModels, !asked.contains(model.name) {
            barred = .notAllowedByCaller
        } else {
            barred = request.resting[model.name] == nil ? nil : .breaker
        }
        supported = Category.allCases.map(model.supportedTasks.contains)
        kind = ProviderKind.allCases.firstIndex(of: model.kind) ?? 0
        // Reading is about twenty times as fast as writing.
        secondsPerOutput = 1 / max(1, model.tokensPerSecond)
        secondsPerInput = secondsPerOutput / 20
        firstToken = Double(model.timeToFirstTokenMilliseconds) / 1000
        hardwarePerSecond = Double(model.hardwarePerHour?.picodollars ?? 0) / 3600
        lanes = Double(max(1, model.maxConcurrency ?? 64))
        pace = model.requestsPerMinute.map { 60 / Double(max(1, $0)) } ?? 0
        patience = ModelTerms.patience(
            firstToken: model.timeToFirstTokenMilliseconds, target: model.latencyTargetMilliseconds)
    }

    func supports(_ category: Category) -> Bool { supported[category.ordinal] }

    /// Seconds the work takes, as a share of one call's first token.
    func seconds(input: Int, output: Int, calls: Double) -> Double {
        Double(input) * secondsPerInput + Double(output) * secondsPerOutput + firstToken * calls
    }

    /// Picodollars a machine of one's own costs for the time.
    func shadow(seconds: Double) -> Double { hardwarePerSecond * seconds }

    /// Seconds of the model's time that is left for others, given how many calls it takes side by side and a minute.
    func load(seconds: Double, calls: Double) -> Double { max(seconds / lanes, pace * calls) }

    /// A target is a wish, not a wall: each doubling of the time to the first token beyond it takes a twentieth of the
    /// value, at most a quarter.
    static func patience(firstToken: Int, target: Int?) -> Double {
        guard let target, target > 0, firstToken > target else { return 1 }
        var doublings = 0.0
        var time = Double(firstToken) / Double(target)
        while time >= 2, doublings < 5 {
            time /= 2
            doublings += 1
        }
        // Between two doublings the way is straight.
        return 1 - 0.05 * min(5, doublings + (time - 1))
    }
}
