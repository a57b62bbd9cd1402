import Diffs
import Domain
import Rules
import SyntaxTrees

/// Does a suggestion bring in what the review would have to report: a dangerous call, a secret, a check taken away, an
/// address to fetch from?
struct SecurityGate: Sendable {
    private let reviewer: StaticReviewer
    private let secrets: SecretScanner

    init(reviewer: StaticReviewer, secrets: SecretScanner) {
        self.reviewer = reviewer
        self.secrets = secrets
    }

    func judge(_ candidate: inout Candidate, head: ParsedSource?) {
        guard !candidate.lacksSuggestion(for: .security), let suggestion = candidate.finding.suggestion else { return }
        guard let head, let edit = candidate.edit else {
            // What needs no repository is still looked at.
            let text = Array(suggestion.replacement.utf8)
            if !secrets.scan(text, path: candidate.finding.path).isEmpty {
                return candidate.demote(.security, "shows a secret")
            }
            if !Lexicon.hosts(text).isEmpty { return candidate.demote(.security, "new address") }
            if Self.dangers(text).contains(where: { $0.value > 0 }) {
                return candidate.demote(.security, "dangerous call")
            }
            return candidate.skip(.security, "no repository")
        }
        let before = Array(head.bytes[edit.replaced])
        let after = Array(edit.bytes[edit.inserted])
        if let reason = textual(before, after, head, path: candidate.finding.path) {
            return candidate.demote(.security, reason)
        }
        if let applied = candidate.applied, !edit.lines.isEmpty {
            var known: [String: Int] = [:]
            let replaced = suggestion.startLine...suggestion.line
            for finding in reviewer.scan(head, lines: [replaced]) { known[finding.rule, default: 0] += 1 }
            for finding in reviewer.scan(applied, lines: [edit.lines.lowerBound...(edit.lines.upperBound - 1)]) {
                known[finding.rule, default: 0] -= 1
                if known[finding.rule, default: 0] < 0 { return candidate.demote(.security, "dangerous call") }
            }
        }
        candidate.accept(.security)
    }

    private func textual(_ before: [UInt8], _ after: [UInt8], _ head: ParsedSource, path: Path) -> String? {
        // Also one that stands there already: a report would show it.
        if !secrets.scan(after, path: path).isEmpty { return "shows a secret" }
        let new = Lexicon.hosts(after)
        if !new.isEmpty, !new.isSubset(of: Lexicon.hosts(head.bytes)) { return "new address" }
        let dangers = Self.dangers(before)
        if Self.dangers(after).contains(where: { $0.value > dangers[$0.key, default: 0] }) { return "dangerous call" }
        return Self.takesCheckAway(before, after) ? "removed check" : nil
    }

    /// How often each dangerous piece of text stands in some bytes, white space aside.
    private static func dangers(_ bytes: [UInt8]) -> [String: Int] {
        let text = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
        var found: [String: Int] = [:]
        for piece in pieces {
            var count = 0
            var rest = text[...]
            while let range = rest.firstRange(of: piece) {
                // "retrieval(" is not "eval(".
                let before = rest[..<range.lowerBound].utf8.last ?? 0x20
                if !Lexicon.isWord(before) || !Lexicon.isWord(piece.utf8.first ?? 0x20) { count += 1 }
                rest = rest[range.upperBound...]
            }
            if count > 0 { found[piece] = count }
        }
        return found
    }

    /// Calls and settings that are dangerous in every language that has them.
    private static let pieces = [
        "eval(", "exec(", "system(", "popen(", "shell_exec(", "passthru(", "proc_open(", "child_process", "Function(",
        "pickle.load", "marshal.load", "yaml.load(", "unserialize(", "readObject(", "ObjectInputStream", "__import__(",
        "dangerouslySetInnerHTML", ".innerHTML=", "document.write(", "insertAdjacentHTML(", "v-html=",
        "verify=False", "InsecureSkipVerify:true", "rejectUnauthorized:false", "NODE_TLS_REJECT_UNAUTHORIZED",
        "CURLOPT_SSL_VERIFYPEER,false", "CURLOPT_SSL_VERIFYPEER,0", "check_hostname=False", "CERT_NONE",
        "_create_unverified_context", "shell=True", "shell:true", "strcpy(", "strcat(", "sprintf(", "gets(",
        "html_safe", "mark_safe(", "autoescape=False", "debug=True", "|sh", "|bash", "chmod777", "0o777",
        "--privileged",
        "--no-verify", "transmute(", "from_utf8_unchecked", "get_unchecked", "md5(", "sha1(", "permitAll(",
        "csrf_exempt", "skip_before_action", "AllowAnonymous", "pull_request_target",
    ]

    /// A name that speaks of a check stands in the old text and not in the new, which has no other in its place.
    private static func takesCheckAway(_ before: [UInt8], _ after: [UInt8]) -> Bool {
        let old = checks(before)
        guard !old.isEmpty else { return false }
        let new = checks(after)
        return !old.isSubset(of: new) && new.count < old.count
    }

    private static func checks(_ bytes: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        Lexicon.forEach(in: bytes) { bytes, range in
            let next = bytes[range.upperBound...].drop { $0 == 0x20 }.first
            // "verify=False" and "check: false" switch something off; taking that away is no loss.
            if next == UInt8(ascii: "=") || next == UInt8(ascii: ":") { return }
            let word = String(decoding: bytes[range], as: UTF8.self).lowercased()
            if stems.contains(where: { word.contains($0) }) { found.insert(word) }
        }
        return found
    }

    private static let stems = [
        "auth", "permission", "require", "verify", "validate", "sanitize", "sanitise", "escape", "assert", "csrf",
        "is_admin", "isadmin", "is_owner", "isowner", "guard", "allowed", "acquire", "ratelimit", "rate_limit",
        "check_", "checked", "ensure",
    ]
}
