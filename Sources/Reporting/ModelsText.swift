package import Domain

/// `models list` and `models show` for people.
package enum ModelsText {
    package static func document(_ rows: [ModelRow], style: Style = Style()) -> String {
        let header = ["model", "in $/M", "out $/M", "quality", "efficiency", "window", ""]
        var table = rows.map { row in
            [
                row.name, row.inputPrice ?? "?", row.outputPrice ?? "?", row.quality ?? "?", row.efficiency ?? "?",
                row.contextWindow.map(thousands) ?? "?", remark(row),
            ]
        }
        table.insert(header, at: 0)
        let widths = header.indices.map { column in
            table.map { TerminalText.columnsOf($0[column]) }.max() ?? 0
        }
        var out = ""
        for (index, cells) in table.enumerated() {
            let text = cells.indices.map { column in
                let cell = cells[column]
                if column == 0 || column == cells.count - 1 {
                    return column == 0 ? TerminalText.padded(cell, to: widths[0]) : cell
                }
                return String(repeating: " ", count: widths[column] - TerminalText.columnsOf(cell)) + cell
            }.joined(separator: "  ")
            var line = text
            while line.last == " " { line.removeLast() }
            out += (index == 0 ? style(.dim, line) : line) + "\n"
        }
        out += style(.dim, "efficiency = quality out of 10 / output price: what a dollar buys. * = assumed.") + "\n"
        return out
    }

    package static func details(_ row: ModelRow, values: [EffectiveValue], style: Style = Style()) -> String {
        var out = style(.bold, row.name) + "\n"
        let width = values.map { TerminalText.columnsOf($0.key) }.max() ?? 0
        for value in values {
            out += "  " + TerminalText.padded(value.key, to: width) + "  " + TerminalText.line(value.value)
            out += "  " + style(.dim, "(\(value.origin))") + "\n"
        }
        if let efficiency = row.efficiency {
            out += "  " + TerminalText.padded("efficiency", to: width) + "  " + efficiency + "\n"
        }
        if let obstacle = row.obstacle {
            out += "  cannot be called: \(obstacle)\n"
            for line in row.linesToAdd { out += "    \(line)\n" }
        }
        return out
    }

    private static func remark(_ row: ModelRow) -> String {
        var parts: [String] = []
        if row.isCallable == false { parts.append("not callable") }
        if !row.assumed.isEmpty { parts.append("* " + row.assumed.joined(separator: ", ")) }
        if let day = row.deprecated { parts.append("ends \(day)") }
        return parts.joined(separator: "; ")
    }

    private static func thousands(_ tokens: Int) -> String {
        tokens >= 1_000_000 && tokens % 1_000_000 == 0 ? "\(tokens / 1_000_000)M" : "\((tokens + 500) / 1000)k"
    }
}
