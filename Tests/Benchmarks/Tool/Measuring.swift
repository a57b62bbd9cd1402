import Glibc

/// The shortest of several runs, in seconds: at least three of them, more while they take less than `budget` together.
func bestTime(budget: Double = 2, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    var spent = 0.0
    var rounds = 0
    while rounds < 3 || (spent < budget && rounds < 50) {
        let time = try time(body)
        best = min(best, time)
        spent += time
        rounds += 1
    }
    return best
}

/// One run, in seconds.
func time(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    let parts = (ContinuousClock.now - start).components
    return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
}

func report(_ name: String, _ value: some CustomStringConvertible) {
    print(name, value)
}

/// Keeps the optimiser from dropping work nobody looks at.
@inline(never)
func keep<T>(_ value: T) {
    withExtendedLifetime(value) {}
}

struct ReadingFailure: Error, CustomStringConvertible {
    let description: String
}

func readFile(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw ReadingFailure(description: "\(path) cannot be opened") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return bytes }
        bytes.append(contentsOf: chunk[..<count])
    }
}
