import ModelServer

extension Operation {
    static let repositoryOperations: [Operation] = [
        Operation("users/get-authenticated", "GET", "/user", .account, page: "users/users#get-the-authenticated-user") {
            call, state throws(Refusal) in
            switch call.actor.kind {
            case .person, .limitedPerson:
                return call.json(
                    state.json(account: call.actor.login).adding([
                        "name": .null, "company": .null, "blog": "", "location": .null, "email": .null,
                        "hireable": .null, "bio": .null, "twitter_username": .null, "public_repos": 0,
                        "public_gists": 0, "followers": 0, "following": 0, "created_at": .time(0),
                        "updated_at": .time(0),
                    ]))
            default: throw Refusal.notAccessible
            }
        },
        Operation(
            "repos/get", "GET", "/repos/{owner}/{repo}", Need.read("metadata"), page: "repos/repos#get-a-repository"
        ) { call, state throws(Refusal) in
            call.json(state.json(full: try call.repository(in: state), to: call.actor))
        },
        Operation(
            "repos/get-branch", "GET", "/repos/{owner}/{repo}/branches/{*branch}", Need.read("contents"),
            page: "branches/branches#get-a-branch"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let name = call.text("branch")
            guard let tip = state.git.branch(name, in: repository.directory),
                let commit = state.git.record(tip, in: repository.directory)
            else { throw Refusal(status: 404, message: "Branch not found") }
            let address = "\(state.api(repository))/branches/\(Percent.encode(name))"
            return call.json([
                "name": .string(name), "commit": state.json(commit, in: repository),
                "_links": [
                    "self": .string(address), "html": .string("\(state.html(repository))/tree/\(name)"),
                ],
                "protected": false,
                "protection": [
                    "enabled": false,
                    "required_status_checks": [
                        "enforcement_level": "off", "contexts": .array([]), "checks": .array([]),
                    ],
                ],
                "protection_url": .string(address + "/protection"),
            ])
        },
        Operation(
            "repos/get-collaborator-permission-level", "GET",
            "/repos/{owner}/{repo}/collaborators/{username}/permission", Need.read("metadata"),
            page: "collaborators/collaborators#get-repository-permissions-for-a-user"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            if case .installation = call.actor.kind {
            } else if state.role(of: call.login, in: repository) < .write {
                throw Refusal.forbidden("Must have push access to view collaborator permission.")
            }
            guard let account = state.account(call.text("username")) else {
                throw Refusal(status: 404, message: "\(call.text("username")) is not a user")
            }
            let role = max(
                state.role(of: account.login, in: repository), repository.isPrivate ? .none : .read)
            return call.json([
                "permission": .string(role.coarse), "role_name": .string(role.rawValue),
                "user": state.json(account).adding([
                    "permissions": state.json(permissions: role), "role_name": .string(role.rawValue),
                ]),
            ])
        },
    ]
}
