/// The `git` block: how the objects of a change are fetched.
package struct GitSettings: Sendable, Hashable {
    /// False: changes are read by the forge's API alone.
    package var isEnabled = true
    /// Where the mirrors are kept; nil for beside the database.
    package var directory: String?
    /// The largest a mirror may become.
    package var maxMegabytes = 2048
    /// The longest one fetch may take.
    package var timeoutSeconds = 300

    package init() {}
}
