import Classification
import Diffs
import Domain
import SyntaxTrees
import Testing

/// Diffs written by hand for tests.
enum TestChange {
    /// A modified file with one hunk of these lines (each with its sign), standing at line `start`.
    static func diff(_ path: String, start: Int = 10, heading: String = "", _ lines: [String]) -> String {
        let old = lines.filter { !$0.hasPrefix("+") }.count
        let new = lines.filter { !$0.hasPrefix("-") }.count
        let oldStart = old == 0 ? start - 1 : start
        let newStart = new == 0 ? start - 1 : start
        return """
            diff --git a/\(path) b/\(path)
            --- a/\(path)
            +++ b/\(path)
            @@ -\(oldStart),\(old) +\(newStart),\(new) @@\(heading)
            \(lines.joined(separator: "\n"))

            """
    }

    static func sources(_ diff: String) throws -> [ChangedSource] {
        try Diff(parsing: Array(diff.utf8)).files.map { ChangedSource(file: $0, base: nil, head: nil) }
    }

    static func assess(
        _ path: String, _ lines: [String], heading: String = "", classifier: Classifier = Classifier()
    ) throws -> Assessment {
        let sources = try sources(diff(path, heading: heading, lines))
        let source = try #require(sources.first)
        return try #require(classifier.assess(source).first)
    }
}

/// Numbers that are the same in every run.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
