package import Domain
import Patterns

/// A command in a comment: a verb of a fixed list with typed arguments. Nothing of the configuration can be set by one.
package enum Command: Sendable, Hashable {
    case review, full, pause, resume, help
    /// The finding of the thread the command stands in, or the one named by the beginning of its identity.
    case ignore(String?)
    case explain(String?)
    /// Files matching a path belong to this category from now on.
    case category(path: String, Category)
    /// A limit for this change, below what the operator allows.
    case budget(Money)

    /// What a comment says to us.
    package enum Reading: Sendable, Hashable {
        /// Not meant for us.
        case none
        case command(Command)
        /// Meant for us and not understood; the answer to its author.
        case misunderstood(String)
    }

    /// Reads the first line of a comment, which must begin with "/hunkwise". Quoted lines, code and hidden HTML are no
    /// first lines, so nothing in them is ever obeyed.
    package static func read(_ body: String) -> Reading {
        let line = body.utf8.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard line.count <= 500, let text = String(line) else { return .none }
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        guard words.first == "/hunkwise", text.hasPrefix("/hunkwise") else { return .none }
        guard words.count > 1 else { return .command(.help) }
        let arguments = Array(words.dropFirst(2))
        switch words[1] {
        case "review": return bare(.review, arguments)
        case "full": return bare(.full, arguments)
        case "pause": return bare(.pause, arguments)
        case "resume": return bare(.resume, arguments)
        case "help": return bare(.help, arguments)
        case "ignore": return finding(arguments) { .ignore($0) }
        case "explain": return finding(arguments) { .explain($0) }
        case "category": return category(arguments)
        case "budget": return budget(arguments)
        default: return .misunderstood("There is no such command. \(usage)")
        }
    }

    package static let usage =
        "Commands: review, full, pause, resume, ignore, explain, category PATH CATEGORY, budget USD, help."

    private static func bare(_ command: Command, _ arguments: [String]) -> Reading {
        arguments.isEmpty ? .command(command) : .misunderstood("This command takes no arguments. \(usage)")
    }

    private static func finding(_ arguments: [String], _ command: (String?) -> Command) -> Reading {
        guard let name = arguments.first else { return .command(command(nil)) }
        guard arguments.count == 1, (6...64).contains(name.utf8.count), name.utf8.allSatisfy(isHexadecimal) else {
            return .misunderstood(
                "Say it in the thread of the finding, or name the finding by the first 6 or more letters of its identity."
            )
        }
        return .command(command(name))
    }

    private static func category(_ arguments: [String]) -> Reading {
        let known = Category.allCases.map(\.rawValue).joined(separator: ", ")
        guard arguments.count == 2, let category = Category(rawValue: arguments[1]) else {
            return .misunderstood("Write: /hunkwise category PATH CATEGORY. Categories: \(known).")
        }
        guard arguments[0].utf8.count <= 200, (try? Glob(arguments[0])) != nil else {
            return .misunderstood(
                "The path is no pattern of paths, or longer than 200 bytes: write it as in .gitignore.")
        }
        return .command(.category(path: arguments[0], category))
    }

    private static func budget(_ arguments: [String]) -> Reading {
        guard arguments.count == 1, let money = Money(usd: arguments[0]), money >= .zero else {
            return .misunderstood("Write an amount in US dollars: /hunkwise budget 0.25")
        }
        return .command(.budget(money))
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
