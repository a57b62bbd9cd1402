/// The `commands` block: what people may ask for in comments.
package struct CommandSettings: Sendable, Hashable {
    package var isEnabled = true
    package var perPersonHour = 20
    package var perChangeHour = 30

    package init() {}
}
