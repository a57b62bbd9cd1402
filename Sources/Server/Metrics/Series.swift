import Synchronization

/// Counts by label values. The number of series is bounded: values beyond it are counted together as "other".
package final class Counter: Sendable {
    let name: StaticString
    let help: StaticString
    let labels: [StaticString]
    private let values = Mutex<[[String]: UInt64]>([:])

    static let maxSeries = 200

    init(_ name: StaticString, _ help: StaticString, labels: [StaticString] = []) {
        self.name = name
        self.help = help
        self.labels = labels
    }

    /// - Parameter values: One for each label.
    package func add(_ values: [String] = [], _ amount: UInt64 = 1) {
        self.values.withLock { counts in
            let key = counts[values] != nil || counts.count < Self.maxSeries ? values : labels.map { _ in "other" }
            counts[key, default: 0] &+= amount
        }
    }

    package func value(_ values: [String] = []) -> UInt64 { self.values.withLock { $0[values] ?? 0 } }

    var all: [(values: [String], count: UInt64)] {
        values.withLock { $0.map { ($0.key, $0.value) } }.sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}

/// How many observations were at most so long, by label values.
package final class Histogram: Sendable {
    struct Record {
        /// By bucket, the last for those above all bounds.
        var counts: [UInt64]
        var sum = 0.0
        var total: UInt64 { counts.reduce(0, &+) }
    }

    let name: StaticString
    let help: StaticString
    let labels: [StaticString]
    /// Rising, in seconds.
    let bounds: [Double]
    private let records = Mutex<[[String]: Record]>([:])

    init(_ name: StaticString, _ help: StaticString, labels: [StaticString] = [], bounds: [Double]) {
        self.name = name
        self.help = help
        self.labels = labels
        self.bounds = bounds
    }

    package func observe(_ seconds: Double, _ values: [String] = []) {
        let bucket = bounds.firstIndex { seconds <= $0 } ?? bounds.count
        records.withLock { records in
            let isRoom = records[values] != nil || records.count < Counter.maxSeries
            let key = isRoom ? values : labels.map { _ in "other" }
            let empty = Record(counts: Array(repeating: 0, count: bounds.count + 1))
            records[key, default: empty].counts[bucket] &+= 1
            records[key, default: empty].sum += max(0, seconds)
        }
    }

    var all: [(values: [String], record: Record)] {
        records.withLock { $0.map { ($0.key, $0.value) } }.sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}

/// A figure taken when somebody looks.
package struct Gauge: Sendable {
    package var name: StaticString
    package var help: StaticString
    package var labels: [StaticString]
    /// Decimal numbers as text, by label values.
    package var values: [(labels: [String], value: String)]

    package init(
        _ name: StaticString, _ help: StaticString, labels: [StaticString] = [],
        values: [(labels: [String], value: String)]
    ) {
        self.name = name
        self.help = help
        self.labels = labels
        self.values = values
    }

    package init(_ name: StaticString, _ help: StaticString, _ value: Int) {
        self.init(name, help, values: [([], String(value))])
    }
}
