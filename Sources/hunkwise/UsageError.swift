import ArgumentParser
import ConfigurationFiles

/// Wrong usage in one line: what is wrong, the nearest name that would be right, and where to read on.
enum UsageError {
    /// - Parameter full: The parser's own message, with usage and help over several lines.
    static func line(_ full: String, root: any ParsableCommand.Type = Hunkwise.self) -> String {
        let lines = full.split(separator: "\n").map { $0.drop { $0 == " " } }
        var message = lines.first.map(String.init) ?? "wrong usage"
        if message.hasPrefix("Error: ") { message.removeFirst("Error: ".count) }
        let choices = lines.dropFirst().prefix { $0.hasPrefix("- ") }.map { String($0.dropFirst(2)) }
        let see = lines.last { $0.hasPrefix("See '") }?.split(separator: "'").dropFirst().first.map(String.init)
        let command = see.map { $0.split(separator: " ").dropFirst().dropLast().map(String.init) } ?? []
        if !choices.isEmpty {
            // "… Please provide one of the following:" with a line for each.
            let announcement = ". Please provide one of the following:"
            if message.hasSuffix(announcement) { message.removeLast(announcement.count) }
            message += "; it takes " + choices.joined(separator: ", ")
            if let value = quoted(message), let near = NearestName.of(value, among: choices) {
                message += ". Did you mean '\(near)'?"
            }
        } else if message.hasPrefix("Unexpected argument"), let word = quoted(message),
            let near = NearestName.of(word, among: names(below: command, root))
        {
            message += ". Did you mean '\(near)'?"
        }
        if let last = message.last, last != ".", last != "?" { message += "." }
        let advice = see.map { " See \($0)." } ?? ""
        return Printable.text(message, limit: 400) + advice
    }

    /// The first text in quotes.
    private static func quoted(_ message: String) -> String? {
        let parts = message.split(separator: "'", omittingEmptySubsequences: false)
        return parts.count >= 3 ? String(parts[1]) : nil
    }

    /// The names of the subcommands beside or below a command.
    private static func names(below path: [String], _ root: any ParsableCommand.Type) -> [String] {
        var command = root
        var names = names(of: root)
        for word in path {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == word })
            else { break }
            command = next
            if !next.configuration.subcommands.isEmpty { names = Self.names(of: next) }
        }
        return names
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        command.configuration.subcommands.map { $0._commandName }
    }
}
