import Diffs
import Fingerprints

/// Reading a diff, and naming its hunks.
func benchmarkParsing(file: String) throws {
    let bytes = try readFile(file)
    let diff = try Diff(parsing: bytes)
    let seconds = try bestTime(.cpu) { keep(try Diff(parsing: bytes)) }
    let lines = bytes.reduce(0) { $1 == 0x0A ? $0 + 1 : $0 }
    report("parse.bytes", bytes.count)
    report("parse.files", diff.files.count)
    report("parse.hunks", diff.files.reduce(0) { $0 + $1.hunks.count })
    report("parse.lines", lines)
    report("parse.added", diff.files.reduce(0) { $0 + $1.added })
    report("parse.removed", diff.files.reduce(0) { $0 + $1.removed })
    report("parse.seconds", seconds)
    report("fingerprint.seconds", bestTime(.cpu) { keep(HunkFingerprints.all(of: diff.files)) })
}
