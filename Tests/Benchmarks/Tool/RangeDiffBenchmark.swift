import Diffs
import GitRepository

/// Comparing two commits, with and without looking for renames: opening the repository, comparing, and reading the patch.
func benchmarkRangeDiff(repository path: String, range spelling: String) throws {
    func run(renames: Bool) throws -> Diff {
        let repository = try Repository(at: path)
        let range = try repository.range(spelling)
        return try Diff(parsing: try repository.diff(range, options: DiffOptions(findsRenames: renames)).bytes)
    }
    let diff = try run(renames: true)
    report("diff.files", diff.files.count)
    report("diff.renames", diff.files.count { $0.status == .renamed })
    report("diff.seconds", try bestTime(.wall) { keep(try run(renames: false)) })
    report("diff.rename_seconds", try bestTime(.wall) { keep(try run(renames: true)) })
}
