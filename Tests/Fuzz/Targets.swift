// Added to the project's manifest by run.sh, which builds the fuzzers apart from everything else.
package.products = []
package.targets.removeAll { $0.type == .test || $0.type == .executable }
for target in package.targets
where target.type == .regular && !target.name.hasPrefix("C")
    || ["Classification", "ConfigurationFiles"].contains(target.name)
{
    target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize=fuzzer,address"])]
}
package.targets.append(.target(name: "FuzzDriver", path: "Tests/Fuzz/Driver", swiftSettings: strict))
for (name, folder, needs) in [
    ("fuzz-diff", "Diff", ["Diffs", "Fingerprints"]),
    ("fuzz-configuration", "Configuration", ["ConfigurationFiles", "Domain"]),
    ("fuzz-sanitiser", "Sanitiser", ["Gates", "Domain", "Diffs"]),
] {
    package.targets.append(
        .executableTarget(
            name: name, dependencies: needs.map { .init(stringLiteral: $0) } + ["FuzzDriver"],
            path: "Tests/Fuzz/" + folder, swiftSettings: strict + [.unsafeFlags(["-sanitize=fuzzer,address"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]))
}
