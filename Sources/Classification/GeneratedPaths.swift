/// Where generated and foreign code lives by the conventions of the tools that put it there.
///
/// Only conventions that hold in the ecosystem of the file's own kind count: `vendor/` keeps Go, PHP and Ruby code, so
/// a Python file that someone puts there is looked at like any other.
enum GeneratedPaths {
    /// Lower-case name, suffix and folders.
    static func isGenerated(name: String, suffix: String, folders: [String]) -> Bool {
        for ending in endings where name.hasSuffix(ending) { return true }
        if name.hasPrefix("zz_generated") && suffix == "go" { return true }
        if suffix == "snap" && folders.contains("__snapshots__") { return true }
        if suffix == "map" && (name.hasSuffix(".js.map") || name.hasSuffix(".css.map")) { return true }
        return false
    }

    static func isVendored(folders: [String], suffix: String) -> Bool {
        for (index, folder) in folders.enumerated() {
            switch folder {
            case "node_modules":
                // A package's folder stands below; code right in node_modules/ is nobody's package.
                if index &+ 1 < folders.count && scripts.contains(suffix) { return true }
            case "vendor":
                let below = folders[(index &+ 1)...]
                // Go: vendor/<host>/…; PHP: vendor/<vendor>/<package>/…; Ruby: vendor/bundle or vendor/gems.
                if suffix == "go" || suffix == "s", let host = below.first, host.contains(".") { return true }
                if suffix == "php", below.count >= 2 { return true }
                if suffix == "rb", let kind = below.first, kind == "bundle" || kind == "gems" || kind == "cache" {
                    return true
                }
            case "third_party", "third-party", "thirdparty", "_vendor", "pods", "carthage":
                if folder == "_vendor" { return suffix == "py" || suffix == "pyi" }
                if folder == "pods" || folder == "carthage" { return native.contains(suffix) && index == 0 }
                if index &+ 1 < folders.count && native.contains(suffix) { return true }
            default:
                break
            }
        }
        return false
    }

    private static let endings = [
        ".pb.go", ".pb.gw.go", "_grpc.pb.go", ".pb.cc", ".pb.h", ".pb.swift", ".grpc.swift", "_pb2.py", "_pb2.pyi",
        "_pb2_grpc.py", "_pb.js", "_pb.d.ts", "_pb.ts", "_pb.rb", ".g.dart", ".freezed.dart", ".pb.dart",
        ".designer.cs",
        ".g.cs", ".g.i.cs", ".min.js", ".min.css", ".sql.go", "_gen.go", ".gen.go", "_string.go", ".generated.go",
        ".generated.ts", ".gen.ts", ".generated.swift", ".generated.cs", ".bundle.js", ".xib.swift", "_generated.go",
    ]
    private static let scripts: Set<String> = [
        "js", "mjs", "cjs", "ts", "mts", "cts", "json", "map", "css", "md", "html", "wasm", "node", "jsx", "tsx",
        "scss", "txt",
    ]
    private static let native: Set<String> = [
        "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "s", "asm", "inc", "swift", "java", "rs", "txt", "md",
        "cmake", "py",
    ]
}
