import Domain
import SyntaxTrees

/// Does the file still parse with the suggestion in it? Only problems that it did not have before count.
enum SyntaxGate {
    static func judge(_ candidate: inout Candidate, head: ParsedSource?) {
        guard !candidate.lacksSuggestion(for: .syntax) else { return }
        guard let head, let edit = candidate.edit else { return candidate.skip(.syntax, "no repository") }
        guard edit.bytes != head.bytes else { return candidate.accept(.syntax) }
        guard head.language != nil else { return candidate.skip(.syntax, "language not known") }
        guard let applied = candidate.applied, let problems = applied.newProblems(since: head) else {
            return candidate.skip(.syntax, "no grammar")
        }
        if problems.isEmpty { candidate.accept(.syntax) } else { candidate.demote(.syntax, "syntax error") }
    }
}

/// Do findings on algorithms say what the complexity is? A remark, never a reason to drop anything.
enum ComplexityGate {
    static func judge(_ candidate: inout Candidate) {
        guard !candidate.isRejected else { return }
        guard candidate.finding.category == .algorithm else { return candidate.accept(.complexity) }
        let text = (candidate.finding.title + " " + candidate.finding.explanation).lowercased()
        let isStated = [
            "o(", "quadratic", "linear", "logarithmic", "exponential", "constant time", "cubic", "factorial",
        ]
        .contains { text.contains($0) }
        if isStated { candidate.accept(.complexity) } else { candidate.skip(.complexity, "complexity not stated") }
    }
}
