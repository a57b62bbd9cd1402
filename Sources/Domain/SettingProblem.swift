/// Something wrong with a setting, and where: one of these becomes one line.
package struct SettingProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's name as it was given.
    package let file: String
    /// From 1; nil when the problem is with the file as a whole.
    package let line: Int?
    /// Dotted path of the key, e.g. `routing.providers[0].qualty`; empty for the document.
    package let key: String
    package let message: String

    /// Keys and values that a message repeats come from the file; in them, what would break the line or deceive a reader
    /// is written as an escape.
    package init(file: String, line: Int?, key: String, message: String) {
        self.file = file
        self.line = line
        self.key = Self.onOneLine(key)
        self.message = Self.onOneLine(message)
    }

    private static func onOneLine(_ text: String) -> String {
        func breaks(_ scalar: Unicode.Scalar) -> Bool { scalar.isHidden || scalar == "\n" || scalar == "\t" }
        guard text.unicodeScalars.contains(where: breaks) else { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            if breaks(scalar) {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    package var description: String {
        let place = line.map { "\(file):\($0): " } ?? "\(file): "
        return place + (key.isEmpty ? message : "\(key): \(message)")
    }
}
