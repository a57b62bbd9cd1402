import SyntaxTrees

/// The words of a language by which values are judged: where requests come in, what cleans, what passes on.
/// Read from `Resources/values.rules`.
struct ValueWords: Sendable {
    /// Expressions that are input of strangers.
    var requestSources: [NamePattern] = []
    /// Expressions that are input of whoever starts the program: arguments, environment.
    var localSources: [NamePattern] = []
    /// Calls whose result an attacker does not control.
    var cleaners: [NamePattern] = []
    /// Last segments of functions that fill a format.
    var formatters: Set<[UInt8]> = []
    /// Last segments of functions whose result is as doubtful as their arguments.
    var passers: Set<[UInt8]> = []
    /// Decorators of functions that answer requests.
    var handlerDecorators: [NamePattern] = []
    /// Annotations of parameters that hold parts of a request.
    var requestAnnotations: Set<[UInt8]> = []
    /// Types whose values cannot carry an attack text.
    var harmlessTypes: Set<[UInt8]> = []
    /// Types of whole requests and of services that are handed to a handler beside its input.
    var requestObjects: Set<[UInt8]> = []
    /// Members that are numbers.
    var harmlessMembers: Set<[UInt8]> = []
    /// Members that identify a record.
    var keyMembers: Set<[UInt8]> = []
    /// Words, in lower case, of names for parts of a database.
    var schemaWords: Set<[UInt8]> = []

    static let tables: [Language: ValueWords] = load()

    private static func load() -> [Language: ValueWords] {
        var tables: [Language: ValueWords] = [:]
        let text = String(decoding: PackageResources.values_rules, as: UTF8.self)
        var lines: [Substring] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if line.first == " ", let last = lines.popLast() {
                lines.append(Substring(String(last) + "," + String(trim(line))))
            } else {
                lines.append(line)
            }
        }
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let words = line[..<colon].split(separator: " ")
            guard words.count >= 2 else { continue }
            let list = line[line.index(after: colon)...]
            for family in words.dropFirst() {
                let languages =
                    RuleFile.families[String(family)] ?? Language(rawValue: String(family)).map { [$0] } ?? []
                for language in languages { tables[language, default: ValueWords()].add(String(words[0]), list) }
            }
        }
        return tables
    }

    private mutating func add(_ what: String, _ list: Substring) {
        let words = list.split(separator: ",").map { Array(trim($0).utf8) }.filter { !$0.isEmpty }
        switch what {
        case "source": requestSources += NamePattern.list(list)
        case "local": localSources += NamePattern.list(list)
        case "cleaner": cleaners += NamePattern.list(list)
        case "format": formatters.formUnion(words)
        case "pass": passers.formUnion(words)
        case "handler": handlerDecorators += NamePattern.list(list)
        case "request-annotation": requestAnnotations.formUnion(words)
        case "harmless-type": harmlessTypes.formUnion(words)
        case "request-object": requestObjects.formUnion(words)
        case "harmless-member": harmlessMembers.formUnion(words)
        case "key-member": keyMembers.formUnion(words)
        case "schema-word": schemaWords.formUnion(words)
        default: break
        }
    }
}
