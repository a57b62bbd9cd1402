/// What providers' error codes and messages mean. Sources: the providers' error pages and SDKs as of November 2026, and
/// error texts quoted in their users' reports.
enum ErrorWords {
    /// Codes and types that mean money whatever else is said.
    static let moneyCodes: Set<String> = [
        "insufficient_quota", "credit_balance_exhausted", "project_spend_limit_exceeded",
        "organization_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_hard_limit_reached",
        "billing_not_active", "enforced_spend_limit_reached", "billing_error", "insufficient_balance",
        "insufficient_credits", "insufficient_funds", "budget_exceeded", "exceededbudget", "quota_exceeded",
        "exceeded_current_quota_error", "openrouter_credits", "openrouter_key_limit", "limit_usd", "arrearage",
        "allocationquota.freetieronly", "payment_required", "1113",
    ]

    /// Texts that mean money with any status.
    static let moneyTexts = [
        "credit balance", "insufficient balance", "insufficient credit", "insufficient fund", "insufficient quota",
        "out of credits", "spending limit", "spend limit", "usage limit", "payment required",
        "budget has been exceeded", "exceeded budget", "余额不足", "欠费",
    ]

    /// Texts that mean money, or a quota of days, where nobody says how long to wait.
    static let quotaTexts = [
        "more credits", "quota", "billing", "recharge", "top up", "per day", "per month", "daily", "monthly",
    ]

    /// A limit that passes by waiting.
    static let rateCodes: Set<String> = [
        "rate_limit_exceeded", "rate_limit_error", "rate_limit_reached_error", "too_many_requests", "requests",
        "tokens", "rate_limited", "rate_limit", "throttling", "throttling.ratequota", "engine_overloaded_error",
    ]

    static let contextCodes: Set<String> = [
        "context_length_exceeded", "exceed_context_size_error", "context_window_exceeded",
        "model_context_window_exceeded", "string_above_max_length", "1261", "weight_exceeds_budget",
    ]

    static let contextTexts = [
        "maximum context length", "max context length", "context_length_exceeded", "context size", "context window",
        "context limit", "context length", "prompt is too long", "prompt too long", "input is too long",
        "maximum prompt length", "exceeds the maximum number of tokens allowed", "range of input length",
        "exceeded model token limit", "prompt exceeds max length", "request too large for model",
        "inputs tokens +", "`inputs` tokens", "too many tokens", "input length exceeds",
        "reduce the length of the messages",
    ]

    static let modelCodes: Set<String> = [
        "model_not_found", "modelnotfound", "model_not_exist", "deploymentnotfound", "invalid_model",
        "model_not_available", "resource_not_found_error", "unknown_model", "1211",
    ]

    static let modelTexts = [
        "model not found", "model not exist", "not a valid model", "invalid model", "no such model", "unknown model",
        "unsupported model", "model does not exist", "no endpoints found for",
    ]

    static let refusalCodes: Set<String> = [
        "content_filter", "content_policy_violation", "responsibleaipolicyviolation", "data_inspection_failed",
        "datainspectionfailed", "moderation", "invalid_prompt", "prompt_blocked", "guardrail", "1301",
    ]

    static let refusalTexts = ["content management policy", "flagged", "moderation", "content policy", "safety system"]

    static let keyCodes: Set<String> = ["api_key_invalid", "invalid_api_key", "authentication_error"]

    static let keyTexts = ["api key not valid", "invalid api key", "incorrect api key"]

    /// The statuses that error types come with when they come as answers of their own.
    static let statusOfType = [
        "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
        "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "rate_limit_exceeded": 429,
        "insufficient_quota": 429, "context_length_exceeded": 400, "content_filter": 400, "api_error": 500,
        "server_error": 500, "timeout_error": 504, "overloaded_error": 529,
    ]
}
