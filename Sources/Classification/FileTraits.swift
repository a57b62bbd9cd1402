import Diffs

/// What a file is, told by its path alone.
struct FileTraits: Sendable {
    struct Kinds: OptionSet, Sendable {
        let rawValue: UInt32

        static let test = Kinds(rawValue: 1)
        static let documentation = Kinds(rawValue: 2)
        static let pipeline = Kinds(rawValue: 4)
        static let lock = Kinds(rawValue: 8)
        static let manifest = Kinds(rawValue: 16)
        static let generated = Kinds(rawValue: 32)
        static let vendored = Kinds(rawValue: 64)
        static let migration = Kinds(rawValue: 128)
        static let example = Kinds(rawValue: 256)
        static let data = Kinds(rawValue: 512)
        static let sheet = Kinds(rawValue: 1024)
        static let markup = Kinds(rawValue: 2048)
        static let source = Kinds(rawValue: 4096)
        static let script = Kinds(rawValue: 8192)
        static let interface = Kinds(rawValue: 16384)
        static let tooling = Kinds(rawValue: 32768)
        static let translation = Kinds(rawValue: 65536)
    }

    let kinds: Kinds
    let style: SourceStyle
    /// Classes of the words in the path.
    let words: Lexicon.Classes

    init(path: Path) {
        style = SourceStyle(path: path)
        words = Lexicon.shared.classes(inWordsOf: path.bytes.prefix(1024))
        kinds = FileTraits.kinds(of: path, style: style)
    }

    private static func kinds(of path: Path, style: SourceStyle) -> Kinds {
        var kinds: Kinds = []
        let parts = path.bytes.prefix(4096).split(separator: UInt8(ascii: "/"), maxSplits: 64)
        let name = parts.last.map { lowercased($0, limit: 255) } ?? ""
        let suffix = path.fileExtension.map { lowercased($0, limit: 24) } ?? ""
        let folders = parts.dropLast().map { lowercased($0, limit: 64) }
        let stem = name.prefix { $0 != "." }

        if folders.contains(where: { testFolders.contains($0) }) || isTestName(name, stem: stem, suffix: suffix) {
            kinds.insert(.test)
        }
        if style.role == .prose || folders.contains(where: { documentFolders.contains($0) }) && style.role != .code {
            kinds.insert(.documentation)
        }
        if folders.first == ".github" && (folders.contains("workflows") || folders.contains("actions"))
            || folders.contains(".circleci") || pipelineNames.contains(name)
        {
            kinds.insert(.pipeline)
        }
        if lockNames.contains(name) { kinds.insert(.lock) }
        if manifestNames.contains(name) || manifestSuffixes.contains(suffix) { kinds.insert(.manifest) }
        if GeneratedPaths.isGenerated(name: name, suffix: suffix, folders: folders) { kinds.insert(.generated) }
        if GeneratedPaths.isVendored(folders: folders, suffix: suffix) { kinds.insert(.vendored) }
        if folders.contains(where: { migrationFolders.contains($0) }) { kinds.insert(.migration) }
        if folders.contains(where: { exampleFolders.contains($0) }) { kinds.insert(.example) }
        if folders.contains(where: { toolFolders.contains($0) }) || toolNames.contains(name) || name.hasPrefix(".") {
            kinds.insert(.tooling)
        }
        if folders.contains(where: { translationFolders.contains($0) }) || suffix == "po" || suffix == "strings" {
            if style.role != .code { kinds.insert(.translation) }
        }
        switch style.role {
        case .code: kinds.insert(.source)
        case .script: kinds.insert(.script)
        case .markup: kinds.insert(.markup)
        case .style: kinds.insert(.sheet)
        case .data: kinds.insert(.data)
        case .prose, .unknown: break
        }
        if interfaceNames.contains(String(stem)) || interfaceSuffixes.contains(suffix) || name.hasSuffix(".d.ts") {
            kinds.insert(.interface)
        }
        return kinds
    }

    private static func isTestName(_ name: String, stem: Substring, suffix: String) -> Bool {
        if stem.hasPrefix("test_") || stem.hasPrefix("spec_") || stem == "conftest" || stem == "test" || stem == "tests"
        {
            return true
        }
        for ending in ["_test", "_spec", "-test", "-spec", "tests", "test", "testcase"] where stem.hasSuffix(ending) {
            // "latest" and "contest" end in "test" too: one word must be left over, with a capital or a separator before.
            if ending.first == "_" || ending.first == "-" || suffix == "java" || suffix == "swift" || suffix == "kt"
                || suffix == "cs" || suffix == "scala"
            {
                return true
            }
        }
        // `a.test.ts`: the word stands between two dots.
        return name.split(separator: ".").dropFirst().dropLast().contains {
            $0 == "test" || $0 == "spec" || $0 == "stories"
        }
    }

    private static func set(_ names: String) -> Set<String> {
        Set(names.split(separator: " ").map(String.init))
    }

    private static let testFolders = set(
        "test tests spec specs __tests__ testing testdata fixtures fixture __fixtures__ e2e dummyserver testsuite test-support "
            + "mocks __mocks__ androidtest unittests integration-tests t bench benches benchmarks benchmark fuzz")
    private static let documentFolders = set("doc docs documentation man website manual")
    private static let pipelineNames = set(
        ".travis.yml .gitlab-ci.yml appveyor.yml azure-pipelines.yml jenkinsfile bitbucket-pipelines.yml .drone.yml cloudbuild.yaml"
    )
    private static let lockNames = set(
        "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock cargo.lock gemfile.lock "
            + "poetry.lock uv.lock pdm.lock pipfile.lock composer.lock go.sum go.work.sum package.resolved mix.lock "
            + "pubspec.lock podfile.lock cartfile.resolved flake.lock gradle.lockfile packages.lock.json paket.lock "
            + "chart.lock .terraform.lock.hcl module.bazel.lock conan.lock")
    private static let manifestNames = set(
        "package.json cargo.toml gemfile pyproject.toml setup.py setup.cfg requirements.txt go.mod go.work pom.xml "
            + "build.gradle build.gradle.kts settings.gradle package.swift composer.json mix.exs pubspec.yaml podfile "
            + "cmakelists.txt makefile meson.build build.bazel workspace module.bazel dockerfile docker-compose.yml jsr.json "
            + "deno.json tsconfig.json rakefile configure.ac makefile.am")
    private static let manifestSuffixes = set(
        "gemspec podspec csproj fsproj vcxproj sln pbxproj cabal gradle bazel cmake")
    private static let migrationFolders = set("migrations migration migrate changelogs alembic flyway")
    private static let exampleFolders = set("example examples demo demos sample samples playground tutorial tutorials")
    private static let toolFolders = set(
        "scripts script tools tooling ci .github .circleci hack build-tools dev .husky .vscode .idea _travis contrib")
    private static let toolNames = set(
        "tox.ini noxfile.py tasks.py gulpfile.js webpack.config.js vite.config.ts vitest.config.ts")
    private static let translationFolders = set("locales locale i18n l10n lang langs translations messages lproj")
    private static let interfaceNames = set(
        "types type interface interfaces api schema schemas models index mod lib protocol protocols constants errors config options settings"
    )
    private static let interfaceSuffixes = set("h hh hpp hxx proto graphql gql thrift avsc pyi mli")
}
