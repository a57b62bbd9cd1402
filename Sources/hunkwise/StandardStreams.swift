import Glibc

/// Writes results to standard output, whole or not at all.
enum StandardOutput {
    /// The reader went away (`hunkwise … | head`): there is nobody left to tell.
    struct Closed: Error {}

    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    static func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    static func write(_ bytes: [UInt8]) throws {
        try FileDescriptorWriter.write(bytes, to: STDOUT_FILENO)
    }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Columns of the terminal; 80 when it does not tell.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 else { return 80 }
        return min(Int(size.ws_col), 120)
    }
}

enum StandardError {
    static func write(_ text: String) {
        try? FileDescriptorWriter.write(Array(text.utf8), to: STDERR_FILENO)
    }

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

enum FileDescriptorWriter {
    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[offset...])
                let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if written > 0 {
                    offset += written
                } else if written < 0, errno == EINTR || errno == EAGAIN {
                    continue
                } else if written < 0, errno == EPIPE {
                    throw StandardOutput.Closed()
                } else {
                    throw Failure("cannot write the output: \(String(cString: strerror(errno)))")
                }
            }
        }
    }
}
