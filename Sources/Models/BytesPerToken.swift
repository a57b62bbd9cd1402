import Diffs

extension ByteTokenEstimate {
    /// Average bytes a token of numbered diff lines in a file of this name.
    ///
    /// Measured on up to 60 public files a language, 200 lines of each with number and sign, with the o200k and cl100k
    /// vocabularies, which agree within two per cent; rounded down to a twentieth or so, which errs on the dear side.
    /// Languages that were not measured take the figure of their nearest kin.
    static func bytesPerToken(of path: Path) -> Double {
        guard let ending = path.fileExtension else { return 2.9 }
        switch String(decoding: ending, as: UTF8.self).lowercased() {
        case "py", "pyi", "rb", "swift", "kt", "kts": return 3.5
        case "md", "rst", "txt": return 3.3
        case "c", "h", "java", "cs", "scala", "sql", "yaml", "yml": return 3.1
        case "js", "jsx", "ts", "tsx", "mjs", "cjs", "css", "php": return 3.0
        case "go", "cc", "cpp", "hpp", "cxx", "sh", "bash", "json", "html", "xml": return 2.9
        case "rs", "toml": return 2.8
        default: return 2.9
        }
    }
}
