import Diffs
import Domain

/// What kind of file a path is, as far as it matters for how serious a finding is.
struct FileSetting {
    let isTest: Bool
    let isVendored: Bool

    init(_ path: Path) {
        let text = Array(path.bytes.map(lowercase))
        let components = text.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        let folders = components.dropLast()
        let name = components.last ?? ""
        isTest =
            folders.contains {
                Self.testFolders.contains($0) || $0.hasSuffix("tests") || $0.hasSuffix(".tests")
                    || $0.hasSuffix("_test") || $0.hasSuffix("-test") || $0.hasSuffix("-tests")
            }
            || Self.testMarks.contains { name.contains($0) } || name.hasPrefix("test_") || name.hasSuffix("test.java")
            || name.hasSuffix("tests.java") || name.hasSuffix("test.kt") || name.hasSuffix("tests.cs")
            || name.hasSuffix("test.cs") || name.hasSuffix("test.php") || name.hasSuffix("tests.swift")
            || name == "conftest.py"
            || name.hasSuffix("test.swift")
        isVendored = folders.contains { Self.vendorFolders.contains($0) } || name.hasSuffix(".min.js")
    }

    private static let testFolders: Set<String> = [
        "test", "tests", "testing", "__tests__", "__mocks__", "spec", "specs", "fixtures", "fixture", "testdata",
        "example", "examples",
        "sample", "samples", "demo", "demos", "docs", "doc", "benchmark", "benchmarks", "e2e", "cypress", "testutil",
        "test-utils",
        "testutils", "mocks", "mock", "stubs", "playground", "bench", "integration", "microbench", "testsuite",
        "dummyserver", "runtime-tests", "documentation",
        "tutorial", "tutorials",
    ]
    private static let testMarks = ["_test.", ".test.", ".spec.", "_spec.", ".stories.", "-test.", ".e2e.", ".bench."]
    private static let vendorFolders: Set<String> = [
        "node_modules", "vendor", "third_party", "thirdparty", "bower_components", "deps", "external", "dist",
    ]

    /// A finding's grade in this file; nil where the rule is quiet.
    func grade(_ grade: Grade, of rule: Rule) -> Grade? {
        guard isTest || isVendored, rule.quietInTests else { return grade }
        if grade.severity == .low || isVendored { return nil }
        return Grade(severity: .low, confidence: min(grade.confidence, 0.4))
    }
}
