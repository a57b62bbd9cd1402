import Glibc

/// The disk alone: append 4 kB, have them kept, again.
enum DiskSync {
    static func run(directory: String, seconds: Int) {
        let path = directory + "/sync.bench"
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { exit(1) }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 1, count: 4096)
        var times: [Double] = []
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {
            let before = ContinuousClock.now
            guard write(file, page, page.count) == page.count, fdatasync(file) == 0 else { exit(1) }
            let time = ContinuousClock.now - before
            times.append(Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds))
        }
        let sorted = times.sorted()
        print("p50 \(sorted[sorted.count / 2])")
        print("p99 \(sorted[sorted.count * 99 / 100])")
    }
}
