import Glibc

// Measures parts of hunkwise inside one process and prints "name value" lines for report.py. Times are the best of some
// rounds, in seconds: what the machine does beside it only ever adds.
let arguments = Array(CommandLine.arguments.dropFirst())
do {
    switch (arguments.first, arguments.count) {
    case ("parse", 2): try benchmarkParsing(file: arguments[1])
    case ("classify", 2): try benchmarkClassification(file: arguments[1])
    case ("trees", 3): try benchmarkTrees(repository: arguments[1], range: arguments[2])
    case ("diff", 3): try benchmarkRangeDiff(repository: arguments[1], range: arguments[2])
    default:
        print("usage: hunkwise-bench parse FILE | classify FILE | trees REPO RANGE | diff REPO RANGE")
        exit(2)
    }
} catch {
    print("error: \(error)")
    exit(1)
}
