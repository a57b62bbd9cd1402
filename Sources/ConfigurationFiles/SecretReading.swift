package import Domain
import Glibc

/// Reads secrets from where the settings say they are. This happens once, when a service starts or its settings are
/// read anew.
package struct SecretReader: Sendable {
    private let environment: @Sendable (String) -> String?

    /// The largest secret; a private key has about 2 KiB.
    private static let maxBytes = 64 << 10

    package init(environment: @escaping @Sendable (String) -> String?) {
        self.environment = environment
    }

    /// The secret without the one line end that editors put behind it. Messages say what to do and never hold any of it.
    package func read(_ source: SecretSource) throws(SettingProblem) -> Secret {
        switch source.place {
        case .environment(let name):
            guard let value = environment(name), !value.isEmpty else {
                throw problem(
                    source,
                    "the environment variable \(name) is not set: add the line \(name)=… to the service's "
                        + "environment, or run: export \(name)=…")
            }
            return try secret(Array(value.utf8), source)
        case .file(let path):
            return try secret(try bytes(of: path, source), source)
        }
    }

    /// What is doubtful about where a secret is kept; nil when nothing is.
    package func warning(about source: SecretSource) -> String? {
        guard case .file(let path) = source.place else { return nil }
        var information = stat()
        guard stat(path, &information) == 0, information.st_mode & (S_IRWXO) != 0 else { return nil }
        return problem(source, "the file \(path) can be read by everybody on this machine: run chmod o= \(path)")
            .description
    }

    private func secret(_ bytes: [UInt8], _ source: SecretSource) throws(SettingProblem) -> Secret {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw problem(source, "holds nothing: put the secret there") }
        return Secret(bytes: bytes)
    }

    private func bytes(of path: String, _ source: SecretSource) throws(SettingProblem) -> [UInt8] {
        // Not blocking, so that a named pipe in the place of the file cannot hang the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw problem(source, "the file \(path) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            throw problem(source, "\(path) is not a regular file")
        }
        guard information.st_size <= Self.maxBytes else {
            throw problem(source, "the file \(path) is larger than a secret: \(Self.maxBytes) bytes are the most")
        }
        var bytes = [UInt8](repeating: 0, count: Self.maxBytes)
        var length = 0
        while length < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: length), buffer.count - length)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0 {
                throw problem(source, "the file \(path) cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { break }
            length += count
        }
        return Array(bytes[..<length])
    }

    private func problem(_ source: SecretSource, _ message: String) -> SettingProblem {
        guard case .file(let file, let line) = source.origin else {
            return SettingProblem(file: "hunkwise.yaml", line: nil, key: source.key, message: message)
        }
        return SettingProblem(file: file, line: line, key: source.key, message: message)
    }
}
