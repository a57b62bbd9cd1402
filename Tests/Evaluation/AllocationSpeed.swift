import Diffs
import Domain
import Glibc
import Models
import Routing

/// A thousand hunks of twenty lines among twenty models, free and under budgets: the best of nine runs each.
func allocationSpeed() throws -> String {
    var text = ""
    for file in 0..<1000 {
        text += "--- a/f\(file).py\n+++ b/f\(file).py\n@@ -1,10 +1,20 @@\n"
        for line in 0..<10 { text += " context line number \(line) of the file\n" }
        for line in 0..<10 { text += "+    added.line(of: code, number: \(line)) # text\n" }
    }
    let hunks = try Diff(parsing: Array(text.utf8)).files.enumerated().map { index, file in
        let category = Domain.Category.allCases[index % Domain.Category.allCases.count]
        let risk = Double(index % 97) / 100
        let segment = Segment(
            ranges: LineRanges(oldStart: 1, oldLines: 10, newStart: 1, newLines: 20), lines: 0..<20, added: 10,
            removed: 0,
            category: category, confidence: 1, risk: risk, skip: nil, reasons: [])
        return AssessedHunk(
            file: file, hunkIndex: 0, fingerprint: "",
            assessment: Assessment(
                category: category, confidence: 1, risk: risk, skip: nil, reasons: [], segments: [segment]))
    }
    let names = Catalogue.builtIn.entries.filter { $0.prices != nil && ["openai", "anthropic"].contains($0.provider) }
        .prefix(20).map(\.key)
    let bench = try Bench.models(Array(names))
    var lines = ["1000 hunks, \(bench.models.count) models; whole plan with all its explanations"]
    let pace = PacedWindow(
        name: "month", limit: Money(usd: "20") ?? .zero, spent: .zero, held: .zero, secondsLeft: 20 * 86_400,
        record: PacedWindow.Record(days: 28, value: Money(usd: "10000") ?? .zero))
    for (name, bounds, paces) in [
        ("no budget", [], []), ("$5 a request", [BudgetBound(name: "request", limit: Money(usd: "5") ?? .zero)], []),
        (
            "$0.50 a change, a provider's $0.10, a paced month",
            [
                BudgetBound(name: "change", limit: Money(usd: "0.5") ?? .zero),
                BudgetBound(name: "provider", limit: Money(usd: "0.1") ?? .zero, model: bench.models.last?.name),
            ], [pace]
        ),
    ] as [(String, [BudgetBound], [PacedWindow])] {
        var request = Bench.request(hunks, bench)
        request.bounds = bounds
        request.paces = paces
        var wall = Double.infinity
        var processor = Double.infinity
        for _ in 0..<9 {
            let start = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
            _ = Allocator().plan(request)
            wall = min(wall, seconds(CLOCK_MONOTONIC) - start.0)
            processor = min(processor, seconds(CLOCK_PROCESS_CPUTIME_ID) - start.1)
        }
        lines.append(column(name, 52) + "\(tenths(wall)) ms, \(tenths(processor)) ms of processor")
    }
    return lines.joined(separator: "\n")
}

private func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

private func tenths(_ seconds: Double) -> Double { (seconds * 10_000).rounded() / 10 }
