/// Something wrong with a setting, and where: one of these becomes one line.
package struct SettingProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's name as it was given.
    package let file: String
    /// From 1; nil when the problem is with the file as a whole.
    package let line: Int?
    /// Dotted path of the key, e.g. `routing.providers[0].qualty`; empty for the document.
    package let key: String
    package let message: String

    package init(file: String, line: Int?, key: String, message: String) {
        self.file = file
        self.line = line
        self.key = key
        self.message = message
    }

    package var description: String {
        let place = line.map { "\(file):\($0): " } ?? "\(file): "
        return place + (key.isEmpty ? message : "\(key): \(message)")
    }
}
