import Foundation

/// What a finished program left behind.
struct Finished {
    let status: Int32
    let output: String
    let errors: String

    var lines: [Substring] { output.split(separator: "\n") }

    func json() throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(output.utf8))
        return object as? [String: Any] ?? [:]
    }
}

/// Runs the program under test, and git for building repositories, with an environment of their own.
struct Shell {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "hunkwise-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func remove() {
        try? FileManager.default.removeItem(at: directory)
    }

    func write(_ text: String, to name: String) throws {
        try write(Data(text.utf8), to: name)
    }

    func write(_ data: Data, to name: String) throws {
        let file = directory.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    @discardableResult
    func git(_ arguments: String...) throws -> Finished {
        let identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
        return try run("/usr/bin/env", ["git"] + identity + arguments)
    }

    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Finished {
        try run(Self.program.path, arguments, environment: environment)
    }

    func hunkwise(_ arguments: String..., input: Data = Data(), environment: [String: String] = [:]) throws -> Finished
    {
        try run(Self.program.path, arguments, input: input, environment: environment)
    }

    static var programPath: String { program.path }

    /// The program that the same build put beside the tests.
    private static let program: URL = {
        let bundle = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var folder = bundle.deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "hunkwise").path) {
            folder = folder.deletingLastPathComponent()
        }
        return folder.appending(path: "hunkwise")
    }()

    private func run(
        _ program: String, _ arguments: [String], input: Data = Data(), environment: [String: String] = [:]
    ) throws -> Finished {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        var surroundings = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": directory.path,
            "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
        ]
        if let grammars = ProcessInfo.processInfo.environment["HUNKWISE_GRAMMARS"] {
            surroundings["HUNKWISE_GRAMMARS"] = grammars
        }
        process.environment = surroundings.merging(environment) { $1 }
        let names = ["in", "out", "err"].map { directory.appending(path: ".\(UUID().uuidString).\($0)") }
        try input.write(to: names[0])
        for name in names[1...] { _ = FileManager.default.createFile(atPath: name.path, contents: nil) }
        defer { for name in names { try? FileManager.default.removeItem(at: name) } }
        process.standardInput = try FileHandle(forReadingFrom: names[0])
        process.standardOutput = try FileHandle(forWritingTo: names[1])
        process.standardError = try FileHandle(forWritingTo: names[2])
        try process.run()
        process.waitUntilExit()
        return Finished(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: names[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: names[2]), as: UTF8.self))
    }
}
