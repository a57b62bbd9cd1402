import Domain
import Glibc

/// Reads the configuration anew when it is told to or its files change. A new one that is broken, or that lacks a
/// secret, changes nothing: the service goes on with the old one and says what is wrong.
package actor Reloader {
    /// What a file was when it was last looked at; nil when it was not there.
    private struct Stamp: Equatable {
        var device: UInt64
        var node: UInt64
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    private let apply: @Sendable () throws -> [String]
    private let watched: @Sendable () -> [String]
    private let log: ServiceLog
    private let metrics: ServiceMetrics
    private var stamps: [String: Stamp?]

    /// - Parameters:
    ///   - watched: Paths of the configuration's files now, those of secrets included.
    ///   - apply: Loads the files and puts what they say in the old one's place. Answers what will only hold after a
    ///     restart, in words. Throws what is wrong with them, having changed nothing.
    package init(
        watched: @escaping @Sendable () -> [String], log: ServiceLog, metrics: ServiceMetrics,
        apply: @escaping @Sendable () throws -> [String]
    ) {
        self.watched = watched
        self.apply = apply
        self.log = log
        self.metrics = metrics
        stamps = Self.stamps(of: watched())
    }

    /// Whether the configuration was read anew.
    @discardableResult
    package func reload() -> Bool {
        defer { stamps = Self.stamps(of: watched()) }
        do {
            for note in try apply() {
                log.event(.warning, "configuration.needs_restart", LogContext(), ["what": .text(note)])
            }
            log.event(.info, "configuration.reloaded")
            metrics.reloads.add(["ok"])
            return true
        } catch {
            for line in "\(error)".split(separator: "\n").prefix(20) {
                log.event(.error, "configuration.kept", LogContext(), ["problem": .text(String(line))])
            }
            metrics.reloads.add(["refused"])
            return false
        }
    }

    /// Reads anew if a file has changed since it was last looked at.
    @discardableResult
    package func reloadIfChanged() -> Bool {
        guard Self.stamps(of: watched()) != stamps else { return false }
        return reload()
    }

    /// Looks at the files every so often until the task is cancelled.
    package func watch(every seconds: Double = 2) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(seconds)) } catch { return }
            reloadIfChanged()
        }
    }

    private static func stamps(of paths: [String]) -> [String: Stamp?] {
        var result: [String: Stamp?] = [:]
        for path in paths {
            var information = stat()
            guard stat(path, &information) == 0 else {
                result[path] = .some(nil)
                continue
            }
            result[path] = Stamp(
                device: UInt64(information.st_dev), node: UInt64(information.st_ino), size: Int64(information.st_size),
                seconds: information.st_mtim.tv_sec, nanoseconds: information.st_mtim.tv_nsec)
        }
        return result
    }
}
