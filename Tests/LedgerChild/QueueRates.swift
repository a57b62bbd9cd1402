import Domain
import Glibc
import Storage

/// Takes deliveries in as fast as it goes, beside waits for the disk alone, and tells the rates and the slowest.
func intakeRate(path: String, callers: Int, seconds: Int) async throws {
    let store = try Store(path: path)
    let queue = SQLiteJobQueue(store: store, clock: SystemClock(), elapsed: .system)
    let clock = ContinuousClock()
    let name = "\(getpid())"
    let end = clock.now.advanced(by: .seconds(seconds))
    let times = try await withThrowingTaskGroup(of: [Double].self) { group in
        for caller in 0..<callers {
            group.addTask {
                var times: [Double] = []
                while clock.now < end {
                    let number = times.count
                    let request = jobRequest(
                        change: number % 500, repository: caller, supersedes: number % 5 == 0)
                    let start = clock.now
                    guard
                        case .queued = try await queue.accept(delivery("\(name)-\(caller)-\(number)"), .job(request))
                    else { exit(3) }
                    times.append((clock.now - start) / .milliseconds(1))
                }
                return times
            }
        }
        return try await group.reduce(into: []) { $0 += $1 }
    }
    say("accepts \(times.count) rate \(times.count / max(1, seconds)) " + percentiles(times))
}

/// Queues jobs and works them off, and tells how long a lease and its end take as it goes on.
func drainRate(path: String, jobs: Int, repositories: Int, workers: Int) async throws {
    let store = try Store(path: path)
    let queue = SQLiteJobQueue(store: store, clock: SystemClock(), elapsed: .system)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for caller in 0..<64 {
            group.addTask {
                for number in stride(from: caller, to: jobs, by: 64) {
                    let request = jobRequest(change: number, repository: number % repositories)
                    _ = try await queue.accept(delivery("\(number)"), .job(request))
                }
            }
        }
        try await group.waitForAll()
    }
    say("queued \(jobs) memory_kb \(residentKilobytes()) wal_kb \(kilobytes(of: path + "-wal"))")
    let progress = Progress(step: max(1, jobs / 10), path: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<workers {
            group.addTask {
                while let (_, lease) = try await queue.lease(for: 60) {
                    guard try await queue.end(lease, as: .done, reason: nil) else { exit(3) }
                    await progress.count()
                }
            }
        }
        try await group.waitForAll()
    }
    say("counts \(try await queue.counts().map { "\($0.key) \($0.value)" }.sorted())")
}

/// Tells after each tenth of the jobs how long one took.
private actor Progress {
    private let step: Int
    private let path: String
    private let clock = ContinuousClock()
    private var done = 0
    private var since: ContinuousClock.Instant

    init(step: Int, path: String) {
        self.step = step
        self.path = path
        since = clock.now
    }

    func count() {
        done += 1
        if done % step != 0 { return }
        let passed = (clock.now - since) / .milliseconds(1)
        since = clock.now
        say(
            "done \(done) ms_per_job \(rounded(passed / Double(step))) memory_kb \(residentKilobytes()) "
                + "wal_kb \(kilobytes(of: path + "-wal"))")
    }
}

/// How long the disk takes for a page, alone.
func syncTimes(path: String, seconds: Int) {
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    let page = [UInt8](repeating: 0x78, count: 4096)
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .seconds(seconds))
    var times: [Double] = []
    while clock.now < end {
        let start = clock.now
        _ = pwrite(file, page, page.count, off_t(times.count % 256 * page.count))
        _ = fdatasync(file)
        times.append((clock.now - start) / .milliseconds(1))
    }
    close(file)
    unlink(path)
    say("fdatasync rate \(times.count / max(1, seconds)) " + percentiles(times))
}

private func percentiles(_ times: [Double]) -> String {
    let sorted = times.sorted()
    func at(_ share: Double) -> String {
        sorted.isEmpty ? "-" : rounded(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
    }
    return "p50_ms \(at(0.5)) p99_ms \(at(0.99)) worst_ms \(at(1))"
}

private func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

private func kilobytes(of path: String) -> Int {
    var information = stat()
    return stat(path, &information) == 0 ? Int(information.st_size) / 1024 : 0
}

private func residentKilobytes() -> Int {
    let file = open("/proc/self/statm", O_RDONLY)
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 128)
    let count = read(file, &buffer, buffer.count)
    let words = String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * 4 : 0
}
