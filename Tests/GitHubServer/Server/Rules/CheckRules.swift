/// The bodies of check runs.
extension BodyRules {
    static let conclusions = [
        "action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out",
    ]
    /// Annotations of one request; more need further requests, which add to those before.
    static let mostAnnotations = 50

    private static let annotation: Rule = .object([
        .required("path", .text()), .required("start_line", .whole), .required("end_line", .whole),
        .optional("start_column", .whole), .optional("end_column", .whole),
        .required("annotation_level", .choice(["notice", "warning", "failure"])),
        .required("message", .text(atMost: 65_536)), .optional("title", .text(atMost: 255)),
        .optional("raw_details", .text(atMost: 65_536)),
    ])

    private static func output(title: Rule.Field) -> Rule.Field {
        .optional(
            "output",
            .object([
                title, .required("summary", .text(atMost: 65_535)), .optional("text", .text(atMost: 65_535)),
                .optional("annotations", .list(annotation, atMost: mostAnnotations)),
                .optional(
                    "images",
                    .list(
                        .object([
                            .required("alt", .text()), .required("image_url", .text()),
                            .optional("caption", .text()),
                        ]))),
            ]))
    }

    private static let shared: [Rule.Field] = [
        .optional("details_url", .text()), .optional("external_id", .text()), .optional("started_at", .text()),
        .optional("completed_at", .text()), .optional("conclusion", .choice(conclusions)),
        .optional(
            "actions",
            .list(
                .object([
                    .required("label", .text(atMost: 20)), .required("description", .text(atMost: 40)),
                    .required("identifier", .text(atMost: 20)),
                ]), atMost: 3)),
    ]

    /// Unknown fields are let through here, as the description says.
    static let checkCreation: Rule = .object(
        shared + [
            .required("name", .text()), .required("head_sha", .text()),
            .optional(
                "status",
                .choice(["queued", "in_progress", "completed", "waiting", "requested", "pending"])),
            output(title: .required("title", .text())),
        ], open: true)

    static let checkUpdate: Rule = .object(
        shared + [
            .optional("name", .text()), .optional("status", .choice(["queued", "in_progress", "completed"])),
            output(title: .optional("title", .text())),
        ], open: true)
}
