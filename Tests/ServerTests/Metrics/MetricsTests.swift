import Domain
import Testing

@testable import Server

/// A strict reader of the text format 0.0.4: every line must be what the description allows.
struct ExpositionReader {
    struct Sample: Hashable {
        var name: String
        var labels: [String: String]
        var value: String
    }

    private(set) var samples: [Sample] = []
    private(set) var types: [String: String] = [:]

    struct Fault: Error, CustomStringConvertible { let description: String }

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Fault(description: "no line end at the end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, Self.isName(words[2]) else { throw Fault(description: "\(line)") }
            } else if line.hasPrefix("# TYPE ") {
                guard words.count == 4, types[words[2]] == nil, ["counter", "gauge", "histogram"].contains(words[3])
                else { throw Fault(description: "\(line)") }
                types[words[2]] = words[3]
            } else {
                samples.append(try Self.sample(line))
            }
        }
        for sample in samples {
            let family = ["_bucket", "_sum", "_count"].first { sample.name.hasSuffix($0) }
                .map { String(sample.name.dropLast($0.count)) }.flatMap { types[$0] == "histogram" ? $0 : nil }
            guard types[family ?? sample.name] != nil else { throw Fault(description: "no type: \(sample.name)") }
        }
        guard Set(samples.map { [$0.name, "\($0.labels.sorted { $0.key < $1.key })"] }).count == samples.count else {
            throw Fault(description: "a series twice")
        }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> String? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
        }
    }

    private static func sample(_ line: Substring) throws -> Sample {
        var rest = line
        let name = rest.prefix { $0 != "{" && $0 != " " }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest.removeFirst()
            while rest.first != "}" {
                let key = rest.prefix { $0 != "=" }
                rest = rest.dropFirst(key.count)
                guard isName(key), rest.hasPrefix("=\"") else { throw Fault(description: "\(line)") }
                rest.removeFirst(2)
                var value = ""
                while let next = rest.popFirst(), next != "\"" {
                    if next != "\\" {
                        value.append(next)
                    } else {
                        switch rest.popFirst() {
                        case "n": value.append("\n")
                        case "\\": value.append("\\")
                        case "\"": value.append("\"")
                        default: throw Fault(description: "\(line)")
                        }
                    }
                }
                guard labels.updateValue(value, forKey: String(key)) == nil else { throw Fault(description: "\(line)") }
                if rest.first == "," { rest.removeFirst() }
            }
            rest.removeFirst()
        }
        guard isName(name), rest.first == " ", Double(rest.dropFirst()) != nil else {
            throw Fault(description: "\(line)")
        }
        return Sample(name: String(name), labels: labels, value: String(rest.dropFirst()))
    }
}

@Suite struct MetricsTests {
    @Test func `All that is counted is valid text for Prometheus`() throws {
        let metrics = ServiceMetrics(startedAt: Instant(milliseconds: 1_795_255_200_000))
        metrics.deliveries.add(["pull_request.opened", "queued"])
        metrics.deliveries.add(["pull_request.opened", "queued"], 2)
        metrics.jobsEnded.add(["re\"view\\\nx\u{7}", "done"])
        for seconds in [0.0005, 0.003, 0.003, 99, -1] { metrics.intakeSeconds.observe(seconds) }
        metrics.jobSeconds.observe(2, ["review"])
        let gauges = [
            ServiceMetrics.jobs([.queued: 3]),
            Gauge("hunkwise_spent_usd", "Money.", labels: ["window"], values: [(["day"], "0.0132")]),
        ]
        let read = try ExpositionReader(metrics.text(gauges))
        #expect(
            read.value("hunkwise_deliveries_total", ["event": "pull_request.opened", "outcome": "queued"]) == "3")
        #expect(read.value("hunkwise_deliveries_unserved_total") == "0")
        #expect(read.value("hunkwise_jobs_ended_total", ["kind": "re\"view\\\nx?", "outcome": "done"]) == "1")
        #expect(read.value("hunkwise_intake_seconds_bucket", ["le": "0.001"]) == "2")
        #expect(read.value("hunkwise_intake_seconds_bucket", ["le": "0.005"]) == "4")
        #expect(read.value("hunkwise_intake_seconds_bucket", ["le": "10"]) == "4")
        #expect(read.value("hunkwise_intake_seconds_bucket", ["le": "+Inf"]) == "5")
        #expect(read.value("hunkwise_intake_seconds_count") == "5")
        #expect(read.value("hunkwise_job_seconds_bucket", ["kind": "review", "le": "1"]) == "0")
        #expect(read.value("hunkwise_jobs", ["state": "queued"]) == "3")
        #expect(read.value("hunkwise_jobs", ["state": "dead"]) == "0")
        #expect(read.value("hunkwise_spent_usd", ["window": "day"]) == "0.0132")
        #expect(read.value("process_start_time_seconds") == "1795255200")
        #expect((read.value("process_resident_memory_bytes").flatMap { Int($0) } ?? 0) > 1 << 20)
    }

    @Test func `However many values come, the series are bounded and nothing is left uncounted`() {
        let counter = Counter("c", "c", labels: ["a"])
        let histogram = Histogram("h", "h", labels: ["a"], bounds: [1])
        for value in 0..<1000 {
            counter.add(["\(value)"])
            histogram.observe(0.5, ["\(value)"])
        }
        #expect(counter.all.count == Counter.maxSeries + 1 && counter.value(["other"]) == 800)
        #expect(counter.all.reduce(0) { $0 + $1.count } == 1000)
        #expect(histogram.all.count == Counter.maxSeries + 1)
        #expect(histogram.all.reduce(0) { $0 + $1.record.total } == 1000)
    }

    @Test func `Nothing is lost when many count at once`() async {
        let counter = Counter("c", "c", labels: ["a"])
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<8 {
                group.addTask { for _ in 0..<1000 { counter.add(["\(lane % 2)"]) } }
            }
        }
        #expect(counter.value(["0"]) == 4000 && counter.value(["1"]) == 4000)
    }
}
