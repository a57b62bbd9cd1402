/// The form of an answer, from the Accept header.
enum MediaType: Sendable, Equatable {
    case json, diff, patch, raw, sha, html, object

    /// Any of the service's own types or JSON; nil for what it cannot write.
    init?(accept: String?) {
        guard let accept, !accept.isEmpty else {
            self = .json
            return
        }
        for entry in accept.split(separator: ",") {
            let type = entry.split(separator: ";")[0].filter { $0 != " " }.lowercased()
            if let found = MediaType(type: type) {
                self = found
                return
            }
        }
        return nil
    }

    private init?(type: String) {
        switch type {
        case "*/*", "application/*", "application/json", "application/vnd.github+json", "application/vnd.github":
            self = .json
            return
        default: break
        }
        guard type.hasPrefix("application/vnd.github.") else { return nil }
        let words = type.dropFirst("application/vnd.github.".count).split(separator: "+")[0].split(separator: ".")
        switch words.last.map(String.init) {
        case "diff": self = .diff
        case "patch": self = .patch
        case "raw": self = .raw
        case "sha": self = .sha
        case "html": self = .html
        case "object": self = .object
        default: self = .json
        }
    }

    /// As the header says it that repeats the choice.
    var name: String {
        switch self {
        case .json, .object: "github.v3; format=json"
        case .diff: "github.v3; param=diff"
        case .patch: "github.v3; param=patch"
        case .raw: "github.v3; param=raw"
        case .sha: "github.v3; param=sha"
        case .html: "github.v3; param=html; format=json"
        }
    }
}
