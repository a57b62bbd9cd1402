import ModelServer

/// What an App's manifest asks for, once it was found right.
struct Manifest: Sendable {
    var name: String
    var homepage: String
    var hookURL: String?
    var redirectURL: String
    var permissions: [String: String]
    var events: [String]

    /// The problems are for people, one a line.
    struct Problems: Error, Sendable {
        var lines: [String]
    }

    /// Facts: docs.github.com, "Registering a GitHub App from a manifest" (names and types of the members, `url`
    /// required, ten callback addresses at most) and "Registering a GitHub App" (names), read on 2026-11-21. Stricter
    /// than the service in two points: `redirect_url` must be given, and no member may be misspelt. Laxer in one: hooks
    /// may go to loopback, where this server is.
    private static let rule: Rule = .object([
        .optional("name", .text()), .required("url", .text()),
        .optional("hook_attributes", .object([.required("url", .text()), .optional("active", .flag)])),
        .required("redirect_url", .text()), .optional("callback_urls", .list(.text(), atMost: 10)),
        .optional("setup_url", .text()), .optional("description", .text()), .optional("public", .flag),
        .optional("default_events", .list(.text())), .optional("default_permissions", BodyRules.permissions),
        .optional("request_oauth_on_install", .flag), .optional("setup_on_update", .flag),
    ])

    init(parsing text: String) throws(Problems) {
        guard let json = try? JSON(parsing: Array(text.utf8)) else { throw Problems(lines: ["It is not JSON."]) }
        if let fault = Manifest.rule.fault(of: json) { throw Problems(lines: [fault.message + "."]) }
        name = json["name"]?.text ?? ""
        homepage = json["url"]?.text ?? ""
        redirectURL = json["redirect_url"]?.text ?? ""
        let hook = json["hook_attributes"]
        hookURL = hook?["active"] == .bool(false) ? nil : hook?["url"]?.text
        permissions = (json["default_permissions"]?.members ?? []).reduce(into: [:]) { held, member in
            held[member.key] = member.value.text
        }
        if !permissions.isEmpty { permissions["metadata"] = "read" }
        events = (json["default_events"]?.items ?? []).compactMap(\.text)
        var lines: [String] = []
        let addresses = [("url", homepage), ("redirect_url", redirectURL), ("hook_attributes.url", hook?["url"]?.text)]
        for (member, address) in addresses {
            if let address, !Manifest.isAbsolute(address) { lines.append("\(member) must be a whole http(s) address.") }
        }
        for event in events {
            guard let needs = Manifest.events[event] else {
                lines.append("default_events: \(event) is no event that an App can subscribe to.")
                continue
            }
            if !needs.isEmpty, !needs.contains(where: { permissions[$0] != nil }) {
                let list = needs.joined(separator: " or ")
                lines.append("default_events: \(event) needs the permission \(list).")
            }
        }
        if !lines.isEmpty { throw Problems(lines: lines) }
    }

    private static func isAbsolute(_ address: String) -> Bool {
        let rest = ["https://", "http://"].lazy.filter { address.hasPrefix($0) }.map { address.dropFirst($0.count) }
        guard let host = rest.first?.prefix(while: { $0 != "/" && $0 != "?" && $0 != "#" }) else { return false }
        return !host.isEmpty && !address.contains { $0.isWhitespace }
    }

    /// Events with the permissions of which one lets an App hear of them (docs.github.com, "Webhook events and
    /// payloads", read on 2026-11-21). Those of installations and `ping` come unasked and cannot be asked for.
    private static let events: [String: [String]] = [
        "branch_protection_rule": ["administration"], "check_run": ["checks"], "check_suite": ["checks"],
        "code_scanning_alert": ["security_events"], "commit_comment": ["contents"], "create": ["contents"],
        "delete": ["contents"], "dependabot_alert": ["vulnerability_alerts"], "deployment": ["deployments"],
        "deployment_status": ["deployments"], "discussion": ["discussions"], "discussion_comment": ["discussions"],
        "fork": ["contents"], "gollum": ["contents"], "issue_comment": ["issues", "pull_requests"],
        "issues": ["issues"], "label": ["issues", "pull_requests"], "member": ["members"], "membership": ["members"],
        "merge_group": ["merge_queues"], "meta": [], "milestone": ["issues", "pull_requests"],
        "organization": ["members"], "page_build": ["pages"], "public": ["metadata"],
        "pull_request": ["pull_requests"], "pull_request_review": ["pull_requests"],
        "pull_request_review_comment": ["pull_requests"], "pull_request_review_thread": ["pull_requests"],
        "push": ["contents"], "release": ["contents"], "repository": ["metadata"],
        "repository_dispatch": ["contents"], "secret_scanning_alert": ["secret_scanning_alerts"],
        "star": ["metadata"], "status": ["statuses"], "team": ["members"], "watch": ["metadata"],
        "workflow_dispatch": ["actions"], "workflow_job": ["actions"], "workflow_run": ["actions"],
    ]
}

extension WorldState {
    static let longestAppName = 34

    /// What is wrong with an App's name: nil if it is free and short enough.
    func problem(withAppName name: String, of owner: String) -> String? {
        let slug = App.slug(of: name)
        if slug.isEmpty { return "Name can't be blank." }
        if name.unicodeScalars.count > WorldState.longestAppName {
            return "Name is too long (maximum is \(WorldState.longestAppName) characters)."
        }
        // The name of an account is taken too, but for its owner.
        if apps.contains(where: { $0.slug == slug }) || (slug != owner.lowercased() && account(slug) != nil) {
            return "Name is already taken."
        }
        return nil
    }
}

extension App {
    /// The name in addresses: "My App!" is "my-app".
    static func slug(of name: String) -> String {
        name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
    }
}
