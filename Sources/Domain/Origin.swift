/// Where an effective value comes from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// Written in a configuration file; the line is counted from 1.
    case file(String, line: Int)
    case commandLine(String)
    case environment(String)
    /// The catalogue's row, with the date its figures were taken.
    case catalogue(key: String, date: String)
    /// A price file that the operator imported, with the date its figures are of.
    case imported(key: String, date: String)
    /// What probes and reviews showed, on so many cases.
    case measured(cases: Int)
    case builtIn
    /// Nobody knows: a cautious stand-in.
    case assumed

    package var description: String {
        switch self {
        case .file(let name, let line): "\(name):\(line)"
        case .commandLine(let option): option
        case .environment(let variable): "$\(variable)"
        case .catalogue(let key, let date): "catalogue \(key), \(date)"
        case .imported(let key, let date): "imported \(key), \(date)"
        case .measured(let cases): "measured on \(cases) cases"
        case .builtIn: "default"
        case .assumed: "assumed"
        }
    }
}

/// One line of what is in force: `config check` prints these.
package struct EffectiveValue: Sendable, Hashable {
    /// Dotted, e.g. `routing.providers[0].quality`.
    package let key: String
    package let value: String
    package let origin: Origin

    package init(_ key: String, _ value: String, _ origin: Origin) {
        self.key = key
        self.value = value
        self.origin = origin
    }
}
