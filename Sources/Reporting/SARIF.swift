import Diffs
package import Domain

/// What a report says of a rule, for formats that carry rule metadata.
package struct RuleInfo: Sendable {
    package let id: String
    package let title: String
    /// Why it matters.
    package let why: String
    /// How to fix it.
    package let fix: String
    /// For example "CWE-89".
    package let cwe: String?
    package let severity: Severity

    package init(id: String, title: String, why: String, fix: String, cwe: String?, severity: Severity) {
        self.id = id
        self.title = title
        self.why = why
        self.fix = fix
        self.cwe = cwe
        self.severity = severity
    }
}

/// `review --format sarif`: SARIF 2.1.0 (OASIS Standard, 27 March 2020), in the subset that code-scanning services read.
package enum SARIF {
    /// - Parameters:
    ///   - toolVersion: the version of Hunkwise, a semantic version.
    ///   - rules: what is known of the rules; one that is missing is described from its first finding.
    ///   - headLines: places findings on removed lines.
    package static func document(
        _ report: ReviewReport, toolVersion: String, rules: [RuleInfo] = [],
        headLines: HeadLines = HeadLines()
    ) -> [UInt8] {
        let results = report.findings + report.folded
        let catalogue = RuleCatalogue(results, known: rules)
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            json.field("version", "2.1.0")
            json.array("runs", CollectionOfOne(())) { json, _ in
                json.object { json in
                    json.object("tool") { json in
                        json.object("driver") { json in
                            json.field("name", "Hunkwise")
                            json.field("version", toolVersion)
                            json.field("semanticVersion", toolVersion)
                            json.array("rules", catalogue.rules) { $0.rule($1) }
                        }
                    }
                    json.array("invocations", CollectionOfOne(())) { json, _ in json.invocation(report) }
                    json.object("originalUriBaseIds") { json in
                        json.object("%SRCROOT%") { json in
                            json.object("description") { $0.field("text", "The root of the repository.") }
                        }
                    }
                    json.field("columnKind", "unicodeCodePoints")
                    var ordinals: [String: Int] = [:]
                    json.array("results", results) { json, finding in
                        let fingerprint = Fingerprint.of(finding, ordinals: &ordinals)
                        json.result(
                            finding, lines: headLines.lines(of: finding), ruleIndex: catalogue.index[finding.rule],
                            fingerprint: fingerprint)
                    }
                }
            }
        }
        writer.endLine()
        return writer.bytes
    }
}

/// The rules a report mentions, in order of first mention.
private struct RuleCatalogue {
    private(set) var rules: [RuleInfo] = []
    private(set) var index: [String: Int] = [:]

    init(_ findings: [Finding], known: [RuleInfo]) {
        let known = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for finding in findings where index[finding.rule] == nil {
            index[finding.rule] = rules.count
            rules.append(
                known[finding.rule]
                    ?? RuleInfo(
                        id: finding.rule, title: finding.title, why: finding.explanation, fix: "", cwe: finding.cwe,
                        severity: finding.severity))
        }
    }
}

/// A name for a finding that is unique within one report: its identity, or its place before identities are computed.
enum Fingerprint {
    static func of(_ finding: Finding, ordinals: inout [String: Int]) -> String {
        var name = finding.identity
        if name.isEmpty {
            name = "\(finding.path.quoted):\(finding.rule):\(finding.side.rawValue):\(finding.line ?? 0)"
        }
        let ordinal = ordinals[name, default: 0]
        ordinals[name] = ordinal + 1
        return ordinal == 0 ? name : "\(name)-\(ordinal + 1)"
    }
}

extension JSONWriter {
    fileprivate mutating func rule(_ rule: RuleInfo) {
        object { json in
            json.field("id", rule.id)
            json.object("shortDescription") { $0.field("text", rule.title) }
            json.object("fullDescription") { $0.field("text", rule.why.isEmpty ? rule.title : rule.why) }
            json.object("help") { $0.field("text", rule.fix.isEmpty ? rule.title : rule.fix) }
            json.object("defaultConfiguration") { $0.field("level", Self.level(of: rule.severity)) }
            json.object("properties") { json in
                json.strings("tags", Self.tags(rule))
                // A score makes it a security alert.
                if rule.cwe != nil { json.field("security-severity", Self.securitySeverity(of: rule.severity)) }
            }
        }
    }

    fileprivate mutating func result(
        _ finding: Finding, lines: ClosedRange<Int>?, ruleIndex: Int?, fingerprint: String
    ) {
        object { json in
            json.field("ruleId", finding.rule)
            if let ruleIndex { json.field("ruleIndex", ruleIndex) }
            json.field("level", Self.level(of: finding.severity))
            json.object("message") { $0.field("text", Wording.message(finding)) }
            json.array("locations", CollectionOfOne(())) { json, _ in
                json.object { json in json.object("physicalLocation") { $0.location(finding.path, lines) } }
            }
            json.object("partialFingerprints") { $0.field("hunkwiseIdentity/v1", fingerprint) }
            if let suggestion = finding.suggestion {
                json.array("fixes", CollectionOfOne(())) { json, _ in json.fix(suggestion, path: finding.path) }
            }
            json.object("properties") { json in
                json.field("severity", finding.severity.rawValue)
                json.field("category", finding.category.rawValue)
                json.field("confidence", finding.confidence)
                json.field("model", finding.model)
                json.field("side", finding.side.rawValue)
            }
        }
    }

    /// Code-scanning services want a line; a whole file is shown at its first.
    private mutating func location(_ path: Path, _ lines: ClosedRange<Int>?) {
        artifact(path)
        object("region") { json in
            json.field("startLine", lines?.lowerBound ?? 1)
            if let lines { json.field("endLine", lines.upperBound) }
        }
    }

    private mutating func artifact(_ path: Path) {
        object("artifactLocation") { json in
            json.field("uri", path.uri)
            json.field("uriBaseId", "%SRCROOT%")
        }
    }

    private mutating func fix(_ suggestion: Suggestion, path: Path) {
        object { json in
            json.object("description") { $0.field("text", "Suggested by the review; check before applying.") }
            json.array("artifactChanges", CollectionOfOne(())) { json, _ in
                json.object { json in
                    json.artifact(path)
                    json.array("replacements", CollectionOfOne(())) { json, _ in json.replacement(suggestion) }
                }
            }
        }
    }

    private mutating func replacement(_ suggestion: Suggestion) {
        let first = max(1, suggestion.startLine)
        let last = max(first, suggestion.line)
        object { json in
            json.object("deletedRegion") { json in
                json.field("startLine", first)
                // Whole lines: a region of lines alone leaves the last line's end, which an empty text must take too.
                if suggestion.replacement.isEmpty {
                    json.field("startColumn", 1)
                    json.field("endLine", last &+ 1)
                    json.field("endColumn", 1)
                } else {
                    json.field("endLine", last)
                }
            }
            if !suggestion.replacement.isEmpty {
                json.object("insertedContent") { $0.field("text", suggestion.replacement) }
            }
        }
    }

    fileprivate mutating func invocation(_ report: ReviewReport) {
        object { json in
            json.field("executionSuccessful", true)
            var notices = report.notes.map { (level: "note", id: $0.kind, text: $0.text) }
            if let gap = Wording.notReviewed(report) {
                notices.insert((level: "warning", id: "not-reviewed", text: Wording.capitalised(gap) + "."), at: 0)
            }
            json.array("toolExecutionNotifications", notices) { json, notice in
                json.object { json in
                    json.object("descriptor") { $0.field("id", notice.id) }
                    json.field("level", notice.level)
                    json.object("message") { $0.field("text", notice.text) }
                }
            }
        }
    }

    fileprivate static func level(of severity: Severity) -> String {
        switch severity {
        case .critical, .high: "error"
        case .medium: "warning"
        case .low: "note"
        }
    }

    /// Scores at which code-scanning services draw their own critical, high, medium and low.
    fileprivate static func securitySeverity(of severity: Severity) -> String {
        switch severity {
        case .critical: "9.5"
        case .high: "8.0"
        case .medium: "5.5"
        case .low: "3.0"
        }
    }

    fileprivate static func tags(_ rule: RuleInfo) -> [String] {
        guard let cwe = rule.cwe, cwe.hasPrefix("CWE-") else { return ["correctness"] }
        return ["security", "external/cwe/cwe-" + cwe.dropFirst(4)]
    }
}
