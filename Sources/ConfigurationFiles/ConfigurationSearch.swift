import Domain

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Finds and reads the operator's file.
package enum ConfigurationSearch {
    /// The places in order: the option, `HUNKWISE_CONFIG`, `hunkwise.yaml` in the working directory, then in
    /// `$XDG_CONFIG_HOME/hunkwise` (`~/.config/hunkwise`), then in `/etc/hunkwise`.
    ///
    /// A file named by the option or the variable must be there; the others may be absent. Nil when there is none.
    package static func read(option: String?, environment: (String) -> String?) throws(ConfigurationErrors)
        -> ConfigurationFile?
    {
        if let option { return try named(option) }
        if let name = environment("HUNKWISE_CONFIG"), !name.isEmpty { return try named(name) }
        for place in places(environment) {
            switch load(place) {
            case .success(let bytes): return ConfigurationFile(name: place, bytes: bytes)
            case .failure(.absent): continue
            case .failure(let failure): throw failure.errors(place)
            }
        }
        return nil
    }

    /// Where a file is looked for that nobody named.
    package static func places(_ environment: (String) -> String?) -> [String] {
        var places = ["hunkwise.yaml"]
        if let home = environment("XDG_CONFIG_HOME"), home.hasPrefix("/") {
            places.append(home + "/hunkwise/hunkwise.yaml")
        } else if let home = environment("HOME"), home.hasPrefix("/") {
            places.append(home + "/.config/hunkwise/hunkwise.yaml")
        }
        return places + ["/etc/hunkwise/hunkwise.yaml"]
    }

    private static func named(_ name: String) throws(ConfigurationErrors) -> ConfigurationFile {
        switch load(name) {
        case .success(let bytes): return ConfigurationFile(name: name, bytes: bytes)
        case .failure(let failure): throw failure.errors(name)
        }
    }

    private enum Failure: Error, Equatable {
        case absent
        case unreadable(String)

        func errors(_ name: String) -> ConfigurationErrors {
            let message =
                switch self {
                case .absent: "is not there"
                case .unreadable(let reason): "cannot be read: \(reason)"
                }
            return ConfigurationErrors([SettingProblem(file: name, line: nil, key: "", message: message)])
        }
    }

    private static func load(_ path: String) -> Result<[UInt8], Failure> {
        // Not blocking, so that a named pipe in the place of the file cannot hang the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return .failure(
                errno == ENOENT || errno == ENOTDIR ? .absent : .unreadable(String(cString: strerror(errno))))
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            return .failure(.unreadable("it is not a regular file"))
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= YAMLDocument.maxBytes {
            let count = buffer.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0 { return .failure(.unreadable(String(cString: strerror(errno)))) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return .success(bytes)
    }
}

/// The system's `read`, which the method of that name hides.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
