import Glibc

extension Grammars {
    /// The directory named by `HUNKWISE_GRAMMARS`, else the first that exists of: `grammars` beside the program,
    /// `../lib/hunkwise/grammars`, `grammars` in the `.build` folder that the program was built in,
    /// `/usr/local/lib/hunkwise/grammars`, `/usr/lib/hunkwise/grammars`. A relative path is refused, because the working
    /// directory may belong to somebody else.
    package static func locate() -> String? {
        if let named = getenv("HUNKWISE_GRAMMARS") {
            let path = String(cString: named)
            return path.hasPrefix("/") ? path : nil
        }
        var candidates: [String] = []
        if let program = programDirectory() {
            candidates.append(program + "/grammars")
            candidates.append(program + "/../lib/hunkwise/grammars")
            if let build = buildDirectory(above: program) { candidates.append(build + "/grammars") }
        }
        candidates.append("/usr/local/lib/hunkwise/grammars")
        candidates.append("/usr/lib/hunkwise/grammars")
        return candidates.first { access($0 + "/core.so", R_OK) == 0 }
    }

    private static func programDirectory() -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, let slash = buffer[..<count].lastIndex(of: 0x2F) else { return nil }
        return String(decoding: buffer[..<slash].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func buildDirectory(above directory: String) -> String? {
        var components = directory.split(separator: "/")
        while let last = components.last {
            if last == ".build" { return "/" + components.joined(separator: "/") }
            components.removeLast()
        }
        return nil
    }
}
