import Diffs
import Domain
import Foundation
import Models
import Routing

/// Where the ways of choosing models send the golden issues, and what they cost.
struct GoldenEvaluation {
    struct Outcome {
        let name: String
        let cost: Money
        let strong: Share
        /// On any model at all.
        let examined: Share
        /// Of the bytes of prompt that could be sent, those sent to the strong tier.
        let strongBytes: Double
    }

    /// Whom a segment is sent to, by index among the models; nil for the static rules alone.
    typealias Choice = (_ change: Int, _ hunk: Int, _ segment: Int) -> Int?

    private let changes: [GoldenChange]
    private let bench: (settings: RoutingSettings, models: [RoutableModel])
    private let cheapest: Int
    private let dearest: Int
    private let tiers: TierRule

    init(folder: String, models names: [String]) throws {
        changes = try GoldenCorpus.read(folder)
        let bench = try Bench.models(names)
        let byPrice = bench.models.indices.sorted {
            bench.models[$0].prices.base.output < bench.models[$1].prices.base.output
        }
        guard let first = byPrice.first, let last = byPrice.last, first != last else {
            throw EvaluationError(description: "two models or more are needed")
        }
        self.bench = bench
        cheapest = first
        dearest = last
        tiers = TierRule(models: bench.models)
    }

    private var goldenCount: Int { changes.reduce(0) { $0 + $1.golden.count } }

    private func request(_ change: GoldenChange, tweak: (inout RoutingSettings) -> Void = { _ in }) -> AllocationRequest
    {
        var own = bench
        tweak(&own.settings)
        return Bench.request(change.hunks, own)
    }

    // MARK: Ways of choosing

    /// The allocator itself.
    func planned(_ name: String, tweak: (inout RoutingSettings) -> Void) -> Outcome {
        var chosen: [[Int: [Int?]]] = []
        var cost = Money.zero
        for change in changes {
            let plan = Allocator().plan(request(change, tweak: tweak))
            cost += plan.totals.expectedCost
            var byHunk: [Int: [Int?]] = [:]
            for (index, hunk) in plan.hunks.enumerated() {
                byHunk[index] = hunk.segments.map { segment in bench.models.firstIndex { $0.name == segment.model } }
            }
            chosen.append(byHunk)
        }
        return outcome(name, cost: cost) { change, hunk, segment in
            chosen[change][hunk].flatMap { $0.indices.contains(segment) ? $0[segment] : nil }
        }
    }

    private func fixed(_ name: String, _ choice: @escaping Choice) -> Outcome {
        outcome(name, cost: cost(of: choice), choice)
    }

    private func cost(of choice: Choice) -> Money {
        changes.enumerated().reduce(.zero) { sum, entry in
            sum
                + Allocator().cost(of: request(entry.element)) { hunk, segment in
                    choice(entry.offset, hunk, segment).map { bench.models[$0].name }
                }
        }
    }

    private func outcome(_ name: String, cost: Money, _ choice: Choice) -> Outcome {
        var strong = 0
        var examined = 0
        var bytes = (all: 0, strong: 0)
        for (index, change) in changes.enumerated() {
            for place in change.golden {
                guard let model = choice(index, place.hunk, place.segment) else { continue }
                examined += 1
                let category = change.hunks[place.hunk].assessment.segments[place.segment].category
                if tiers.tier(of: bench.models[model], for: category) == .strong { strong += 1 }
            }
            for (hunkIndex, hunk) in change.hunks.enumerated() where hunk.hunkIndex != nil {
                for (segmentIndex, segment) in hunk.assessment.segments.enumerated() where segment.skip == nil {
                    let size = ByteTokenEstimate().size(of: hunk, segment: segment).promptBytes
                    bytes.all += size
                    guard let model = choice(index, hunkIndex, segmentIndex) else { continue }
                    if tiers.tier(of: bench.models[model], for: segment.category) == .strong { bytes.strong += size }
                }
            }
        }
        return Outcome(
            name: name, cost: cost, strong: Share(count: strong, total: goldenCount),
            examined: Share(count: examined, total: goldenCount),
            strongBytes: bytes.all > 0 ? Double(bytes.strong) / Double(bytes.all) : 0)
    }

    /// Strong with a probability by which the cost comes out as wanted, else cheap; the mean of many draws.
    private func random(costing wanted: Money) -> Outcome {
        let (low, high) = (cost(of: { _, _, _ in cheapest }), cost(of: { _, _, _ in dearest }))
        let share =
            Double((wanted - low).picodollars) / Double(max(1, (high - low).picodollars))
        let draws = (0..<20).map { seed in
            var random = Seeded(UInt64(seed + 1))
            var draw: [Int: Bool] = [:]
            return fixed("random") { change, hunk, segment in
                let key = change << 32 | hunk << 12 | segment
                let isStrong = draw[key] ?? (Double.random(in: 0..<1, using: &random) < share)
                draw[key] = isStrong
                return isStrong ? dearest : cheapest
            }
        }
        func mean(_ path: KeyPath<Outcome, Share>) -> Share {
            Share(
                count: Int((Double(draws.reduce(0) { $0 + $1[keyPath: path].count }) / Double(draws.count)).rounded()),
                total: goldenCount)
        }
        return Outcome(
            name: "random at the cost of balanced",
            cost: Money(
                picodollars: draws.reduce(0) { $0 + $1.cost.picodollars } / Int64(draws.count)), strong: mean(\.strong),
            examined: mean(\.examined), strongBytes: draws.reduce(0) { $0 + $1.strongBytes } / Double(draws.count))
    }

    /// What a team writes by hand: tests, documents and lock files to nobody, telling paths and large hunks to the strong
    /// model, the rest to the cheap one.
    private func pathAndSize() -> Outcome {
        let dull = ["test", "spec", "docs/", ".md", ".lock", "lock.json", ".snap", "locale", "i18n", "vendor/"]
        let telling = [
            "auth", "login", "password", "token", "secur", "crypt", "permission", "admin", "payment", "sql", "migrat",
            "session", "oauth",
        ]
        return fixed("path and size rule") { change, hunk, segment in
            let own = changes[change].hunks[hunk]
            let path = String(decoding: own.file.path.bytes, as: UTF8.self).lowercased()
            if dull.contains(where: path.contains) { return nil }
            let lines = own.assessment.segments.reduce(0) { $0 + $1.added + $1.removed }
            return telling.contains(where: path.contains) || lines >= 30 ? dearest : cheapest
        }
    }

    private func oracle() -> Outcome {
        var places: Set<[Int]> = []
        for (index, change) in changes.enumerated() {
            for place in change.golden { places.insert([index, place.hunk, place.segment]) }
        }
        return fixed("oracle (strong where the issues are)") { places.contains([$0, $1, $2]) ? dearest : cheapest }
    }

    // MARK: Report

    func outcomes() -> [Outcome] {
        let balanced = planned("balanced") { $0.policy = .balanced }
        return [
            planned("economy") { $0.policy = .economy }, balanced, planned("thorough") { $0.policy = .thorough },
            fixed("all cheapest") { _, _, _ in cheapest }, fixed("all dearest") { _, _, _ in dearest },
            random(costing: balanced.cost), pathAndSize(), oracle(),
        ]
    }

    func report() -> String {
        let hunks = changes.reduce(0) { $0 + $1.hunks.count }
        let lost = changes.reduce(0) { $0 + $1.lost }
        var lines = [
            "\(changes.count) pull requests, \(hunks) hunks, \(goldenCount) golden issues\(lost > 0 ? ", \(lost) without a hunk" : ""); "
                + "hunks judged from the diff alone; predicted costs.",
            "Models: "
                + bench.models.map {
                    "\($0.name) ($\($0.prices.base.input.perMillion)/$\($0.prices.base.output.perMillion))"
                }
                .joined(separator: ", ") + "; value of a finding $\(bench.settings.valueOfFinding.usd).",
            "",
            column("", 38) + column("cost", 9, right: true) + column("of dearest", 12, right: true)
                + "  golden issues on the strong tier (95 %)     on any model      bytes on strong",
        ]
        let rows = outcomes()
        let dearest = rows.first { $0.name == "all dearest" }?.cost ?? .zero
        for row in rows {
            let share = Double(row.cost.picodollars) / Double(max(1, dearest.picodollars))
            lines.append(
                column(row.name, 38) + column(dollars(row.cost), 9, right: true)
                    + column(percent(share), 12, right: true)
                    + "  " + column(row.strong.text, 44) + column("\(row.examined.count)/\(row.examined.total)", 18)
                    + percent(row.strongBytes))
        }
        return lines.joined(separator: "\n")
    }

    /// Cost against golden issues on the strong tier as the value of a finding varies.
    func curve() -> String {
        var points: [(value: Double, outcome: Outcome)] = []
        for step in 0...32 {
            // From a tenth of a cent to a hundred dollars.
            let value = 0.001 * pow(10, Double(step) * 5 / 32)
            points.append(
                (value, planned("") { $0.valueOfFinding = Money(picodollars: Int64((value * 1e12).rounded())) }))
        }
        return CurvePlot(points: points, others: outcomes()).svg()
    }
}
