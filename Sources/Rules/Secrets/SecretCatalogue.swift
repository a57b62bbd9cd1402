import Domain

extension SecretRules {
    /// Every rule as catalogues and reports show it, in the order of the files.
    package var catalogue: [RuleInfo] {
        rules.map { rule in
            RuleInfo(
                id: rule.id, kind: "secret", title: "\(rule.description) in the code",
                why: "Everyone who can read the repository, now or in its history, can use the credential.",
                fix: "Revoke it where it was issued; load the new one from the environment or a secret store.",
                cwe: rule.cwe, severity: rule.severity, category: .review, languages: [], confidence: rule.confidence,
                enabled: true)
        }
    }

    /// Without the rules that are switched off by identifier, or by the kind `secret` all at once.
    package func applying(_ settings: RuleSettings) -> SecretRules {
        var kept = self
        let running = Set(catalogue.filter(settings.runs).map(\.id))
        kept.rules.removeAll { !running.contains($0.id) }
        return kept
    }
}
