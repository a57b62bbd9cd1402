import Foundation

/// Deliveries in the form that docs.github.com describes ("Webhook events and payloads", read 2026-11-21), with made-up
/// contents.
enum WebhookSamples {
    static let sha = "c0ffee" + String(repeating: "0", count: 34)

    static func text(_ value: [String: Any]) -> [UInt8] {
        Array((try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys])) ?? Data())
    }

    static var mona: [String: Any] { ["login": "mona", "id": 3_000_000_001, "type": "User", "site_admin": false] }
    static var repository: [String: Any] {
        ["id": 5_000_000_007, "full_name": "acme/shop", "private": true, "owner": mona]
    }

    static func pull(_ changes: [String: Any] = [:]) -> [String: Any] {
        var pull: [String: Any] = [
            "number": 12, "html_url": "https://github.com/acme/shop/pull/12", "title": "Sell more",
            "body": "Because\u{202E} we can", "user": mona, "state": "open", "draft": false, "locked": false,
            "labels": [["name": "bug"], ["name": "ready"]],
            "base": ["ref": "main", "sha": String(repeating: "A", count: 40), "repo": repository],
            "head": ["ref": "more", "sha": sha, "repo": repository], "changed_files": 2, "additions": 30,
            "deletions": 4,
        ]
        pull.merge(changes) { $1 }
        return pull
    }

    static func pullRequest(_ action: String, _ changes: [String: Any] = [:], pull: [String: Any]? = nil) -> [String:
        Any]
    {
        var event: [String: Any] = [
            "action": action, "number": 12, "pull_request": pull ?? Self.pull(), "repository": repository,
            "sender": mona,
        ]
        event.merge(changes) { $1 }
        return event
    }

    static func issueComment(onPullRequest: Bool = true, action: String = "created") -> [String: Any] {
        var issue: [String: Any] = ["number": 12, "title": "Sell more", "state": "open"]
        if onPullRequest { issue["pull_request"] = ["url": "https://api.github.com/repos/acme/shop/pulls/12"] }
        return [
            "action": action, "issue": issue, "repository": repository, "sender": mona,
            "comment": [
                "id": 2_900_000_001, "user": mona, "body": "/hunkwise review",
                "html_url": "https://github.com/acme/shop/pull/12#issuecomment-2900000001",
            ],
        ]
    }

    static func reviewComment(action: String = "created") -> [String: Any] {
        [
            "action": action, "repository": repository, "sender": mona, "pull_request": ["number": 12],
            "comment": [
                "id": 2_900_000_002, "in_reply_to_id": 2_900_000_000, "user": mona, "body": "/hunkwise ignore",
                "path": "a.py", "html_url": "https://github.com/acme/shop/pull/12#discussion_r2900000002",
            ],
        ]
    }

    static func check(_ kind: String, action: String = "rerequested") -> [String: Any] {
        let other: [String: Any] = ["number": 4, "base": ["repo": ["id": 1, "name": "fork"]]]
        let own: [String: Any] = ["number": 12, "base": ["repo": ["id": 5_000_000_007, "name": "shop"]]]
        return [
            "action": action, "repository": repository, "sender": mona,
            kind: ["id": 8, "head_sha": sha, "pull_requests": [other, own, NSNull(), ["number": "x"]]],
        ]
    }
}
