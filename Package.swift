// swift-tools-version: 6.1
import PackageDescription

// Package.resolved is not kept: versions are pinned here, each dependency with the reason it is worth its build time.
let dependencies: [Package.Dependency] = [
    // Reads and writes on the system SQLite: WAL, migrations, statement cache; the best-kept SQLite library for Swift.
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    // The Swift project's own command-line parser: help, completion, validation, exit codes.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    // SHA-256 for fingerprints now, HMAC and RS256 for the forges; Apple's, on BoringSSL.
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    // YAML with line numbers of every key (libyaml inside): configuration errors name the place.
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    // TOML 1.0 (toml++ inside): users' gitleaks rule files.
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    // HTTP in: the model server of the tests now, webhooks later; small, on SwiftNIO, streams bodies.
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    // Parts of Hummingbird that are imported by name; building it builds them in any case.
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
]

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A target under Sources. `may` lists the only targets it may import; Tests/ArchitectureTests holds the order.
func room(_ name: String, may: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: may, resources: resources, swiftSettings: strict)
}

func tests(of name: String, with others: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + others, exclude: exclude, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let package = Package(
    name: "hunkwise",
    products: [
        .executable(name: "hunkwise", targets: ["hunkwise"]),
        // A shared object, as tests load it into the service that they run; nothing links it.
        .library(name: "FaultShim", type: .dynamic, targets: ["FaultShim"]),
    ],
    dependencies: dependencies,
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        // glibc's trimming of the heap: nothing else gives back what many small blocks of finished work have left.
        .systemLibrary(name: "CMalloc"),
        // A C face for RE2, the linear-time pattern engine whose syntax gitleaks rules are written in.
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CTreeSitter", linkerSettings: [.linkedLibrary("dl")]),

        room("Diffs"),
        room("Fingerprints", may: ["Diffs", crypto]),
        room("Domain", may: ["Diffs"]),
        room("Patterns", may: ["CRE2"]),
        room("JSON", may: ["Domain"]),
        room("HTTPClient", may: ["CCurl"]),
        room("GitRepository", may: ["CGit2", "Domain", "Diffs"]),
        room("SyntaxTrees", may: ["CTreeSitter", "Diffs"]),
        room("Forges", may: ["HTTPClient", "JSON", "Domain", crypto, cryptoExtras]),
        room("Models", may: ["HTTPClient", "JSON", "Domain", "Diffs"]),
        room("Routing", may: ["Domain", "Diffs"], resources: [.embedInCode("Resources")]),
        room(
            "Rules",
            may: [
                "Patterns", "SyntaxTrees", "Domain", "Diffs", .product(name: "Yams", package: "Yams"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            resources: [.embedInCode("Resources")]),
        room(
            "Prompts", may: ["Rules", "SyntaxTrees", "Domain", "Diffs"], resources: [.embedInCode("Resources")]),
        room("Classification", may: ["Patterns", "SyntaxTrees", "Domain", "Diffs"]),
        room("Gates", may: ["Rules", "SyntaxTrees", "Domain", "Diffs"]),
        room("ConfigurationFiles", may: ["Patterns", "Domain", "Diffs", .product(name: "Yams", package: "Yams")]),
        room("Storage", may: ["Domain", crypto, .product(name: "GRDB", package: "GRDB.swift")]),
        room("Reporting", may: ["Domain", "Diffs"]),
        room(
            "Reviewing",
            may: [
                "Routing", "Models", "Prompts", "Classification", "Rules", "Gates", "SyntaxTrees", "GitRepository",
                "Fingerprints", "Domain", "Diffs",
            ]),
        room(
            "Server",
            may: [
                "Reviewing", "Forges", "Storage", "Reporting", "ConfigurationFiles", "GitRepository", "Fingerprints",
                "Patterns", "JSON", "Domain", "Diffs", crypto,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        .executableTarget(
            name: "hunkwise",
            dependencies: [
                "Server", "Forges", "Reviewing", "Reporting", "Storage", "ConfigurationFiles", "HTTPClient",
                "GitRepository", "Classification", "Rules", "Gates", "Routing", "Models", "Prompts", "SyntaxTrees",
                "Fingerprints", "Patterns", "Domain", "Diffs", "CMalloc", argumentParser,
            ],
            swiftSettings: strict),

        // What `make bench` measures with.
        .executableTarget(
            name: "hunkwise-bench",
            dependencies: ["Diffs", "Fingerprints", "Classification", "GitRepository", "SyntaxTrees"],
            path: "Tests/Benchmarks/Tool", swiftSettings: strict),

        .executableTarget(
            name: "hunkwise-http-bench", dependencies: ["HTTPClient"], path: "Tests/Benchmarks/HTTP",
            exclude: ["server.py", "report.py"], swiftSettings: strict),

        .executableTarget(
            name: "hunkwise-intake-bench",
            dependencies: [
                "Server", "Storage", "Forges", "ConfigurationFiles", "Domain", crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "Tests/Benchmarks/Intake", exclude: ["report.py"], swiftSettings: strict),

        .executableTarget(
            name: "hunkwise-evaluation",
            dependencies: ["Diffs", "Domain", "SyntaxTrees", "Classification", "Models", "Routing"],
            path: "Tests/Evaluation", swiftSettings: strict),

        // A model provider on loopback with books of its own. It imports no room of the house: it is the other side.
        .target(
            name: "ModelServer",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"), crypto,
            ],
            path: "Tests/ModelServer/Server", swiftSettings: strict),
        // A git server over HTTP on loopback, around git's own http-backend; also on the other side.
        .target(
            name: "GitServer",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "Tests/GitServer", swiftSettings: strict),
        .executableTarget(
            name: "hunkwise-model-server", dependencies: ["ModelServer", argumentParser],
            path: "Tests/ModelServer/Command", swiftSettings: strict),
        // GitHub on loopback over real git repositories: the other side, too. JSON is the model server's.
        .target(
            name: "GitHubServer",
            dependencies: [
                "ModelServer", "GitServer", .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"), crypto, cryptoExtras,
            ],
            path: "Tests/GitHubServer/Server", swiftSettings: strict),
        .executableTarget(
            name: "hunkwise-github-server", dependencies: ["GitHubServer", argumentParser],
            path: "Tests/GitHubServer/Command", swiftSettings: strict),
        .target(name: "TestKit", dependencies: ["Domain"], path: "Tests/TestKit", swiftSettings: strict),

        // Writers of one ledger that tests kill, and spenders of one budget.
        .executableTarget(
            name: "hunkwise-fetch-child", dependencies: ["GitRepository", "Domain"], path: "Tests/FetchChild",
            swiftSettings: strict),
        .executableTarget(
            name: "hunkwise-ledger-child", dependencies: ["Storage", "Domain"], path: "Tests/LedgerChild",
            swiftSettings: strict),
        .executableTarget(
            name: "hunkwise-spender",
            dependencies: [
                "Reviewing", "Routing", "Models", "Storage", "HTTPClient", "Domain", argumentParser, crypto,
            ],
            path: "Tests/Spender", swiftSettings: strict),

        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        tests(of: "Diffs"),
        tests(of: "Fingerprints", with: ["Diffs", "Domain"]),
        tests(of: "Domain", with: ["Diffs"]),
        tests(of: "ModelServer", with: ["TestKit"]),
        tests(of: "GitHubServer", with: ["hunkwise-github-server", "ModelServer", "TestKit", crypto, cryptoExtras]),
        tests(of: "Patterns"),
        tests(of: "JSON", with: ["TestKit"]),
        tests(of: "HTTPClient", with: ["TestKit"], exclude: ["Servers"]),
        tests(
            of: "Forges",
            with: ["HTTPClient", "Domain", "GitHubServer", "TestKit", crypto, cryptoExtras]),
        tests(of: "GitRepository", with: ["Domain", "Diffs", "GitServer", "TestKit", "hunkwise-fetch-child"]),
        tests(of: "SyntaxTrees", with: ["Diffs"]),
        tests(of: "Models", with: ["HTTPClient", "JSON", "Domain", "Diffs", "TestKit"], exclude: ["Fixtures"]),
        tests(of: "Routing", with: ["Domain", "Diffs", "Models"]),
        tests(of: "Prompts", with: ["Rules", "SyntaxTrees", "Domain", "Diffs"], exclude: ["Goldens"]),
        tests(of: "Rules", with: ["Patterns", "SyntaxTrees", "Domain", "Diffs"], exclude: ["Cases"]),
        tests(of: "Classification", with: ["Patterns", "SyntaxTrees", "Domain", "Diffs"]),
        tests(of: "Gates", with: ["Rules", "SyntaxTrees", "Domain", "Diffs"]),
        tests(of: "ConfigurationFiles", with: ["Patterns", "Domain", "Diffs", "TestKit"]),
        tests(
            of: "Storage", with: ["Domain", "hunkwise-ledger-child", .product(name: "GRDB", package: "GRDB.swift")]),
        tests(
            of: "Server",
            with: [
                "Reviewing", "Forges", "Storage", "Reporting", "ConfigurationFiles", "GitRepository", "Domain", "Diffs",
                "TestKit", crypto, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
            ]),
        tests(of: "Reporting", with: ["Domain", "Diffs"], exclude: ["Goldens"]),
        tests(
            of: "Reviewing",
            with: [
                "Storage", "Routing", "Models", "Prompts", "Classification", "Rules", "Gates", "SyntaxTrees",
                "GitRepository", "Domain", "Diffs", "TestKit",
            ]),
        .testTarget(
            name: "BudgetRaceTests",
            dependencies: ["hunkwise-spender", "ModelServer", "Storage", "Domain", "TestKit"], swiftSettings: strict),
        // A full disk and a wrong clock for a process of the tests; a target that depended on it would have them, too.
        .target(name: "FaultShim", path: "Tests/FaultShim"),
        // The whole service against GitHub on loopback.
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "hunkwise", "hunkwise-model-server", "GitHubServer", "ModelServer", "TestKit",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests", dependencies: ["hunkwise", "hunkwise-model-server", "TestKit"],
            swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
