import Glibc

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

    /// The operator's own: `$XDG_CONFIG_HOME/hunkwise`, with `~/.config` for an unset variable.
    static var configuration: String? {
        if let directory = environmentValue("XDG_CONFIG_HOME"), directory.hasPrefix("/") {
            return directory + "/hunkwise"
        }
        guard let home = environmentValue("HOME"), home.hasPrefix("/") else { return nil }
        return home + "/.config/hunkwise"
    }

    /// Makes the directory a file is to lie in, with those above it.
    static func makeDirectory(of path: String) throws(Failure) {
        var end = path.startIndex
        while let slash = path[end...].dropFirst().firstIndex(of: "/") {
            let directory = String(path[..<slash])
            if mkdir(directory, 0o755) != 0, errno != EEXIST {
                throw Failure("cannot make \(Printable.text(directory)): \(String(cString: strerror(errno)))")
            }
            end = slash
        }
    }
}

/// A path that holds wherever the process is.
enum AbsolutePath {
    static func of(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let directory = getcwd(nil, 0) else { return path }
        defer { free(directory) }
        return String(cString: directory) + "/" + path
    }
}
