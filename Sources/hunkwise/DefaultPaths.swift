/// Where things are kept that nobody named a place for (XDG Base Directory Specification).
enum DefaultPaths {
    /// The store: `$XDG_STATE_HOME/hunkwise/hunkwise.db`, with `~/.local/state` for an unset variable.
    static var storage: String? {
        if let state = environmentValue("XDG_STATE_HOME"), state.hasPrefix("/") {
            return state + "/hunkwise/hunkwise.db"
        }
        guard let home = environmentValue("HOME"), home.hasPrefix("/") else { return nil }
        return home + "/.local/state/hunkwise/hunkwise.db"
    }
}
