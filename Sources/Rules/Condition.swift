/// One condition of a matcher: a subject and a test, as in `arg 0 composed` or `not keyword timeout present`.
struct Condition: Sendable {
    enum Subject: Sendable {
        /// An argument by position, and by name where it has one: `arg 0`, `arg 0/url`, `arg /url`, `arg any`.
        case argument(position: Int?, names: [[UInt8]])
        case anyArgument
        /// The value given by an assignment or a key.
        case value
        /// The text of a string literal, of a decorator's arguments, of a handler's body.
        case text
        /// The expression a method is called on.
        case receiver
        /// The number of arguments.
        case count
        /// The name of the enclosing call or composite literal.
        case call
        /// The name of the enclosing key.
        case key
        /// The source of the innermost function around.
        case function
        /// The source of the whole file.
        case file
        /// The name of the innermost function around.
        case functionName
        /// The source of the innermost class around, up to its first line break after the header.
        case classHeader
        /// The statement the match stands in.
        case statement
        /// The path of the file.
        case path
        /// The name of the variable the match is assigned to.
        case result
    }

    enum Test: Sendable {
        case present
        /// At least of this origin.
        case atLeast(Taint)
        /// Joined from constant text and something of at least this origin.
        case composed(Taint)
        /// A literal text, number or constant, after following variables.
        case literal
        /// A string literal after following variables, not empty.
        case stringLiteral
        /// The value, followed to its literal, has one of these texts (case ignored).
        case isOneOf([[UInt8]])
        /// The literal text matches.
        case literalMatches(LazyPattern)
        /// The source text matches.
        case sourceMatches(LazyPattern)
        /// The name matches one of these.
        case named([NamePattern])
        /// The source text holds one of these; `{result}` stands for the variable assigned, `{0}` for the argument's name.
        case holds([[UInt8]])
        case sql(Taint)
        /// An address whose host is not fixed.
        case host(Taint)
        /// Text with an address in it whose host is not fixed.
        case hostInside(Taint)
        /// A command, or the first of a list of arguments, of at least this origin.
        case program(Taint)
        /// Constant HTML around something of at least this origin.
        case markup(Taint)
        /// A list of arguments that runs a shell with a command of at least this origin.
        case shellList(Taint)
        case number(atMost: Int)
        case lambda
        /// An index of the very name that is assigned: `x = x[key]` with a key that is no number.
        case selfIndex
        /// A literal as a person would write a real secret, not a placeholder.
        case secretLike
    }

    let subject: Subject
    let isNegated: Bool
    let test: Test
}

extension Condition {
    /// Reads a condition; nil with what is wrong thrown as a text.
    init(parsing source: Substring) throws(RuleFileError) {
        var words = Words(source)
        var isNegated = false
        if words.peek == "not" {
            isNegated = true
            _ = words.next()
        }
        self.isNegated = isNegated
        guard let word = words.next() else { throw RuleFileError("an empty condition") }
        switch word {
        case "arg", "keyword":
            guard let which = words.next() else { throw RuleFileError("arg needs a position or a name") }
            if which == "any" {
                subject = .anyArgument
            } else {
                let parts = which.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "," }
                let position = parts.first.flatMap { Int($0) }
                let names = (position == nil ? parts[...] : parts.dropFirst()).filter { !$0.isEmpty }
                subject = .argument(position: position, names: names.map { Array($0.utf8) })
            }
        case "value": subject = .value
        case "text": subject = .text
        case "receiver": subject = .receiver
        case "count": subject = .count
        case "call": subject = .call
        case "key": subject = .key
        case "function": subject = .function
        case "file": subject = .file
        case "function-name": subject = .functionName
        case "class": subject = .classHeader
        case "statement": subject = .statement
        case "path": subject = .path
        case "result": subject = .result
        default: throw RuleFileError("unknown subject \(word)")
        }
        test = try Condition.test(&words)
    }

    private static func test(_ words: inout Words) throws(RuleFileError) -> Test {
        guard let word = words.next() else { return .present }
        func origin(_ fallback: Taint) throws(RuleFileError) -> Taint {
            switch words.next() {
            case nil: return fallback
            case "unknown": return .unknown
            case "parameter": return .parameter
            case "request": return .request
            case let other?: throw RuleFileError("unknown origin \(other)")
            }
        }
        switch word {
        case "present": return .present
        case "dynamic": return .atLeast(.unknown)
        case "parameter": return .atLeast(.parameter)
        case "request": return .atLeast(.request)
        case "composed": return .composed(try origin(.unknown))
        case "literal": return .literal
        case "string": return .stringLiteral
        case "is", "in":
            return .isOneOf(words.rest().split(separator: "|").map { Array(trim($0).utf8).map(lowercase) })
        case "matches", "matches-case":
            return .literalMatches(try pattern(words.rest(), ignoresCase: word == "matches"))
        case "source", "source-case":
            return .sourceMatches(try pattern(words.rest(), ignoresCase: word == "source"))
        case "named": return .named(NamePattern.list(words.rest()))
        case "holds": return .holds(words.rest().split(separator: "|").map { Array(trim($0).utf8) })
        case "sql": return .sql(try origin(.unknown))
        case "host": return .host(try origin(.unknown))
        case "host-inside": return .hostInside(try origin(.unknown))
        case "program": return .program(try origin(.unknown))
        case "markup": return .markup(try origin(.unknown))
        case "shell-list": return .shellList(try origin(.unknown))
        case "at-most":
            guard let number = words.next().flatMap({ Int($0) }) else { throw RuleFileError("at-most needs a number") }
            return .number(atMost: number)
        case "lambda": return .lambda
        case "self-index": return .selfIndex
        case "secret-like": return .secretLike
        default: throw RuleFileError("unknown test \(word)")
        }
    }

    private static func pattern(_ source: Substring, ignoresCase: Bool) throws(RuleFileError) -> LazyPattern {
        guard !source.isEmpty else { throw RuleFileError("an empty pattern") }
        return LazyPattern(String(source), ignoresCase: ignoresCase)
    }
}

/// Why a rule file is refused.
struct RuleFileError: Error, Equatable, CustomStringConvertible {
    let reason: String
    var line = 0

    init(_ reason: String, line: Int = 0) {
        self.reason = reason
        self.line = line
    }

    var description: String { "line \(line): \(reason)" }
}

/// Words of a line, split at spaces.
struct Words {
    private var remaining: Substring

    init(_ text: Substring) {
        remaining = trim(text)
    }

    var peek: Substring? {
        remaining.isEmpty ? nil : remaining.prefix { $0 != " " }
    }

    mutating func next() -> Substring? {
        guard let word = peek else { return nil }
        remaining = trim(remaining.dropFirst(word.count))
        return word
    }

    /// Everything that is left.
    mutating func rest() -> Substring {
        defer { remaining = "" }
        return remaining
    }
}
