/// How text for people is laid out: whether it may be coloured, and how wide it may be.
///
/// The caller decides on colour (a terminal, `NO_COLOR`, `--color`); nothing here asks the environment.
package struct Style: Sendable {
    package enum Ink: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case magenta = "35"
        case cyan = "36"
        case boldRed = "1;31"
        case boldMagenta = "1;35"
    }

    package let colour: Bool
    /// Columns; at least 40.
    package let width: Int

    package init(colour: Bool = false, width: Int = 80) {
        self.colour = colour
        self.width = max(40, width)
    }

    func callAsFunction(_ ink: Ink, _ text: String) -> String {
        colour && !text.isEmpty ? "\u{1B}[\(ink.rawValue)m\(text)\u{1B}[0m" : text
    }
}
