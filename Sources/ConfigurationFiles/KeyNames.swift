/// A key that a section of a file may hold.
struct KeyName: Sendable {
    let name: String

    static func key(_ name: String) -> KeyName { KeyName(name: name) }
}

/// The keys that each section of the two files may hold.
enum KeyNames {
    static let operatorFile = [
        "mode", "forges", "routing", "budgets", "data_policy", "providers", "validation", "classification", "review",
        "rules", "ignore", "paths", "storage", "network", "server", "git", "skip", "outsiders", "checks", "commands",
        "marker_key_env", "marker_key_file",
    ].map(KeyName.key)

    /// What a repository may say; every other key of the operator's file is refused there by name.
    static let repositoryFile = ["ignore", "paths", "review", "budget", "data_policy", "classification", "skip"]
        .map(KeyName.key)

    static let routing = [
        "default_budget_limit", "max_output_tokens", "policy", "value_of_finding_usd", "quality_floor", "fallback",
        "baseline_model", "deadline_seconds", "providers", "validation",
    ].map(KeyName.key)

    static let provider = [
        "name", "kind", "base_url", "model", "api_key_env", "api_key_file", "cost_per_input_token",
        "cost_per_output_token", "cost_per_cached_input_token", "cost_per_cache_write_token", "context_tiers",
        "price_hours", "price", "context_window", "max_output", "quality", "tier", "temperature", "reasoning",
        "reasoning_tokens", "extra_body", "headers", "residency", "retention", "max_concurrency",
        "requests_per_minute", "supports", "supported_tasks", "latency_target_ms", "routing_mode",
        "hardware_usd_per_hour", "tokens_per_second", "residency_attested",
    ].map(KeyName.key)

    static let prices = [
        "cost_per_input_token", "cost_per_output_token", "cost_per_cached_input_token", "cost_per_cache_write_token",
    ].map(KeyName.key)
    static let contextTier = prices + [KeyName.key("above")]
    static let priceHours = prices + [KeyName.key("hours_utc"), .key("weekdays")]
    static let validation = ["enabled", "gates", "fallback_on_failure"].map(KeyName.key)
    static let budgets = ["global", "organisations", "repositories", "providers", "pace"].map(KeyName.key)
    static let windows = ["day_usd", "week_usd", "month_usd"].map(KeyName.key)
    static let repositoryWindows = [KeyName.key("change_usd")] + windows
    static let dataPolicy = ["match", "paths", "allow"].map(KeyName.key)
    static let repositoryDataPolicy = ["paths", "allow"].map(KeyName.key)
    static let classification = ["rules"].map(KeyName.key)
    static let classificationRule = ["name", "path", "label", "pattern", "category", "min_risk", "max_risk"].map(
        KeyName.key)
    static let repositoryReview = ["severity_floor", "max_comments", "confidence_floor", "comment_when_clean"].map(
        KeyName.key)
    static let review = repositoryReview + ["cost_report", "request_changes_from"].map(KeyName.key)
    static let forge = [
        "kind", "url", "api_url", "app_id", "private_key_file", "private_key_env", "token_env", "token_file",
        "webhook_secrets_env", "webhook_secrets_files", "mode", "repositories",
    ].map(KeyName.key)
    static let forgeRepository = ["match", "budget", "mode"].map(KeyName.key)
    static let server = [
        "listen", "admin_listen", "admin_token_env", "admin_token_file", "workers", "quiet_seconds", "public_url",
        "log_level",
    ].map(KeyName.key)
    static let git = ["enabled", "directory", "max_megabytes", "timeout_seconds"].map(KeyName.key)
    static let commands = ["enabled", "per_person_hour", "per_change_hour"].map(KeyName.key)
    static let checks = ["on_skip", "name"].map(KeyName.key)
    static let outsiders = ["review", "window_share", "author_day_usd"].map(KeyName.key)
    static let repositorySkip = [
        "drafts", "authors", "labels", "titles", "branches", "base_branches", "max_files", "max_changed_lines",
    ].map(KeyName.key)
    static let skip = repositorySkip + [KeyName.key("bots")]
    static let rules = ["disable", "enable", "secret_rule_files"].map(KeyName.key)
    static let storage = ["url"].map(KeyName.key)
    static let network = ["proxy", "no_proxy", "ca_file"].map(KeyName.key)
    static let path = ["match", "instructions", "sensitivity"].map(KeyName.key)

    /// Where a key that stands in the wrong place belongs.
    static func home(of name: String) -> String? {
        let sections: [(String, [KeyName])] = [
            ("the top level", operatorFile), ("routing", routing), ("a provider's entry", provider),
            ("budgets", budgets), ("review", review), ("validation", validation), ("rules", rules),
            ("storage", storage), ("network", network),
            ("a classification rule", classificationRule), ("a data_policy entry", dataPolicy),
            ("a budget", repositoryWindows), ("an entry of forges", forge),
            ("an entry of forges[].repositories", forgeRepository), ("server", server), ("git", git),
            ("skip", skip), ("outsiders", outsiders), ("checks", checks), ("commands", commands),
        ]
        return sections.first { $0.1.contains { $0.name == name } }?.0
    }

    /// Keys under which people write a secret itself.
    static func namesSecret(_ name: String) -> Bool {
        let plain = name.lowercased()
        if ["key", "token", "secret", "password", "apikey", "authorization", "credentials"].contains(plain) {
            return true
        }
        return [
            "api_key", "apikey", "_secret", "_token", "password", "private_key", "access_key", "api-key",
            "marker_key",
        ]
        .contains { plain.hasSuffix($0) }
    }
}
