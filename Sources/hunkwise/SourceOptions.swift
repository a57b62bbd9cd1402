import ArgumentParser
import Diffs
import GitRepository
import Glibc
import Reviewing

/// Where the change comes from; spelled alike for `review`, `classify` and `plan`.
struct SourceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Path of the repository.", valueName: "path"))
    var repo: String?

    @Option(
        help: ArgumentHelp(
            "A..B, A...B (B against its merge base with A), or one commit. Default: HEAD, the last commit.",
            valueName: "range"))
    var range: String?

    @Flag(help: "The staged changes: HEAD against the index.")
    var staged = false

    @Option(help: ArgumentHelp("A patch file; - for standard input.", valueName: "file"))
    var patch: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Whole files, every line as added.", valueName: "path"))
    var files: [String] = []

    func validate() throws {
        let given = [range != nil, staged, patch != nil, !files.isEmpty].count { $0 }
        guard given <= 1 else {
            throw ValidationError("choose one source: --range, --staged, --patch or --files")
        }
        if !files.isEmpty, repo != nil {
            throw ValidationError("--files takes no --repo: name the files by their paths")
        }
    }

    /// The index that git names to a hook it runs, made absolute.
    private static var hookIndex: String? {
        guard let file = environmentValue("GIT_INDEX_FILE"), !file.isEmpty else { return nil }
        if file.hasPrefix("/") { return file }
        guard let directory = getcwd(nil, 0) else { return nil }
        defer { free(directory) }
        return String(cString: directory) + "/" + file
    }

    /// Reads the change.
    func load(progress: Progress) throws(Failure) -> ChangeInput {
        progress.say("Reading the change")
        defer { progress.clear() }
        do throws(ChangeLoadingError) {
            if let patch {
                let bytes = try InputFile.readForLoading(patch)
                return try ChangeLoader.patch(bytes, name: patch == "-" ? "standard input" : patch, repository: repo)
            }
            if !files.isEmpty {
                var read: [(path: String, bytes: [UInt8])] = []
                var room = InputFile.limit
                for file in files {
                    let bytes = try InputFile.readForLoading(file)
                    room -= bytes.count
                    guard room >= 0 else {
                        throw ChangeLoadingError(
                            "the files are larger than \(InputFile.limit / 1_000_000) MB together: review them in parts"
                        )
                    }
                    read.append((file, bytes))
                }
                return ChangeLoader.wholeFiles(read)
            }
            if staged { return try ChangeLoader.staged(in: repo ?? ".", indexFile: repo == nil ? Self.hookIndex : nil) }
            return try ChangeLoader.range(range ?? "HEAD", in: repo ?? ".")
        } catch {
            throw Failure(Printable.text(error.message, limit: 600))
        }
    }
}

extension InputFile {
    fileprivate static func readForLoading(_ path: String) throws(ChangeLoadingError) -> [UInt8] {
        do throws(Failure) { return try read(path) } catch { throw ChangeLoadingError(error.message) }
    }
}
