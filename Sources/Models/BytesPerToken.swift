import Diffs

extension ByteTokenEstimate {
    /// Average bytes a token of numbered diff lines in a file of this name.
    static func bytesPerToken(of path: Path) -> Double {
        guard let ending = path.fileExtension else { return 3.0 }
        switch String(decoding: ending, as: UTF8.self).lowercased() {
        case "py", "rb", "md", "rst", "txt": return 3.2
        case "js", "jsx", "ts", "tsx", "mjs", "cjs", "go", "swift", "kt", "kts", "php": return 3.1
        case "java", "cs", "scala": return 3.4
        case "c", "h", "cc", "cpp", "hpp", "cxx", "rs", "sh", "bash": return 2.8
        case "json", "yaml", "yml", "toml", "xml", "html", "css", "sql", "csv": return 2.6
        default: return 3.0
        }
    }
}
