import Glibc
import HTTPClient

// Measures the HTTP client in a process of its own and prints "name value" lines: times in seconds, memory in MB.
//
//     hunkwise-http-bench burst URL CALLS ROUNDS [CA-FILE]    all calls of a round at once; the first round is cold
//     hunkwise-http-bench chain URL CALLS [CA-FILE]           one call after the other

/// User and system time of this process.
func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

func peakMegabytes() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
}

struct BenchmarkError: Error {
    let message: String
}

func makeClient(_ url: String, caFile: String?) throws -> HTTPClient {
    guard let origin = HTTPOrigin(url: url) else { throw BenchmarkError(message: "not a URL: \(url)") }
    return HTTPClient(HTTPClientConfiguration(allowed: [origin], caFile: caFile))
}

func request(_ url: String) -> HTTPRequest {
    HTTPRequest(
        method: "POST", url: url, headers: [HTTPHeader("Content-Type", "application/json")],
        body: [UInt8](repeating: 0x61, count: 4096))
}

func burst(url: String, calls: Int, rounds: Int, caFile: String?) async throws {
    let client = try makeClient(url, caFile: caFile)
    let clock = ContinuousClock()
    var walls: [Double] = []
    var processor: [Double] = []
    for _ in 0...rounds {
        let before = processorSeconds()
        let wall = try await clock.measure {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<calls {
                    group.addTask { try await client.send(request(url)).head.status }
                }
                for try await status in group where status != 200 { throw BenchmarkError(message: "status \(status)") }
            }
        }
        walls.append(Double(wall.components.seconds) + Double(wall.components.attoseconds) / 1e18)
        processor.append((processorSeconds() - before) / Double(calls))
    }
    let warm = walls.dropFirst().sorted()
    print("cold_wall \(walls[0])")
    print("warm_wall_best \(warm[0])")
    print("warm_wall_median \(warm[warm.count / 2])")
    print("cold_processor_a_call \(processor[0])")
    print("warm_processor_a_call \(processor.dropFirst().sorted()[rounds / 2])")
    print("peak_megabytes \(peakMegabytes())")
}

func chain(url: String, calls: Int, caFile: String?) async throws {
    let client = try makeClient(url, caFile: caFile)
    for _ in 0..<100 { _ = try await client.send(request(url)) }
    let memory = peakMegabytes()
    let before = processorSeconds()
    let clock = ContinuousClock()
    let wall = try await clock.measure {
        for _ in 0..<calls { _ = try await client.send(request(url)) }
    }
    print(
        "calls_a_second \(Double(calls) / (Double(wall.components.seconds) + Double(wall.components.attoseconds) / 1e18))"
    )
    print("processor_a_call \((processorSeconds() - before) / Double(calls))")
    print("growth_megabytes \(peakMegabytes() - memory)")
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
    switch (arguments.first, arguments.count) {
    case ("burst", 4...5):
        guard let calls = Int(arguments[2]), let rounds = Int(arguments[3]), calls > 0, rounds > 0 else {
            throw BenchmarkError(message: "calls and rounds are numbers above zero")
        }
        try await burst(
            url: arguments[1], calls: calls, rounds: rounds, caFile: arguments.count == 5 ? arguments[4] : nil)
    case ("chain", 3...4):
        guard let calls = Int(arguments[2]), calls > 0 else {
            throw BenchmarkError(message: "calls are a number above zero")
        }
        try await chain(url: arguments[1], calls: calls, caFile: arguments.count == 4 ? arguments[3] : nil)
    default:
        print("usage: hunkwise-http-bench burst URL CALLS ROUNDS [CA-FILE] | chain URL CALLS [CA-FILE]")
        exit(2)
    }
} catch {
    print("error: \(error)")
    exit(1)
}
