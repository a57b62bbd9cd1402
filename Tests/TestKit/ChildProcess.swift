import Foundation
import Synchronization

/// A program of this build in a process of its own: started, read line by line, and killed when a test says so.
package final class ChildProcess: Sendable {
    package let identifier: Int32
    /// What it writes to standard output, a line at a time, until it closes it. Read by one task.
    package let lines: AsyncStream<String>
    private let ends: AsyncStream<Int32>

    /// - Parameter name: Of an executable that stands beside the tests.
    package init(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = ChildProcess.program(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        let (lines, feed) = AsyncStream<String>.makeStream()
        let rest = Mutex<[UInt8]>([])
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                feed.finish()
                return
            }
            rest.withLock { rest in
                rest += data
                while let end = rest.firstIndex(of: 0x0A) {
                    feed.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
            }
        }
        let (ends, ended) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            ended.yield(process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0))
            ended.finish()
        }
        try process.run()
        identifier = process.processIdentifier
        self.lines = lines
        self.ends = ends
    }

    deinit { kill() }

    /// The program that the same build put beside the tests.
    private static func program(_ name: String) -> URL {
        var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
            folder = folder.deletingLastPathComponent()
        }
        return folder.appending(path: name)
    }

    /// Ends it at once, as a crash or an operator would: nothing of it is cleaned up.
    package func kill() { _ = Glibc.kill(identifier, SIGKILL) }

    /// Waits for its end; the exit status, or 128 and the signal. Asked once.
    package func end() async -> Int32 {
        for await status in ends { return status }
        return -1
    }
}
