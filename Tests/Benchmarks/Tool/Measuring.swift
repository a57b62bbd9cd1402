import Glibc

/// What a time is taken with. Work of one thread is measured in its own CPU time, which other programs hardly stretch.
enum Clock {
    case cpu
    case wall

    var seconds: Double {
        var now = timespec()
        clock_gettime(self == .cpu ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}

/// The shortest of several runs, in seconds: at least three of them, more while they take less than `budget` together.
func bestTime(_ clock: Clock, budget: Double = 2, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    var spent = 0.0
    var rounds = 0
    while rounds < 3 || (spent < budget && rounds < 50) {
        let start = clock.seconds
        try body()
        let time = clock.seconds - start
        best = min(best, time)
        spent += time
        rounds += 1
    }
    return best
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
