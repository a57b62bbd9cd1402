import Glibc

/// Reads files the user names, bounded, with errors that say what to do.
enum InputFile {
    /// More than any diff a forge serves, and as much as is parsed; keeps a stray `--patch /dev/zero` from filling the
    /// memory.
    static let limit = 256_000_000

    /// The bytes of a file, or of standard input for "-".
    static func read(_ path: String, limit: Int = limit) throws(Failure) -> [UInt8] {
        if path == "-" { return try read(descriptor: STDIN_FILENO, name: "standard input", limit: limit) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure("cannot read \(Printable.text(path)): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var info = stat()
        if fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFDIR {
            throw Failure("cannot read \(Printable.text(path)): it is a directory; name a file")
        }
        return try read(descriptor: descriptor, name: Printable.text(path), limit: limit)
    }

    private static func read(descriptor: Int32, name: String, limit: Int) throws(Failure) -> [UInt8] {
        let chunkSize = 1 << 18
        var bytes: [UInt8] = []
        var info = stat()
        if fstat(descriptor, &info) == 0, info.st_size > 0, info.st_size <= limit {
            // With room for the last, empty chunk: growing would double the buffer.
            bytes.reserveCapacity(Int(info.st_size) + chunkSize)
        }
        while true {
            let start = bytes.count
            var failure: Int32 = 0
            var count = 0
            bytes.append(contentsOf: repeatElement(0, count: chunkSize))
            bytes.withUnsafeMutableBytes { buffer in
                let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
                repeat {
                    count = Glibc.read(descriptor, chunk.baseAddress, chunk.count)
                    failure = errno
                } while count < 0 && failure == EINTR
            }
            bytes.removeLast(chunkSize - max(count, 0))
            if count < 0 { throw Failure("cannot read \(name): \(String(cString: strerror(failure)))") }
            if count == 0 { return bytes }
            if bytes.count > limit {
                throw Failure("\(name) is larger than \(limit / 1_000_000) MB: review it in parts")
            }
        }
    }
}

/// Text that came from outside, made safe for one line of a terminal.
enum Printable {
    static func text(_ raw: String, limit: Int = 200) -> String {
        var result = ""
        for scalar in raw.unicodeScalars.prefix(limit) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return raw.unicodeScalars.count > limit ? result + "…" : result
    }
}
