import Domain

/// Is what will be posted harmless? Runs on every finding that is left, whoever wrote it, and reads its own work again.
enum SanitisingGate {
    static func judge(_ candidate: inout Candidate) {
        guard !candidate.isRejected else { return }
        let title = Sanitiser.title(candidate.finding.title)
        let explanation = Sanitiser.explanation(candidate.finding.explanation)
        guard !title.isEmpty else { return candidate.reject(.sanitising, "nothing left of the title") }
        guard MarkdownVerifier.leaks(in: title).isEmpty, MarkdownVerifier.leaks(in: explanation).isEmpty else {
            return candidate.reject(.sanitising, "could not be proven harmless")
        }
        let isSame = title == candidate.finding.title && explanation == candidate.finding.explanation
        if let cwe = candidate.finding.cwe, !isWeakness(cwe) { candidate.finding.cwe = nil }
        candidate.finding.title = title
        candidate.finding.explanation = explanation
        if let suggestion = candidate.finding.suggestion, let reason = danger(in: suggestion.replacement) {
            candidate.demote(.sanitising, reason)
        } else if isSame {
            candidate.accept(.sanitising)
        } else {
            candidate.repaired(.sanitising, "text made harmless")
        }
    }

    /// "CWE-" and one to five digits.
    private static func isWeakness(_ text: String) -> Bool {
        let number = text.utf8.dropFirst(4)
        return text.hasPrefix("CWE-") && (1...5).contains(number.count) && number.allSatisfy(SanitiserWord.isDigit)
    }

    /// What a suggestion must not hold although it stands in a code block.
    static func danger(in replacement: String) -> String? {
        if replacement.utf8.count > 20_000 { return "suggestion too long" }
        if replacement.unicodeScalars.contains(where: { $0.isHidden }) { return "hidden character" }
        // Some forges look for commands with a simpler idea of where a code block ends than Markdown has.
        var seesFence = false
        for line in replacement.utf8.split(separator: 0x0A) {
            let text = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ">") }
            if text.starts(with: "```".utf8) || text.starts(with: "~~~".utf8) { seesFence = true }
            let isCommand =
                text.first == UInt8(ascii: "/") && text.dropFirst().first.map(SanitiserWord.isLetter) == true
            if seesFence, isCommand { return "command behind a fence" }
        }
        return nil
    }
}
