import Domain

/// The whole environment and configuration a git process gets: made from nothing, never from this process's own.
///
/// Configuration goes by the environment (GIT_CONFIG_COUNT), which overrides the mirror's file and is, unlike arguments,
/// not shown to other users of the machine.
struct GitSurroundings: Sendable {
    private var values: [(key: String, value: String)]
    private var variables: [String: String]

    /// For git processes that talk to nobody.
    init(_ git: GitCommand) {
        values = [
            // Nothing is run beside git itself.
            ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("core.askPass", ""),
            ("credential.helper", ""), ("credential.interactive", "false"), ("protocol.allow", "never"),
            ("submodule.recurse", "false"), ("fetch.recurseSubmodules", "false"),
            // Housekeeping is done by `Mirror.collect`, in its own time.
            ("gc.auto", "0"), ("maintenance.auto", "false"), ("gc.packRefs", "false"), ("gc.reflogExpire", "now"),
            ("core.logAllRefUpdates", "false"), ("fetch.writeCommitGraph", "false"), ("gc.writeCommitGraph", "false"),
            ("fetch.prune", "false"), ("fetch.showForcedUpdates", "false"), ("core.fsync", "committed,reference"),
            // Objects stay in the pack they came in: few files, and their growth is seen in one directory.
            ("fetch.unpackLimit", "1"), ("transfer.unpackLimit", "1"),
            // Bounded memory: large files are copied in a stream, deltas are resolved by one thread.
            ("core.bigFileThreshold", "32m"), ("core.deltaBaseCacheLimit", "64m"), ("pack.threads", "1"),
            ("pack.windowMemory", "64m"), ("index.threads", "1"),
            ("transfer.fsckObjects", "true"), ("fetch.fsckObjects", "true"),
        ]
        values += GitSurroundings.harmlessDefects.map { ("fetch.fsck.\($0)", "ignore") }
        variables = [
            "PATH": git.searchPath, "LC_ALL": "C",
            // A file, so nothing can lie below it: no .gitconfig, .netrc, .config.
            "HOME": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "GIT_ALLOW_PROTOCOL": "",
            "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1",
        ]
    }

    /// Defects that old versions of git and importers left in honest repositories, and that harm nobody who only reads
    /// trees and files: odd dates, names and zones, a superfluous header or null byte in a commit, and modes with a
    /// leading zero. What names files wrongly (`..`, `.git`, slashes, duplicates, wrong order), null ids, and dangerous
    /// `.gitmodules` stay errors. See "fsck.<msg-id>" in git-config(1).
    private static let harmlessDefects = [
        "badDate", "badDateOverflow", "badEmail", "badName", "badTimezone", "missingEmail", "missingNameBeforeEmail",
        "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "multipleAuthors", "nulInCommit", "zeroPaddedDate",
        "zeroPaddedFilemode", "badFilemode", "extraHeaderEntry", "missingTaggerEntry", "badTagName",
    ]

    /// For a fetch from an address.
    ///
    /// - Parameter hasCredential: The credential is read from descriptor 3, once, and only for the address's origin.
    init(_ git: GitCommand, fetching request: FetchRequest, hasCredential: Bool) {
        self.init(git)
        let address = request.address
        values += [
            ("protocol.version", "2"), ("protocol.\(address.scheme).allow", "always"),
            // The forge tells a repository's present address; whoever redirects elsewhere gets nothing.
            ("http.followRedirects", "false"), ("http.emptyAuth", "false"), ("http.sslVerify", "true"),
            ("http.lowSpeedLimit", String(request.limits.slowBytesPerSecond)),
            ("http.lowSpeedTime", String(request.limits.slowTime)), ("http.proxy", request.network.proxy ?? ""),
        ]
        if let file = request.network.caFile { values.append(("http.sslCAInfo", file)) }
        if hasCredential {
            values.append(("credential.\(address.origin).helper", "!f() { exec cat <&3; }; f"))
        }
        variables["GIT_ALLOW_PROTOCOL"] = address.scheme
        if !request.network.noProxy.isEmpty { variables["no_proxy"] = request.network.noProxy.joined(separator: ",") }
    }

    var environment: [String: String] {
        var all = variables
        all["GIT_CONFIG_COUNT"] = String(values.count)
        for (index, entry) in values.enumerated() {
            all["GIT_CONFIG_KEY_\(index)"] = entry.key
            all["GIT_CONFIG_VALUE_\(index)"] = entry.value
        }
        return all
    }
}
