/// A commit as its object says it.
struct CommitRecord: Sendable {
    struct Person: Sendable {
        var name: String
        var email: String
        /// ISO 8601 in UTC.
        var date: String

        /// `Name <email> seconds zone`.
        init?(_ text: Substring) {
            guard let open = text.lastIndex(of: "<"), let shut = text.lastIndex(of: ">"), open < shut else {
                return nil
            }
            name = text[..<open].trimmingBlanks
            email = String(text[text.index(after: open)..<shut])
            let seconds = text[text.index(after: shut)...].split(separator: " ").first.flatMap { Int($0) }
            date = Timestamp.text(seconds ?? 0)
        }
    }

    var sha: String
    var tree: String
    var parents: [String]
    var author: Person
    var committer: Person
    var message: String

    init?(sha: String, _ text: String) {
        guard let blank = text.range(of: "\n\n") else { return nil }
        var tree: String?
        var parents: [String] = []
        var author: Person?
        var committer: Person?
        for line in text[..<blank.lowerBound].split(separator: "\n") {
            let pair = line.split(separator: " ", maxSplits: 1)
            guard pair.count == 2 else { continue }
            switch pair[0] {
            case "tree": tree = String(pair[1])
            case "parent": parents.append(String(pair[1]))
            case "author": author = Person(pair[1])
            case "committer": committer = Person(pair[1])
            default: break
            }
        }
        guard let tree, let author, let committer else { return nil }
        self.sha = sha
        self.tree = tree
        self.parents = parents
        self.author = author
        self.committer = committer
        let message = text[blank.upperBound...]
        self.message = String(message.hasSuffix("\n") ? message.dropLast() : message)
    }
}

extension Substring {
    var trimmingBlanks: String {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}

extension String {
    /// Where a text first occurs.
    func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
