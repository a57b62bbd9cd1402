import Foundation
import Testing

/// The map of the house: what each target may import of the targets below it. A new import belongs here first.
private let mayImport: [String: Set<String>] = [
    "Diffs": [],
    "Fingerprints": ["Diffs", "Domain"],
    "Domain": ["Diffs"],
    "Patterns": ["CRE2"],
    "HTTPClient": ["CCurl"],
    "GitRepository": ["CGit2", "Domain", "Diffs"],
    "SyntaxTrees": ["CTreeSitter", "Diffs"],
    "JSON": ["Domain"],
    "Forges": ["HTTPClient", "JSON", "Domain"],
    "Models": ["HTTPClient", "JSON", "Domain", "Diffs"],
    "Routing": ["Domain", "Diffs"],
    "Rules": ["Patterns", "SyntaxTrees", "Domain", "Diffs"],
    "Prompts": ["Rules", "SyntaxTrees", "Domain", "Diffs"],
    "Classification": ["Patterns", "SyntaxTrees", "Domain", "Diffs"],
    "Gates": ["Rules", "SyntaxTrees", "Domain", "Diffs"],
    "ConfigurationFiles": ["Patterns", "Domain", "Diffs"],
    "Storage": ["Domain"],
    "Reporting": ["Domain", "Diffs"],
    "Reviewing": [
        "Routing", "Models", "Prompts", "Classification", "Rules", "Gates", "SyntaxTrees", "GitRepository",
        "Fingerprints",
        "Patterns", "Domain", "Diffs",
    ],
    "Server": [
        "Reviewing", "Forges", "Storage", "Reporting", "ConfigurationFiles", "GitRepository", "Fingerprints",
        "Patterns", "JSON", "Domain",
        "Diffs",
    ],
    "hunkwise": [
        "Server", "Forges", "Reviewing", "Reporting", "Storage", "ConfigurationFiles", "HTTPClient", "GitRepository",
        "Classification",
        "Rules",
        "Gates", "Routing", "Models", "Prompts", "SyntaxTrees", "Fingerprints", "Patterns", "Domain", "Diffs",
        "CMalloc",
    ],
]

/// Targets that wrap C libraries, each with the only Swift target that may see it.
private let ownerOfC = [
    "CGit2": "GitRepository", "CCurl": "HTTPClient", "CRE2": "Patterns", "CTreeSitter": "SyntaxTrees",
    "CMalloc": "hunkwise",
]

private let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")

/// The modules a target's files import.
private func imports(of target: String) throws -> Set<String> {
    var modules: Set<String> = []
    let folder = sources.appending(path: target)
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword <= 2, keyword + 1 < words.count else {
                continue
            }
            modules.insert(String(words[keyword + 1]))
        }
    }
    return modules
}

private func targets() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { !$0.hasPrefix(".") }.sorted()
}

@Suite("The house")
struct OneWayImportsTests {
    @Test("every folder under Sources is a room on the map, or a C library with one owner")
    func everyFolderIsKnown() throws {
        for target in try targets() {
            #expect(mayImport[target] != nil || ownerOfC[target] != nil, "\(target) is not on the map")
        }
    }

    @Test("a target imports only what the map allows", arguments: mayImport.keys.sorted())
    func importsAreAllowed(target: String) throws {
        let rooms = Set(mayImport.keys).union(ownerOfC.keys)
        let allowed = try #require(mayImport[target])
        let seen = try imports(of: target).intersection(rooms).subtracting([target])
        #expect(seen.subtracting(allowed).isEmpty, "\(target) imports \(seen.subtracting(allowed).sorted())")
    }

    @Test("the map has no way back")
    func noCycles() {
        var done: Set<String> = Set(ownerOfC.keys)
        var open = mayImport
        while !open.isEmpty {
            let next = open.filter { $0.value.isSubset(of: done) }.map(\.key)
            #expect(!next.isEmpty, "a cycle among \(open.keys.sorted())")
            if next.isEmpty { return }
            for name in next {
                done.insert(name)
                open[name] = nil
            }
        }
    }

    @Test("a C library is imported by one target only")
    func oneOwner() throws {
        for target in mayImport.keys {
            for library in try imports(of: target) where library.hasPrefix("C") {
                if let owner = ownerOfC[library] { #expect(owner == target, "\(library) is imported by \(target)") }
            }
        }
    }
}
