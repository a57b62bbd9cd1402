import Diffs

/// What a path says about how text in it is to be read.
struct SecretPlace: Sendable {
    /// Tests, fixtures, examples, documentation.
    let isTest: Bool
    /// Lock files, minified and generated text, data dumps: random-looking values abound and mean nothing.
    let isMachineWritten: Bool
    /// In configuration, values need no quotes; in programs an unquoted word is an identifier.
    let allowsBareValues: Bool

    init(path: Path?) {
        guard let path else {
            isTest = false
            isMachineWritten = false
            allowsBareValues = true
            return
        }
        let lowered = String(decoding: path.bytes.map(\.asciiLowercased), as: UTF8.self)
        let components = lowered.split(separator: "/")
        let name = components.last ?? ""
        let stem = name.prefix { $0 != "." }
        isTest =
            components.dropLast().contains {
                Self.testDirectories.contains($0) || $0.hasSuffix("-docs") || $0.hasSuffix("tests")
            }
            || Self.testMarks.contains { name.contains($0) } || stem == "test" || stem.hasPrefix("test_")
            || stem.hasSuffix("_test") || stem.hasSuffix("_spec") || stem.hasSuffix("tests")
            || Self.textEndings.contains { name.hasSuffix($0) }
        isMachineWritten =
            Self.lockFiles.contains(name) || Self.dataEndings.contains { name.hasSuffix($0) }
            || components.dropLast().contains { $0 == "node_modules" || $0 == "vendor" || $0 == "__snapshots__" }
        let ending = path.fileExtension.map { String(decoding: $0.map(\.asciiLowercased), as: UTF8.self) } ?? ""
        allowsBareValues = !Self.programEndings.contains(ending)
    }

    private static let testDirectories: Set<Substring> = [
        "test", "tests", "testing", "testdata", "test-data", "test_data", "__tests__", "spec", "specs", "fixtures",
        "fixture", "__fixtures__", "mocks", "__mocks__", "e2e", "testutil", "testutils", "examples", "example",
        "samples", "snapshots", "cassettes", "unittests", "docs", "doc", "documentation", "ci", ".ci",
        ".github", ".circleci", "cypress",
    ]
    private static let textEndings = [".md", ".mdx", ".rst", ".adoc"]
    private static let testMarks = [
        ".test.", ".spec.", "_test.", "-test.", ".example", ".sample", ".template", ".dist", ".ci.", "cypress",
    ]
    private static let lockFiles: Set<Substring> = [
        "package-lock.json", "yarn.lock", "pnpm-lock.yaml", "cargo.lock", "poetry.lock", "gemfile.lock",
        "composer.lock",
        "go.sum", "pipfile.lock", "uv.lock", "bun.lock", "flake.lock", "package.resolved", "podfile.lock", "mix.lock",
        "npm-shrinkwrap.json", "deno.lock", "pdm.lock", ".terraform.lock.hcl", "packages.lock.json", "gradle.lockfile",
    ]
    private static let dataEndings = [
        ".lock", ".min.js", ".min.css", ".map", ".svg", ".snap", ".ipynb", ".po", ".pot", ".xliff", ".pbxproj", ".csv",
        ".tsv", ".sum", ".pem.pub", ".crt", ".cer", ".storyboard", ".xib", ".resx", ".bundle.js", ".wasm", ".lockb",
    ]
    private static let programEndings: Set<String> = [
        "py", "pyi", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "go", "java", "kt", "kts", "rb", "rs", "c",
        "h",
        "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "cs", "php", "swift", "scala", "groovy", "dart", "ex", "exs", "erl",
        "clj", "cljs", "lua", "pl", "pm", "r", "jl", "hs", "ml", "fs", "vb", "vue", "svelte", "html", "htm", "erb",
        "css",
        "scss", "less", "sql", "zig", "nim", "d", "proto", "graphql", "sol",
    ]
}
