/// The text exposition format, version 0.0.4.
/// Source: prometheus.io/docs/instrumenting/exposition_formats, read 2026-11-21.
struct PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    mutating func add(_ counter: Counter) {
        head(counter.name, counter.help, "counter")
        let all = counter.all
        // A counter without labels is there from the start, at 0.
        if all.isEmpty, counter.labels.isEmpty { sample(counter.name, "", [], [], "0") }
        for (values, count) in all { sample(counter.name, "", counter.labels, values, String(count)) }
    }

    mutating func add(_ gauge: Gauge) {
        head(gauge.name, gauge.help, "gauge")
        for (values, value) in gauge.values { sample(gauge.name, "", gauge.labels, values, value) }
    }

    mutating func add(_ histogram: Histogram) {
        head(histogram.name, histogram.help, "histogram")
        for (values, record) in histogram.all {
            var running: UInt64 = 0
            for (bound, count) in zip(histogram.bounds.map(Self.number) + ["+Inf"], record.counts) {
                running &+= count
                sample(
                    histogram.name, "_bucket", histogram.labels + ["le"], values + [bound], String(running))
            }
            sample(histogram.name, "_sum", histogram.labels, values, String(record.sum))
            sample(histogram.name, "_count", histogram.labels, values, String(running))
        }
    }

    private mutating func head(_ name: StaticString, _ help: StaticString, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(
        _ name: StaticString, _ suffix: String, _ labels: [StaticString], _ values: [String], _ value: String
    ) {
        text += "\(name)\(suffix)"
        if !labels.isEmpty {
            text += "{"
            text += zip(labels, values).map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            text += "}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(128) {
            switch scalar {
            case "\\": result += #"\\"#
            case "\"": result += #"\""#
            case "\n": result += #"\n"#
            default: result.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "?" : scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? String(Int(value)) : String(value)
    }
}
