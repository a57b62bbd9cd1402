import ModelServer

extension WorldState {
    func api(_ repository: Repository) -> String { "\(addresses.api)/repos/\(repository.fullName)" }

    func html(_ repository: Repository) -> String { "\(addresses.html)/\(repository.fullName)" }

    private static let links: [(String, String)] = [
        ("archive_url", "/{archive_format}{/ref}"), ("assignees_url", "/assignees{/user}"),
        ("blobs_url", "/git/blobs{/sha}"), ("branches_url", "/branches{/branch}"),
        ("collaborators_url", "/collaborators{/collaborator}"), ("comments_url", "/comments{/number}"),
        ("commits_url", "/commits{/sha}"), ("compare_url", "/compare/{base}...{head}"),
        ("contents_url", "/contents/{+path}"), ("contributors_url", "/contributors"),
        ("deployments_url", "/deployments"), ("downloads_url", "/downloads"), ("events_url", "/events"),
        ("forks_url", "/forks"), ("git_commits_url", "/git/commits{/sha}"), ("git_refs_url", "/git/refs{/sha}"),
        ("git_tags_url", "/git/tags{/sha}"), ("hooks_url", "/hooks"),
        ("issue_comment_url", "/issues/comments{/number}"), ("issue_events_url", "/issues/events{/number}"),
        ("issues_url", "/issues{/number}"), ("keys_url", "/keys{/key_id}"), ("labels_url", "/labels{/name}"),
        ("languages_url", "/languages"), ("merges_url", "/merges"), ("milestones_url", "/milestones{/number}"),
        ("notifications_url", "/notifications{?since,all,participating}"), ("pulls_url", "/pulls{/number}"),
        ("releases_url", "/releases{/id}"), ("stargazers_url", "/stargazers"), ("statuses_url", "/statuses/{sha}"),
        ("subscribers_url", "/subscribers"), ("subscription_url", "/subscription"), ("tags_url", "/tags"),
        ("teams_url", "/teams"), ("trees_url", "/git/trees{/sha}"),
    ]

    /// As it stands inside of other things.
    func json(_ repository: Repository) -> JSON {
        let open = pulls.count { $0.repository == repository.id && $0.isOpen }
        let html = html(repository)
        let host = addresses.html.split(separator: "/").last.map(String.init) ?? ""
        let head: JSON = [
            "id": .integer(repository.id), "node_id": nodeID("R", repository.id), "name": .string(repository.name),
            "full_name": .string(repository.fullName), "private": .bool(repository.isPrivate),
            "owner": json(account: repository.owner), "html_url": .string(html), "description": .null,
            "fork": .bool(repository.parent != nil), "url": .string(api(repository)),
        ]
        let links = JSON.object(
            WorldState.links.map { JSON.Member($0.0, .string(api(repository) + $0.1)) })
        let rest: JSON = [
            "git_url": .string("git://\(host)/\(repository.fullName).git"),
            "ssh_url": .string("git@\(host):\(repository.fullName).git"),
            "clone_url": .string(html + ".git"), "svn_url": .string(html), "mirror_url": .null, "homepage": .null,
            "created_at": .time(repository.createdAt), "updated_at": .time(repository.createdAt),
            "pushed_at": .time(repository.createdAt), "size": 100, "stargazers_count": 0, "watchers_count": 0,
            "language": .null, "has_issues": true, "has_projects": false, "has_downloads": true, "has_wiki": false,
            "has_pages": false, "has_discussions": false, "forks_count": 0,
            "archived": .bool(repository.isArchived), "disabled": false, "open_issues_count": .integer(open),
            "license": .null, "allow_forking": true, "is_template": false, "web_commit_signoff_required": false,
            "topics": .array([]), "visibility": .string(repository.isPrivate ? "private" : "public"), "forks": 0,
            "open_issues": .integer(open), "watchers": 0, "default_branch": .string(repository.defaultBranch),
        ]
        return head.adding(links).adding(rest)
    }

    func json(permissions role: Access) -> JSON {
        [
            "admin": .bool(role >= .admin), "maintain": .bool(role >= .maintain), "push": .bool(role >= .write),
            "triage": .bool(role >= .triage), "pull": .bool(role >= .read),
        ]
    }

    /// As its own page gives it.
    func json(full repository: Repository, to actor: Actor) -> JSON {
        var more: JSON = ["network_count": 0, "subscribers_count": 0, "temp_clone_token": .null]
        if let login = actor.login {
            let role = max(role(of: login, in: repository), repository.isPrivate ? .none : .read)
            more = more.adding(["permissions": json(permissions: role)])
        }
        if let parent = repository.parent.flatMap({ self.repository($0) }) {
            more = more.adding(["parent": json(parent), "source": json(parent)])
        }
        if account(repository.owner)?.kind == .organization {
            more = more.adding(["organization": json(account: repository.owner)])
        }
        return json(repository).adding(more)
    }
}
