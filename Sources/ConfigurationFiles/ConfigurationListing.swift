package import Domain

extension Configuration {
    /// What is in force, key by key with its origin: everything written, then the defaults of what is not. Values of
    /// providers that were not written come from the catalogue and are listed with the models.
    package var listing: [EffectiveValue] {
        let keys = Set(written.map(\.key))
        let defaults: [(String, String)] =
            [
                ("mode", mode.rawValue), ("routing.policy", routing.policy.rawValue),
                ("routing.value_of_finding_usd", "$" + routing.valueOfFinding.usd),
                ("routing.default_budget_limit", "no limit"),
                ("routing.deadline_seconds", String(routing.deadlineSeconds)),
            ]
            + Category.allCases.map { category in
                ("routing.max_output_tokens.\(category.rawValue)", String(routing.maxOutputTokens[category] ?? 0))
            } + [
                ("budgets.pace", budgets.pace.rawValue), ("review.severity_floor", review.severityFloor.rawValue),
                ("review.max_comments", String(review.maxComments)),
                ("review.confidence_floor", String(review.confidenceFloor)),
                ("validation.enabled", String(validation.enabled)), ("validation.gates", "all"),
                ("validation.fallback_on_failure", String(validation.fallbackOnFailure)),
            ] + (forges.isEmpty ? [] : serviceDefaults)
        let absent = defaults.filter { name, _ in
            let inner = name.hasPrefix("validation.") ? "routing." + name : name
            return !keys.contains { $0 == name || $0 == inner || $0.hasPrefix(name + "[") || $0.hasPrefix(inner + "[") }
        }
        return written + absent.map { EffectiveValue($0.0, $0.1, .builtIn) }
    }

    /// Of the service's own keys, which are of no matter without a forge.
    private var serviceDefaults: [(String, String)] {
        [
            ("review.comment_when_clean", String(review.commentsWhenClean)),
            ("review.cost_report", review.costReport.rawValue), ("review.request_changes_from", "none"),
            ("server.listen", server.listen.description),
            ("server.admin_listen", server.adminToken == nil ? "off: no token" : server.adminListen.description),
            ("server.workers", String(server.workers)), ("server.quiet_seconds", String(server.quietSeconds)),
            ("server.log_level", server.logLevel.rawValue), ("skip.drafts", String(skip.drafts)),
            ("skip.bots", skip.bots.rawValue), ("outsiders.review", outsiders.review.rawValue),
            ("outsiders.window_share", "0.25"), ("checks.on_skip", checks.onSkip.rawValue),
            ("checks.name", checks.name), ("git.enabled", String(git.isEnabled)),
            ("git.max_megabytes", String(git.maxMegabytes)), ("git.timeout_seconds", String(git.timeoutSeconds)),
            ("commands.enabled", String(commands.isEnabled)),
            ("commands.per_person_hour", String(commands.perPersonHour)),
            ("commands.per_change_hour", String(commands.perChangeHour)),
        ]
    }
}
