import GitServer

extension World {
    /// Git's own server side for the repositories of this world, wherever they lie and whatever they are called.
    func gitHandler() -> GitHandler {
        { method, path, query, headers, body in
            let parts = path.split(separator: "/")
            guard parts.count > 2, let directory = self.directory(ofGitPath: parts) else { return (404, [], []) }
            let folder = directory.split(separator: "/")
            let request = GitRequest(
                method: method,
                path: "/" + ([folder.last ?? ""] + parts.dropFirst(2)).joined(separator: "/"), query: query,
                headers: headers.map { (name: $0.key, value: $0.value) }, body: body)
            do {
                let backend = try GitBackend(root: "/" + folder.dropLast().joined(separator: "/"))
                let answer = try await backend.answer(request)
                return (answer.status, answer.headers.map { ($0.name, $0.value) }, try await answer.body())
            } catch { return (500, [], Array("\(error)".utf8)) }
        }
    }

    private func directory(ofGitPath parts: [Substring]) -> String? {
        use { $0.repository(String(parts[0]), String(parts[1].dropLast(4)))?.directory }
    }
}
