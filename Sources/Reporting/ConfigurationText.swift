package import Domain

/// `config check`: what is in force, where it comes from, and what is missing.
package enum ConfigurationText {
    /// - Parameters:
    ///   - file: The operator's file, nil when there is none.
    ///   - scope: The repository the budgets hold for, nil when none was named.
    package static func document(
        file: String?, scope: String?, values: [EffectiveValue], bounds: [BudgetBound], models: [ModelRow],
        notes: [String], style: Style = Style()
    ) -> String {
        var out = style(.bold, file.map { "Configuration: \(TerminalText.line($0))" } ?? "No configuration file found")
        out += "\n"
        if file == nil { out += "The static reviewer works without one; `hunkwise config init` writes one.\n" }
        let keyWidth = min(values.map { TerminalText.columnsOf($0.key) }.max() ?? 0, 44)
        for value in values {
            out += "  " + TerminalText.padded(TerminalText.line(value.key), to: keyWidth)
            out += "  " + TerminalText.line(value.value) + "  " + style(.dim, "(\(value.origin))") + "\n"
        }
        if !bounds.isEmpty {
            out += style(.bold, "Budgets" + (scope.map { " for \(TerminalText.line($0))" } ?? "")) + "\n"
            for bound in bounds { out += "  \(TerminalText.line(bound.name))  $\(bound.limit.usd)\n" }
        }
        if !models.isEmpty {
            out += style(.bold, "Models") + "\n"
            for model in models {
                let state = model.isCallable == true ? "callable" : "cannot be called"
                out += "  " + TerminalText.line(model.name) + "  " + state
                if !model.assumed.isEmpty { out += style(.dim, "  assumed: " + model.assumed.joined(separator: ", ")) }
                out += "\n"
                if let obstacle = model.obstacle {
                    out += "    \(TerminalText.line(obstacle))\n"
                    if !model.linesToAdd.isEmpty { out += "    add to its entry:\n" }
                    for line in model.linesToAdd { out += "      \(line)\n" }
                }
            }
        }
        for note in notes { out += "note: " + TerminalText.line(note) + "\n" }
        return out
    }
}
