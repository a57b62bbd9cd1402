import Domain
import Yams

/// A key with its value while it is read.
struct Field {
    /// Dotted path from the top.
    let key: String
    let name: String
    let line: Int
    let node: Node
}

/// Reads a file's tree, collecting every problem and every effective value.
///
/// Methods answer nil after noting what is wrong, so that one run reports everything.
final class SectionReader {
    let file: String
    let isRepositorys: Bool
    private(set) var problems: [SettingProblem] = []
    private(set) var values: [EffectiveValue] = []

    init(file: String, isRepositorys: Bool) {
        self.file = file
        self.isRepositorys = isRepositorys
    }

    func refuse(_ field: Field, _ message: String) {
        problems.append(SettingProblem(file: file, line: field.line, key: field.key, message: message))
    }

    func refuse(key: String, line: Int?, _ message: String) {
        problems.append(SettingProblem(file: file, line: line, key: key, message: message))
    }

    func note(_ field: Field, _ value: String) {
        values.append(EffectiveValue(field.key, value, .file(file, line: field.line)))
    }

    /// Takes back a value that does not come into force.
    func retract(_ field: Field) {
        values.removeAll { $0.key == field.key }
    }

    // MARK: Shapes

    /// The fields of a mapping whose keys are known names.
    func section(_ field: Field, keys: [KeyName]) -> [String: Field]? {
        guard let fields = mapping(field) else { return nil }
        var known: [String: Field] = [:]
        for entry in fields {
            guard let key = keys.first(where: { $0.name == entry.name }) else {
                refuse(entry, unknown(entry, keys))
                continue
            }
            known[key.name] = entry
        }
        return known
    }

    private func unknown(_ entry: Field, _ keys: [KeyName]) -> String {
        func nearest(_ names: [String], ending suffixes: [String]) -> String? {
            NearestName.ranked(entry.name, among: names.filter { name in suffixes.contains { name.hasSuffix($0) } })
                .first?.name
        }
        if isRepositorys, KeyNames.home(of: entry.name) != nil {
            return "only the operator may set this, in hunkwise.yaml"
        }
        let names = keys.map(\.name)
        let hint = NearestName.hint(entry.name, among: names, noun: "valid keys")
        if !hint.contains("did you mean"), KeyNames.namesSecret(entry.name) {
            return "unknown key; secrets are never written here: name an environment variable with "
                + "\(nearest(names, ending: ["_env"]) ?? "api_key_env"), or a file with "
                + (nearest(names, ending: ["_file", "_files"]) ?? "api_key_file")
        }
        if !hint.contains("did you mean"), let home = KeyNames.home(of: entry.name) {
            return "unknown key here; it belongs in \(home)" + hint
        }
        return "unknown key" + hint
    }

    /// The fields of a mapping with free names, in order.
    func mapping(_ field: Field) -> [Field]? {
        guard case .mapping(let pairs) = field.node else {
            refuse(field, isEmpty(field) ? "has no value: give it one or remove it" : "must be a mapping (key: value)")
            return nil
        }
        var fields: [Field] = []
        for (key, value) in pairs {
            guard case .scalar(let name) = key, !name.string.isEmpty, name.string.utf8.count <= 256 else {
                refuse(key: field.key, line: key.mark?.line, "has a key that is not a name")
                continue
            }
            let path = field.key.isEmpty ? printable(name.string) : "\(field.key).\(printable(name.string))"
            fields.append(Field(key: path, name: name.string, line: key.mark?.line ?? field.line, node: value))
        }
        return fields
    }

    /// The items of a sequence.
    func list(_ field: Field) -> [Field]? {
        guard case .sequence(let items) = field.node else {
            refuse(field, isEmpty(field) ? "has no value: give it one or remove it" : "must be a list ([a, b])")
            return nil
        }
        return items.enumerated().map { index, node in
            Field(key: "\(field.key)[\(index)]", name: field.name, line: node.mark?.line ?? field.line, node: node)
        }
    }

    func isEmpty(_ field: Field) -> Bool {
        guard case .scalar(let scalar) = field.node, scalar.style == .plain || scalar.style == .any else {
            return false
        }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    func isList(_ field: Field) -> Bool {
        if case .sequence = field.node { return true }
        return false
    }

    func isMapping(_ field: Field) -> Bool {
        if case .mapping = field.node { return true }
        return false
    }

    /// A scalar's text and whether it stands without quotes.
    private func scalar(_ field: Field, _ wanted: String) -> (text: String, isPlain: Bool)? {
        if isEmpty(field) {
            refuse(field, "has no value: give it one or remove it")
            return nil
        }
        guard case .scalar(let scalar) = field.node else {
            refuse(field, "must be \(wanted)")
            return nil
        }
        return (scalar.string, scalar.style == .plain || scalar.style == .any)
    }

    // MARK: Values

    func text(_ field: Field, maxBytes: Int = 1024, noted: Bool = true) -> String? {
        guard let (text, _) = scalar(field, "text") else { return nil }
        guard !text.isEmpty, text.utf8.count <= maxBytes else {
            refuse(field, text.isEmpty ? "must not be empty" : "is longer than \(maxBytes) bytes")
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" || $0.value == 0x7F })
        else {
            refuse(field, "holds control characters")
            return nil
        }
        if noted { note(field, printable(text)) }
        return text
    }

    func flag(_ field: Field) -> Bool? {
        guard let (text, isPlain) = scalar(field, "true or false") else { return nil }
        guard isPlain, text == "true" || text == "false" else {
            refuse(field, "must be true or false, not \(quoted(text))")
            return nil
        }
        note(field, text)
        return text == "true"
    }

    func count(_ field: Field, in range: ClosedRange<Int>) -> Int? {
        guard let (text, isPlain) = scalar(field, "a whole number") else { return nil }
        guard isPlain, let decimal = ExactDecimal(text), let value = decimal.scaled(byPowerOfTen: 0) else {
            refuse(field, "must be a whole number, not \(quoted(text))")
            return nil
        }
        guard let count = Int(exactly: value), range.contains(count) else {
            refuse(field, "must be from \(range.lowerBound) to \(range.upperBound), not \(quoted(text))")
            return nil
        }
        note(field, String(count))
        return count
    }

    func decimal(_ field: Field, in range: ClosedRange<Double>, noted: Bool = true) -> ExactDecimal? {
        guard let (text, isPlain) = scalar(field, "a number") else { return nil }
        guard isPlain, let decimal = ExactDecimal(text), let value = decimal.value else {
            refuse(field, "must be a number, not \(quoted(text))")
            return nil
        }
        guard range.contains(value) else {
            refuse(field, "must be from \(short(range.lowerBound)) to \(short(range.upperBound)), not \(quoted(text))")
            return nil
        }
        if noted { note(field, decimal.text) }
        return decimal
    }

    func share(_ field: Field) -> Double? {
        decimal(field, in: 0...1)?.value
    }

    /// Dollars, exact to the picodollar.
    func money(_ field: Field) -> Money? {
        guard let decimal = decimal(field, in: 0...1_000_000, noted: false) else { return nil }
        guard let picodollars = decimal.scaled(byPowerOfTen: 12) else {
            refuse(field, "is finer than a millionth of a millionth of a dollar")
            return nil
        }
        let money = Money(picodollars: picodollars)
        note(field, "$" + money.usd)
        return money
    }

    /// Dollars a token.
    func price(_ field: Field) -> ExactDecimal? {
        guard let decimal = decimal(field, in: 0...1_000_000, noted: false) else { return nil }
        guard let value = decimal.value, value <= 0.01 else {
            refuse(
                field,
                "is dollars a token: \(decimal.text) would be over $10,000 a million tokens; was it a million's price?")
            return nil
        }
        guard decimal.exponent >= -24 else {
            refuse(field, "has more than 24 decimals")
            return nil
        }
        note(field, decimal.text)
        return decimal
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ field: Field, of type: Value.Type, noted: Bool = true)
        -> Value?
    where Value.RawValue == String {
        let names = Value.allCases.map(\.rawValue)
        guard let (text, _) = scalar(field, "one of " + names.joined(separator: ", ")) else { return nil }
        guard let value = Value(rawValue: text) else {
            refuse(
                field,
                "must be one of \(names.joined(separator: ", ")), not \(quoted(text))"
                    + (NearestName.ranked(text, among: names).first.map {
                        $0.distance <= 2 ? "; did you mean \"\($0.name)\"?" : ""
                    } ?? ""))
            return nil
        }
        if noted { note(field, text) }
        return value
    }

    func texts(_ field: Field, maxCount: Int = 1000) -> [String]? {
        guard let items = list(field) else { return nil }
        guard items.count <= maxCount else {
            refuse(field, "has more than \(maxCount) entries")
            return nil
        }
        let texts = items.compactMap { text($0, noted: false) }
        guard texts.count == items.count else { return nil }
        note(field, "[" + texts.map(printable).joined(separator: ", ") + "]")
        return texts
    }

    // MARK: Printing

    /// Text as it may stand in a line of output.
    func printable(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(120).map { $0.value < 0x20 || $0.value == 0x7F ? " " : String($0) }
            .joined()
        return text.unicodeScalars.count > 120 ? shown + "…" : shown
    }

    private func quoted(_ text: String) -> String { "\"" + printable(text) + "\"" }

    private func short(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(value)
    }
}
