import Domain

extension SpendDocument {
    private static let header = [
        "changes", "calls", "failed", "tokens in", "cached", "out", "spent", "at bound", "saved", "a change", "p50 s",
        "p95 s",
    ]

    private static func cells(_ line: Line, exactly: Bool) -> [String] {
        func money(_ amount: Money?) -> String {
            guard let amount else { return "" }
            return exactly ? amount.usd : Wording.dollars(amount)
        }
        let failed = line.failures.values.reduce(0, +)
        return [
            "\(line.changes)", "\(line.calls)", "\(failed)", "\(line.inputTokens)", "\(line.cachedTokens)",
            "\(line.outputTokens)", money(line.spent), line.bounded > .zero || exactly ? money(line.bounded) : "",
            money(line.saved), money(line.costPerChange),
            line.durations.first.map(seconds) ?? "", line.durations.dropFirst().first.map(seconds) ?? "",
        ]
    }

    /// For a terminal: numbers flush right, the sum last.
    package func table(style: Style = Style()) -> String {
        guard total.calls > 0 || !lines.isEmpty else { return "No model was called since \(since).\n" }
        var rows = [[grouping] + Self.header]
        rows += lines.map { [TerminalText.line($0.key.isEmpty ? "(none)" : $0.key)] + Self.cells($0, exactly: false) }
        rows.append(["total"] + Self.cells(total, exactly: false))
        // A column nobody has anything in says nothing.
        let columns = rows[0].indices.filter { column in
            column < 3 || column == 7 || rows.dropFirst().contains { !$0[column].isEmpty && $0[column] != "0" }
        }
        let widths = rows[0].indices.map { column in rows.map { TerminalText.columnsOf($0[column]) }.max() ?? 0 }
        var out = "Since \(since), UTC; every figure is a sum over the ledger.\n"
        for (index, row) in rows.enumerated() {
            var text = columns.map { column in
                column == 0
                    ? TerminalText.padded(row[0], to: widths[0])
                    : String(repeating: " ", count: widths[column] - TerminalText.columnsOf(row[column])) + row[column]
            }.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            out += (index == 0 ? style(.dim, text) : index == rows.count - 1 ? style(.bold, text) : text) + "\n"
        }
        if !total.failures.isEmpty { out += "Calls that brought no answer: \(Self.failures(total)).\n" }
        if total.held > .zero { out += "Held for calls under way: \(Wording.dollars(total.held)).\n" }
        out += counts("Gates", gates) + counts("Findings", findings)
        return out
    }

    private func counts(_ title: String, _ counts: [Count]) -> String {
        guard !counts.isEmpty else { return "" }
        var out = "\n\(title):\n"
        for count in counts.prefix(60) {
            let what = [count.subject, count.outcome].filter { !$0.isEmpty }.joined(separator: " ")
            out += "  " + TerminalText.line("\(count.model) \(count.category): \(what) \(count.count)") + "\n"
        }
        if counts.count > 60 { out += "  … and \(counts.count - 60) more\n" }
        return out
    }

    package var markdown: String {
        let rows =
            lines.map { [MarkdownText.code($0.key.isEmpty ? "(none)" : $0.key)] + Self.cells($0, exactly: false) }
            + [["**total**"] + Self.cells(total, exactly: false)]
        let head = [grouping] + Self.header
        return ([head, head.map { _ in "---" }] + rows)
            .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n") + "\n"
    }

    /// RFC 4180; money as exact decimals of dollars.
    package var csv: String {
        let head = [
            grouping, "changes", "calls", "failed", "input_tokens", "cached_input_tokens", "output_tokens", "spent_usd",
            "bounded_usd", "saved_usd", "cost_per_change_usd", "p50_seconds", "p95_seconds",
        ]
        let rows = lines.map { [$0.key] + Self.cells($0, exactly: true) }
        return ([head] + rows).map { $0.map(Self.field).joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
    }

    /// A field that a spreadsheet would take for a formula is made plain text.
    private static func field(_ text: String) -> String {
        var text = text
        if let first = text.first, "=+@\t\r".contains(first) || first == "-" && Double(text) == nil {
            text = "'" + text
        }
        guard text.contains(where: { "\",\r\n".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    package var json: [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.field("by", grouping)
            json.field("since", since)
            json.array("rows", lines) { $0.line($1) }
            json.key("total")
            json.line(total)
            json.array("gates", gates) { $0.count($1, subject: "gate") }
            json.array("findings", findings) { $0.count($1, subject: nil) }
        }
        writer.endLine()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func line(_ line: SpendDocument.Line) {
        object { json in
            json.field("key", line.key)
            json.field("changes", line.changes)
            json.field("reviews", line.reviews)
            json.field("calls", line.calls)
            json.array("failures", line.failures.sorted { $0.key < $1.key }) { json, failure in
                json.object { json in
                    json.field("kind", failure.key)
                    json.field("count", failure.value)
                }
            }
            json.field("input_tokens", line.inputTokens)
            json.field("cached_input_tokens", line.cachedTokens)
            json.field("output_tokens", line.outputTokens)
            json.field("reasoning_tokens", line.reasoningTokens)
            json.field("spent_usd", line.spent.usd)
            json.field("exact_usd", line.exact.usd)
            json.field("bounded_usd", line.bounded.usd)
            json.field("held_usd", line.held.usd)
            json.field("saved_usd", line.saved?.usd)
            json.field("cost_per_change_usd", line.costPerChange?.usd)
            json.percentiles("seconds", line.durations)
            json.percentiles("first_token_seconds", line.firstTokens)
        }
    }

    private mutating func percentiles(_ key: StaticString, _ values: [Double]) {
        guard values.count == 3 else { return null(key) }
        object(key) { json in
            json.field("p50", values[0])
            json.field("p95", values[1])
            json.field("p99", values[2])
        }
    }

    fileprivate mutating func count(_ count: SpendDocument.Count, subject: StaticString?) {
        object { json in
            json.field("model", count.model)
            json.field("category", count.category)
            if let subject { json.field(subject, count.subject) }
            json.field("outcome", count.outcome)
            json.field("count", count.count)
        }
    }
}
