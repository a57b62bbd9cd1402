import Diffs
import Domain
import SyntaxTrees

/// What kind of file a path is, as far as it matters for how serious a finding is.
struct FileSetting {
    let isTest: Bool
    let isVendored: Bool
    /// Programs that developers run by hand or in CI, whose arguments come from them.
    let isTool: Bool

    init(_ source: ParsedSource) {
        self.init(source.path, isMinified: Self.isMinified(source))
    }

    /// Code that a bundler wrote has few and long lines.
    private static func isMinified(_ source: ParsedSource) -> Bool {
        source.bytes.count > 1500 && source.bytes.count / max(1, source.rowCount) > 250
            && [.javascript, .typescript, .tsx, .css].contains(source.tree?.language)
    }

    init(_ path: Path, isMinified: Bool = false) {
        let text = Array(path.bytes.map(lowercase))
        let components = text.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
        let folders = components.dropLast()
        let name = components.last ?? ""
        isTest =
            folders.contains {
                Self.testFolders.contains($0) || $0.hasSuffix("tests") || $0.hasSuffix(".tests")
                    || $0.hasSuffix("_test") || $0.hasSuffix("-test") || $0.hasSuffix("-tests")
                    || $0.hasSuffix("-docs") || $0.hasSuffix("test") && !Self.noTests.contains($0)
            }
            || Self.testMarks.contains { name.contains($0) } || name.hasPrefix("test_") || name.hasSuffix("test.java")
            || name.hasSuffix("tests.java") || name.hasSuffix("test.kt") || name.hasSuffix("tests.cs")
            || name.hasSuffix("test.cs") || name.hasSuffix("test.php") || name.hasSuffix("tests.swift")
            || name == "conftest.py"
            || name.hasSuffix("test.swift")
        isVendored =
            isMinified
            || folders.contains { Self.vendorFolders.contains($0) || Self.holdsRelease($0) || $0.hasPrefix("jquery") }
            || Self.servesLibraries(folders) || name.hasSuffix("-min.js")
            || name.hasSuffix(".min.js") || name.hasSuffix(".bundle.js") || name.hasPrefix("jquery")
        isTool =
            folders.contains { Self.toolFolders.contains($0) } || Self.toolNames.contains(name)
            || name.hasSuffix(".rake")
    }

    /// Libraries among what is served as it is: `static/ajax/libs/…`, `public/plugins/…`.
    private static func servesLibraries(_ folders: some Collection<String>) -> Bool {
        guard
            let served = folders.firstIndex(where: {
                ["static", "public", "assets", "wwwroot", "webroot"].contains($0)
            })
        else { return false }
        return folders[served...].contains { ["libs", "lib", "plugins"].contains($0) }
    }

    /// Whether a folder is named after a release of a library, as in `pdfjs-5.2.133` or `jquery.ui-1.9`.
    private static func holdsRelease(_ folder: String) -> Bool {
        let bytes = Array(folder.utf8)
        guard let dash = bytes.lastIndex(of: UInt8(ascii: "-")), dash > 1 else { return false }
        var version = bytes[(dash + 1)...]
        if version.first == UInt8(ascii: "v") { version = version.dropFirst() }
        return version.contains(UInt8(ascii: ".")) && version.first?.isASCIIDigit == true
            && version.allSatisfy { $0.isASCIIDigit || $0 == UInt8(ascii: ".") }
    }

    private static let noTests: Set<String> = ["latest", "contest", "protest", "attest"]
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
        "node_modules", "vendor", "vendors", "vendored", "third_party", "third-party", "thirdparty",
        "bower_components", "deps", "external", "dist",
    ]
    private static let toolFolders: Set<String> = [
        "bin", "migrate", "migrations", "scripts", "script", "tools", "tooling", "hack", "extra", "ci", ".ci",
        ".github", ".circleci", "release",
        "devtools", "dev-tools", "buildscripts", "build-tools", "contrib",
    ]
    private static let toolNames: Set<String> = [
        "setup.py", "fabfile.py", "noxfile.py", "tasks.py", "gulpfile.js", "gruntfile.js", "rakefile",
        "webpack.config.js", "vite.config.ts", "vite.config.js", "rollup.config.js", "build.js", "build.mjs", "make.js",
        "magefile.go",
    ]

    /// A finding's grade in this file; nil where the rule is quiet.
    func grade(_ grade: Grade, of rule: Rule) -> Grade? {
        guard rule.quietInTests else { return grade }
        if isVendored || isTest && grade.severity < .high { return nil }
        if isTest { return Grade(severity: .low, confidence: min(grade.confidence, 0.4)) }
        // A rule graded by who controls the value: nobody but its user gives a tool its values.
        guard isTool, !rule.grades.isEmpty, grade != rule.grades[.request] else { return grade }
        return grade.severity == .low ? nil : Grade(severity: .low, confidence: min(grade.confidence, 0.5))
    }
}
