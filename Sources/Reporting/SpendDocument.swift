package import Domain

/// What was spent, as `hunkwise report` prints it.
package struct SpendDocument: Sendable {
    /// Sums over the calls of one group.
    package struct Line: Sendable {
        package var key: String
        package var changes = 0
        package var reviews = 0
        package var calls = 0
        package var failures: [String: Int] = [:]
        package var inputTokens = 0
        package var cachedTokens = 0
        package var outputTokens = 0
        package var reasoningTokens = 0
        package var exact = Money.zero
        package var bounded = Money.zero
        package var held = Money.zero
        /// Nil where there is no baseline to compare with.
        package var saved: Money?
        package var costPerChange: Money?
        /// Seconds; nil without answered calls.
        package var durations: [Double] = []
        package var firstTokens: [Double] = []

        package init(key: String) {
            self.key = key
        }

        package var spent: Money { exact + bounded }
    }

    /// Answers and what the gates made of them, or findings and what became of them.
    package struct Count: Sendable {
        package var model: String
        package var category: String
        package var subject: String
        package var outcome: String
        package var count: Int

        package init(model: String, category: String, subject: String, outcome: String, count: Int) {
            self.model = model
            self.category = category
            self.subject = subject
            self.outcome = outcome
            self.count = count
        }
    }

    /// "repo", "model" …
    package var grouping: String
    /// "2026-11-01", for people.
    package var since: String
    package var lines: [Line]
    package var total: Line
    package var gates: [Count]
    package var findings: [Count]

    package init(
        grouping: String, since: String, lines: [Line], total: Line, gates: [Count], findings: [Count]
    ) {
        self.grouping = grouping
        self.since = since
        self.lines = lines
        self.total = total
        self.gates = gates
        self.findings = findings
    }

    /// Routing at a glance: how many calls failed, by how.
    static func failures(_ line: Line) -> String {
        line.failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }

    /// "0.84" seconds.
    static func seconds(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let hundredths = Int((min(max(value, 0), 1e9) * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100)." + (fraction < 10 ? "0" : "") + "\(fraction)"
    }
}
