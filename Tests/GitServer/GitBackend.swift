import Foundation
import Synchronization

/// Git's own server side over HTTP, `git http-backend`, behind a function: any test server can serve repositories with it.
///
/// As GitHub does, it speaks protocol 2 and gives out any object by its id.
package struct GitBackend: Sendable {
    private let root: String
    private let git: String
    private let allowsAnyID: Bool
    private let allowsPush: Bool

    package struct NoGit: Error {}

    /// - Parameters:
    ///   - root: Directory of the repositories: `/owner/name.git` is `<root>/owner/name.git`.
    ///   - allowsAnyID: False for a server that gives out tips of references only.
    package init(root: String, allowsAnyID: Bool = true, allowsPush: Bool = false) throws {
        self.root = root
        self.allowsAnyID = allowsAnyID
        self.allowsPush = allowsPush
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        let candidates: [String] = folders.map { "\($0)/git" }
        guard let git = candidates.first(where: { access($0, X_OK) == 0 }) else { throw NoGit() }
        self.git = git
    }

    private var configuration: [(String, String)] {
        let anyID = allowsAnyID ? "true" : "false"
        return [
            ("uploadpack.allowAnySHA1InWant", anyID), ("uploadpack.allowReachableSHA1InWant", anyID),
            ("uploadpack.allowTipSHA1InWant", anyID), ("uploadpack.allowFilter", "true"), ("safe.directory", "*"),
            ("http.receivepack", allowsPush ? "true" : "false"), ("gc.auto", "0"), ("receive.autogc", "false"),
        ]
    }

    private func environment(_ request: GitRequest, user: String?) -> [String: String] {
        var values = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent",
            "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_PROJECT_ROOT": root,
            "GIT_HTTP_EXPORT_ALL": "1", "REQUEST_METHOD": request.method, "PATH_INFO": request.path,
            "QUERY_STRING": request.query, "REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": String(request.body.count), "GIT_CONFIG_COUNT": String(configuration.count),
        ]
        for (index, (key, value)) in configuration.enumerated() {
            values["GIT_CONFIG_KEY_\(index)"] = key
            values["GIT_CONFIG_VALUE_\(index)"] = value
        }
        // Version 0 and 1 answer ids that no reference names only if asked so; version 2 always does: it is not spoken
        // by a server that must not.
        if allowsAnyID, let version = request.header("git-protocol") { values["HTTP_GIT_PROTOCOL"] = version }
        if let type = request.header("content-type") { values["CONTENT_TYPE"] = type }
        if let encoding = request.header("content-encoding") { values["HTTP_CONTENT_ENCODING"] = encoding }
        if let user { values["REMOTE_USER"] = user }
        return values
    }

    /// - Parameter user: Who has been let in, if anybody was asked.
    package func answer(_ request: GitRequest, user: String? = nil) async throws -> GitAnswer {
        let process = try BackendProcess(
            git: git, environment: environment(request, user: user), input: request.body)
        var head: [UInt8] = []
        var end: Range<Int>?
        while end == nil, head.count < 1 << 20 {
            let piece = await process.read()
            if piece.isEmpty { break }
            head += piece
            end = head.firstRange(of: [13, 10, 13, 10]) ?? head.firstRange(of: [10, 10])
        }
        guard let end else { return GitAnswer(status: 500) { [] } }
        var status = 200
        var headers: [(name: String, value: String)] = []
        for line in String(decoding: head[..<end.lowerBound], as: UTF8.self).split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            if line[..<colon].lowercased() == "status" {
                status = Int(value.prefix(3)) ?? 500
            } else {
                headers.append((String(line[..<colon]), String(value)))
            }
        }
        let first = Mutex<[UInt8]?>(Array(head[end.upperBound...]))
        return GitAnswer(status: status, headers: headers) {
            let waiting = first.withLock { rest in
                defer { rest = nil }
                return rest
            }
            if let waiting, !waiting.isEmpty { return waiting }
            return await process.read()
        }
    }
}
