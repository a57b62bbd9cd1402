/// The bodies of the operations that have one.
enum BodyRules {
    static let sides = ["LEFT", "RIGHT"]
    static let reactions = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]
    static let events = ["APPROVE", "REQUEST_CHANGES", "COMMENT"]

    static let comment: Rule = .object([.required("body", .text())])
    static let reaction: Rule = .object([.required("content", .choice(reactions))])

    static let reviewCreation: Rule = .object([
        .optional("commit_id", .text()), .optional("body", .text()), .optional("event", .choice(events)),
        .optional(
            "comments",
            .list(
                .object([
                    .required("path", .text()), .required("body", .text()), .optional("position", .whole),
                    .optional("line", .whole), .optional("side", .text()), .optional("start_line", .whole),
                    .optional("start_side", .text()),
                ]))),
    ])
    static let reviewEvent: Rule = .object([.optional("body", .text()), .required("event", .choice(events))])
    static let reviewDismissal: Rule = .object([
        .required("message", .text()), .optional("event", .choice(["DISMISS"])),
    ])

    static let reviewComment: Rule = .object([
        .required("body", .text()), .required("commit_id", .text()), .required("path", .text()),
        .optional("position", .whole), .optional("side", .choice(sides)), .optional("line", .whole),
        .optional("start_line", .whole), .optional("start_side", .choice(sides + ["side"])),
        .optional("in_reply_to", .whole), .optional("subject_type", .choice(["line", "file"])),
    ])
    /// With `in_reply_to` everything else but the body is ignored.
    static let reviewCommentReply: Rule = .object(
        [.required("body", .text()), .required("in_reply_to", .whole)], open: true)

    static let pullUpdate: Rule = .object([
        .optional("title", .text()), .optional("body", .nullable(.text())),
        .optional("state", .choice(["open", "closed"])), .optional("base", .text()),
        .optional("maintainer_can_modify", .flag),
    ])

    static let status: Rule = .object([
        .required("state", .choice(["error", "failure", "pending", "success"])),
        .optional("target_url", .nullable(.text())), .optional("description", .nullable(.text())),
        .optional("context", .text()),
    ])

    static let labelCreation: Rule = .object([
        .required("name", .text()), .optional("color", .text()), .optional("description", .text()),
    ])
    private static let namedLabel: Rule = .object([.required("name", .text())], open: true)
    /// At least one to add; none to set takes all away.
    static func issueLabels(atLeast: Int) -> Rule {
        let list = Rule.list(.either([.text(), namedLabel]), atLeast: atLeast)
        return .either([.object([.required("labels", list)]), list])
    }

    private static let accessWords = ["read", "write"]
    private static let permissionNames = [
        "actions", "administration", "artifact_metadata", "attestations", "checks", "code_quality", "codespaces",
        "contents", "custom_properties_for_organizations", "dependabot_secrets", "deployments", "discussions",
        "email_addresses", "environments", "followers", "git_ssh_keys", "gpg_keys", "interaction_limits", "issues",
        "members", "merge_queues", "metadata", "organization_administration",
        "organization_announcement_banners", "organization_copilot_agent_settings",
        "organization_copilot_seat_management", "organization_custom_org_roles", "organization_custom_roles",
        "organization_hooks", "organization_packages", "organization_personal_access_token_requests",
        "organization_personal_access_tokens", "organization_secrets", "organization_self_hosted_runners",
        "organization_user_blocking", "packages", "pages", "pull_requests", "repository_custom_properties",
        "repository_hooks", "secret_scanning_alerts", "secrets", "security_events", "single_file", "starring",
        "statuses", "vulnerability_alerts",
    ]
    static let tokenCreation: Rule = .object([
        .optional("repositories", .list(.text(), atMost: 500)),
        .optional("repository_ids", .list(.whole, atMost: 500)),
        .optional("permissions", permissions),
    ])
    static let permissions: Rule = .object(
        permissionNames.map { .optional($0, .choice(accessWords)) }
            + ["organization_copilot_requests", "organization_events", "organization_plan"].map {
                .optional($0, .choice(["read"]))
            }
            + ["profile", "workflows"].map { .optional($0, .choice(["write"])) }
            + [
                "enterprise_custom_properties_for_organizations", "organization_custom_properties",
                "organization_external_properties_for_repos", "organization_projects",
                "repository_projects",
            ].map { .optional($0, .choice(accessWords + ["admin"])) })
}
