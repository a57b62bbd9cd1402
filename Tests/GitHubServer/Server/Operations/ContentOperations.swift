import ModelServer

extension Operation {
    static let contentOperations: [Operation] = [
        Operation(
            "repos/get-content", "GET", "/repos/{owner}/{repo}/contents/{*path}", Need.read("contents"),
            page: "repos/contents#get-repository-content", getContent),
        Operation(
            "git/get-blob", "GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", Need.read("contents"),
            page: "git/blobs#get-a-blob"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let sha = call.text("file_sha")
            guard GitStore.isObjectName(sha), let bytes = state.git.blob(sha, in: repository.directory) else {
                throw Refusal.notFound
            }
            if bytes.count > state.limits.largestBlob { throw tooLarge("data") }
            if call.media == .raw {
                return Reply(contentType: "application/vnd.github.raw", body: bytes)
            }
            return call.json([
                "sha": .string(sha), "node_id": .string("B_" + sha), "size": .integer(bytes.count),
                "url": .string("\(state.api(repository))/git/blobs/\(sha)"),
                "content": .string(Base64.encodeInLines(bytes)), "encoding": "base64",
            ])
        },
        Operation(
            "git/get-tree", "GET", "/repos/{owner}/{repo}/git/trees/{*tree_sha}", Need.read("contents"),
            page: "git/trees#get-a-tree", getTree),
        Operation(
            "git/get-commit", "GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}", Need.read("contents"),
            page: "git/commits#get-a-commit-object"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            guard let commit = state.git.record(call.text("commit_sha"), in: repository.directory) else {
                throw Refusal.notFound
            }
            return call.json(state.json(gitCommit: commit, in: repository))
        },
        Operation(
            "git/get-ref", "GET", "/repos/{owner}/{repo}/git/ref/{*ref}", Need.read("contents"),
            page: "git/refs#get-a-reference"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let name = "refs/" + call.text("ref")
            guard let sha = state.git.object(name, in: repository.directory) else { throw Refusal.notFound }
            let kind = GitCommand(directory: repository.directory).attempt("cat-file", "-t", sha).line
            let address = "\(state.api(repository))/git"
            return call.json([
                "ref": .string(name), "node_id": .string("REF_" + Base64.encodeURL(Array(name.utf8))),
                "url": .string("\(address)/\(name)"),
                "object": [
                    "type": .string(kind), "sha": .string(sha), "url": .string("\(address)/\(kind)s/\(sha)"),
                ],
            ])
        },
    ]

    fileprivate static func tooLarge(_ field: String) -> Refusal {
        Refusal(
            status: 403, message: "This API returns blobs up to 100 MB in size. The requested blob is too large.",
            errors: [Refusal.error("Blob", field, "too_large")])
    }

    private static func getTree(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let repository = try call.repository(in: state)
        let git = GitCommand(directory: repository.directory)
        let name = call.text("tree_sha")
        let commit = state.git.commit(name, in: repository.directory)
        guard let tree = state.git.object((commit ?? name) + "^{tree}", in: repository.directory) else {
            throw Refusal.notFound
        }
        let isRecursive = call.request.parameter("recursive") != nil
        let listing =
            isRecursive
            ? git.attempt("ls-tree", "-z", "-l", "-r", "-t", tree) : git.attempt("ls-tree", "-z", "-l", tree)
        let entries = TreeEntry.entries(of: listing.output)
        let address = "\(state.api(repository))/git"
        return call.json([
            "sha": .string(tree), "url": .string("\(address)/trees/\(tree)"),
            "tree": .array(
                entries.prefix(state.limits.treeEntries).map { entry in
                    let shape: JSON = [
                        "path": .string(entry.path), "mode": .string(entry.mode), "type": .string(entry.kind),
                        "sha": .string(entry.sha), "url": .string("\(address)/\(entry.kind)s/\(entry.sha)"),
                    ]
                    return entry.size.map { shape.adding(["size": .integer($0)]) } ?? shape
                }), "truncated": .bool(entries.count > state.limits.treeEntries),
        ])
    }
}

/// A line of `git ls-tree -z -l`.
struct TreeEntry: Sendable {
    var mode: String
    var kind: String
    var sha: String
    var size: Int?
    var path: String

    static func entries(of listing: [UInt8]) -> [TreeEntry] {
        listing.split(separator: 0).compactMap { row in
            guard let tab = row.firstIndex(of: 0x09) else { return nil }
            let words = String(decoding: row[..<tab], as: UTF8.self).split(separator: " ")
            guard words.count == 4 else { return nil }
            return TreeEntry(
                mode: String(words[0]), kind: String(words[1]), sha: String(words[2]), size: Int(words[3]),
                path: String(decoding: row[(tab + 1)...], as: UTF8.self))
        }
    }
}

extension Operation {
    private static func getContent(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let repository = try call.repository(in: state)
        let reference = call.request.parameter("ref") ?? repository.defaultBranch
        guard let commit = state.git.commit(reference, in: repository.directory) else {
            throw Refusal(status: 404, message: "No commit found for the ref \(reference)")
        }
        var path = call.text("path")
        while path.hasSuffix("/") { path.removeLast() }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if !path.isEmpty, parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) { throw Refusal.notFound }
        guard !path.isEmpty else { return directory(call, state, repository, commit, path) }
        guard let entry = state.git.entry(path, at: commit, in: repository.directory) else {
            throw Refusal.notFound
        }
        switch entry.kind {
        case "tree": return directory(call, state, repository, commit, path)
        case "commit":
            return call.json(
                shape(entry, path, commit, repository, state).adding([
                    "submodule_git_url": .null
                ]))
        default: break
        }
        let size = entry.size ?? 0
        if size > state.limits.largestBlob { throw tooLarge("data") }
        guard let bytes = state.git.blob(entry.sha, in: repository.directory) else { throw Refusal.notFound }
        if call.media == .raw { return Reply(contentType: "application/vnd.github.raw; charset=utf-8", body: bytes) }
        let shape = shape(entry, path, commit, repository, state)
        if entry.mode == "120000" {
            return call.json(shape.adding(["target": .string(String(decoding: bytes, as: UTF8.self))]))
        }
        // Above a megabyte the content is left out, and only the raw form has it.
        let isInline = size <= state.limits.inlineContent
        return call.json(
            shape.adding([
                "content": .string(isInline ? Base64.encodeInLines(bytes) : ""),
                "encoding": isInline ? "base64" : "none",
            ]))
    }

    private static func directory(
        _ call: Call, _ state: WorldState, _ repository: Repository, _ commit: String, _ path: String
    ) -> Reply {
        let git = GitCommand(directory: repository.directory)
        let listing = git.attempt("ls-tree", "-z", "-l", "\(commit):\(path)")
        // A directory shows a thousand files, and no pages.
        let entries = TreeEntry.entries(of: listing.output).prefix(1000)
        return call.json(
            .array(
                entries.map { entry in
                    shape(entry, path.isEmpty ? entry.path : path + "/" + entry.path, commit, repository, state)
                }))
    }

    private static func shape(
        _ entry: TreeEntry, _ path: String, _ commit: String, _ repository: Repository, _ state: WorldState
    ) -> JSON {
        let kind =
            entry.kind == "tree"
            ? "dir" : entry.kind == "commit" ? "submodule" : entry.mode == "120000" ? "symlink" : "file"
        let encoded = Percent.encode(path, also: "/")
        let api = "\(state.api(repository))/contents/\(encoded)?ref=\(commit)"
        let object = "\(state.api(repository))/git/\(entry.kind)s/\(entry.sha)"
        let html = "\(state.html(repository))/blob/\(commit)/\(encoded)"
        return [
            "type": .string(kind), "size": .integer(entry.size ?? 0),
            "name": .string(path.split(separator: "/").last.map(String.init) ?? path), "path": .string(path),
            "sha": .string(entry.sha), "url": .string(api), "git_url": .string(object), "html_url": .string(html),
            "download_url": kind == "dir" || kind == "submodule"
                ? .null : .string("\(state.html(repository))/raw/\(commit)/\(encoded)"),
            "_links": ["self": .string(api), "git": .string(object), "html": .string(html)],
        ]
    }
}
