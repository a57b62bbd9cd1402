import Foundation

// Measures decisions, not speed of code: where the plan sends what reviewers found, what that costs, and how a month's
// money lasts. Reads nothing but the folder it is given and calls no model.

let usage = """
    hunkwise-evaluation golden FOLDER [--models CHEAP,MIDDLE,STRONG] [--svg FILE]
        FOLDER holds prs.jsonl (one pull request a line with its golden comments) and pr_diffs/.
        Prints what each way of choosing models costs, and which golden issues reach the strong tier.
    hunkwise-evaluation pacing
        Forty uneven changes on a budget of $20 a month, paced and not.
    hunkwise-evaluation speed
        Time to allocate 1,000 hunks among 20 models.
    """

let arguments = Array(CommandLine.arguments.dropFirst())
func option(_ name: String) -> String? {
    arguments.firstIndex(of: name).flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
}

do {
    switch arguments.first {
    case "golden" where arguments.count > 1:
        let models = option("--models")?.split(separator: ",").map(String.init) ?? Bench.usualModels
        let evaluation = try GoldenEvaluation(folder: arguments[1], models: models)
        print(evaluation.report())
        if let file = option("--svg") {
            try Data(evaluation.curve().utf8).write(to: URL(fileURLWithPath: file))
            print("\nwrote \(file)")
        }
    case "pacing": print(try MonthEvaluation().report())
    case "speed": print(try allocationSpeed())
    default:
        print(usage)
        exit(2)
    }
} catch {
    FileHandle.standardError.write(Data("hunkwise-evaluation: \(error)\n".utf8))
    exit(1)
}
