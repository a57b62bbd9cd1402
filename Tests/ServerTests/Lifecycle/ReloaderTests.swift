import ConfigurationFiles
import Domain
import Foundation
import TestKit
import Testing

@testable import Server

/// A service that holds a number read from a file.
private struct Holder {
    let directory: TemporaryDirectory
    let held = Live(1)
    let lines = LogLines()
    let metrics = ServiceMetrics(startedAt: Instant(milliseconds: 0))

    var path: String { directory.file("hunkwise.yaml") }

    init() throws {
        directory = try TemporaryDirectory()
        try write("1")
    }

    func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }

    var reloader: Reloader {
        let path = path
        let held = held
        let log = ServiceLog(threshold: Live(.debug), clock: FixedClock(), write: lines.add)
        return Reloader(watched: { [path, path + ".secret"] }, log: log, metrics: metrics) {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            guard let number = Int(text) else {
                throw ConfigurationErrors([
                    SettingProblem(file: "hunkwise.yaml", line: 1, key: "", message: "is no number"),
                    SettingProblem(file: "hunkwise.yaml", line: 2, key: "x", message: "is unknown"),
                ])
            }
            held.replace(with: number)
            return number == 9 ? ["server.listen"] : []
        }
    }
}

@Suite struct ReloaderTests {
    @Test func `What changed is read anew, and only then`() async throws {
        let holder = try Holder()
        let reloader = holder.reloader
        #expect(await !reloader.reloadIfChanged())
        try holder.write("22")
        #expect(await reloader.reloadIfChanged())
        #expect(holder.held.value == 22)
        #expect(await !reloader.reloadIfChanged())
        try "s".write(toFile: holder.path + ".secret", atomically: true, encoding: .utf8)
        #expect(await reloader.reloadIfChanged(), "a secret's file counts")
        #expect(holder.metrics.reloads.value(["ok"]) == 2)
    }

    @Test func `A broken file changes nothing, is told line by line, and is not read again until it changes`()
        async throws
    {
        let holder = try Holder()
        let reloader = holder.reloader
        try holder.write("broken")
        #expect(await !reloader.reloadIfChanged())
        #expect(holder.held.value == 1 && holder.metrics.reloads.value(["refused"]) == 1)
        let told = holder.lines.all.filter { $0.contains("configuration.kept") }
        #expect(told.count == 2 && told[0].contains("hunkwise.yaml:1: is no number"))
        #expect(await !reloader.reloadIfChanged())
        #expect(holder.metrics.reloads.value(["refused"]) == 1)
        try holder.write("333")
        #expect(await reloader.reloadIfChanged())
        #expect(holder.held.value == 333)
        try FileManager.default.removeItem(atPath: holder.path)
        #expect(await !reloader.reloadIfChanged())
        #expect(holder.held.value == 333)
    }

    @Test func `Being told to is reason enough, and what needs a restart is said`() async throws {
        let holder = try Holder()
        let reloader = holder.reloader
        #expect(await reloader.reload())
        try holder.write("9")
        #expect(await reloader.reload())
        #expect(holder.lines.all.contains { $0.contains("needs_restart") && $0.contains("server.listen") })
    }

    @Test func `Readers of a live value see whole values, the newest last`() async {
        let live = Live([Int](repeating: 0, count: 8))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for turn in 1...2000 { live.replace(with: Array(repeating: turn, count: 8)) } }
            for _ in 0..<4 {
                group.addTask {
                    var last = 0
                    for _ in 0..<2000 {
                        let value = live.value
                        if Set(value).count != 1 || value[0] < last { Issue.record("torn or old: \(value)") }
                        last = value[0]
                    }
                }
            }
        }
        #expect(live.value[0] == 2000)
    }
}
