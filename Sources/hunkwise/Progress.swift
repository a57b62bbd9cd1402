/// Tells a person at a terminal that something long is under way; silent everywhere else.
struct Progress {
    private let isShown = StandardError.isTerminal && StandardOutput.isTerminal

    func say(_ text: String) {
        if isShown { StandardError.write("\r\u{1B}[K\(text)…") }
    }

    func clear() {
        if isShown { StandardError.write("\r\u{1B}[K") }
    }
}
