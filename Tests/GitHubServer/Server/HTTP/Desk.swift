import ModelServer

/// Decides what becomes of a request to the API: who speaks, what is refused, what is done.
struct Desk: Sendable {
    let world: World
    let traffic: Traffic
    let rates: RateLimits
    /// `/api/v3` on an Enterprise server.
    let prefix: String

    /// The path below the API's prefix, with a repository's number put back into its name.
    func route(_ request: Incoming) -> String? {
        guard request.rawPath.hasPrefix(prefix + "/") || prefix.isEmpty else { return nil }
        let path = String(request.rawPath.dropFirst(prefix.count))
        let parts = path.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1] == "repositories", let id = Int(parts[2]),
            let repository = world.use({ $0.repository(id) })
        else { return path }
        return "/repos/\(repository.fullName)" + (parts.count > 3 ? "/\(parts[3])" : "")
    }

    func operation(_ request: Incoming) -> String {
        if request.path == "/_control" || request.path.hasPrefix("/_control/") { return "control" }
        if GitPath(request) != nil { return "git" }
        if Pages.has(request) { return "page" }
        guard let path = route(request) else { return "unknown" }
        if path == "/rate_limit" { return "rate-limit/get" }
        return Router.find(request.method, path)?.operation.id ?? "unknown"
    }

    func answer(_ request: Incoming) -> Reply {
        if Pages.has(request) { return Pages(world: world).answer(request) }
        let now = world.clock.now()
        var documentation = "https://docs.github.com/rest"
        var actor: Actor?
        var standing: RateLimits.Standing?
        var reply: Reply
        do throws(Refusal) {
            let media = try checkHeaders(request)
            guard let path = route(request) else { throw Refusal.notFound }
            let found = Router.find(request.method, path)
            if let page = found?.operation.page, !page.isEmpty { documentation += "/" + page }
            let speaker = try world.use { state throws(Refusal) in
                try state.actor(of: request, now: now)
            }
            actor = speaker
            if path == "/rate_limit" {
                return finished(
                    limitPage(request, speaker, now), request, speaker, nil, rates.take(0, of: speaker, now: now))
            }
            let before = rates.take(1, of: speaker, now: now)
            standing = before
            if before.used > before.limit { throw rates.primaryRefusal(of: speaker) }
            guard let found else { throw Refusal.notFound }
            reply = try perform(found, request, speaker, media, now)
        } catch {
            reply = error.reply(documentation: documentation)
            note(error, request)
        }
        if reply.status == 200, request.method == "GET" {
            let tag = "W/\"\(Digest.hexadecimal(reply.body))\""
            reply.headers.append(Header("ETag", tag))
            reply.headers.append(Header("Cache-Control", "private, max-age=60, s-maxage=60"))
            if let known = request.header("if-none-match"), known.matches(tag: tag) {
                reply = Reply(status: 304, headers: reply.headers, contentType: reply.contentType)
                traffic.countNotModified()
                if let actor { standing = rates.take(-1, of: actor, now: now) }
            }
        }
        return finished(reply, request, actor, operationDoor(request), standing)
    }

    private func checkHeaders(_ request: Incoming) throws(Refusal) -> MediaType {
        if request.header("user-agent")?.trimmingSpaces.isEmpty ?? true {
            throw Refusal(
                status: 403,
                message:
                    "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.",
                plainText: true)
        }
        if let version = request.header("x-github-api-version"), !APIVersion.all.contains(version) {
            throw Refusal(
                status: 400,
                message:
                    "\"\(version)\" is not a supported version. Supported are \(APIVersion.all.joined(separator: ", "))."
            )
        }
        guard let media = MediaType(accept: request.header("accept")) else {
            throw Refusal(
                status: 415,
                message:
                    "Unsupported 'Accept' header: '\(request.header("accept") ?? "")'. Must accept 'application/json'.")
        }
        return media
    }

    private func perform(
        _ found: Router.Found, _ request: Incoming, _ actor: Actor, _ media: MediaType, _ now: Int
    ) throws(Refusal) -> Reply {
        let operation = found.operation
        return try world.use { state throws(Refusal) in
            var call = Call(
                request: request, operation: operation, values: found.values, actor: actor, media: media,
                body: .object([]), now: now)
            switch operation.door {
            case .everyone: break
            case .app:
                guard case .app = actor.kind else {
                    throw Refusal.unauthorised("A JSON web token could not be decoded")
                }
            case .installation:
                guard case .installation = actor.kind else {
                    throw Refusal.forbidden(
                        "You must authenticate with an installation access token in order to list repositories for an installation."
                    )
                }
            case .account:
                switch actor.kind {
                case .nobody: throw Refusal.needsAuthentication
                case .app: throw Refusal.unauthorised("A JSON web token may not be used here")
                default: break
                }
            case .repository(let need):
                guard let repository = state.repository(call.text("owner"), call.text("repo")) else {
                    if let moved = moved(call, state) { return moved }
                    throw Refusal.notFound
                }
                try need.admit(actor, to: repository, in: state)
                call.repositoryID = repository.id
            }
            if let rule = operation.body {
                call.body = try Desk.body(request, rule, operation)
            }
            if operation.createsContent, !rates.takeContent(of: actor, now: now) { throw rates.secondaryRefusal }
            return try operation.answer(call, &state)
        }
    }

    private static func body(_ request: Incoming, _ rule: Rule, _ operation: Operation) throws(Refusal) -> JSON {
        var body = JSON.object([])
        if !request.body.isEmpty {
            do { body = try JSON(parsing: request.body) } catch {
                throw Refusal(status: 400, message: "Problems parsing JSON")
            }
        }
        switch body {
        case .object: break
        case .array where operation.resource == "Label": break
        default: throw Refusal(status: 400, message: "Body should be a JSON object")
        }
        if let fault = rule.fault(of: body) { throw fault.refusal(resource: operation.resource) }
        return body
    }

    /// Where a renamed repository is now; it keeps its number.
    private func moved(_ call: Call, _ state: WorldState) -> Reply? {
        guard let repository = state.repository(formerly: call.text("owner") + "/" + call.text("repo")) else {
            return nil
        }
        let parts = call.request.rawPath.dropFirst(prefix.count).split(
            separator: "/", maxSplits: 4, omittingEmptySubsequences: false)
        var address = "\(state.addresses.api)/repositories/\(repository.id)"
        if parts.count > 4 { address += "/\(parts[4])" }
        if !call.request.rawQuery.isEmpty { address += "?\(call.request.rawQuery)" }
        let isReading = call.request.method == "GET" || call.request.method == "HEAD"
        let body: JSON = [
            "message": "Moved Permanently", "url": .string(address),
            "documentation_url":
                "https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects",
        ]
        return call.json(body, status: isReading ? 301 : 307, headers: [Header("Location", address)])
    }

    private func limitPage(_ request: Incoming, _ actor: Actor, _ now: Int) -> Reply {
        let core = rates.take(0, of: actor, now: now)
        let search = RateLimits.Standing(limit: 30, used: 0, reset: now + 60)
        let graph = RateLimits.Standing(limit: 5000, used: 0, reset: now + 3600)
        let body: JSON = [
            "resources": ["core": core.json, "search": search.json, "graphql": graph.json], "rate": core.json,
        ]
        return Reply(body: body.dropping(APIVersion.dropped(by: request.header("x-github-api-version"))).bytes)
    }

    private func operationDoor(_ request: Incoming) -> Door? {
        route(request).flatMap { Router.find(request.method, $0)?.operation.door }
    }

    /// Adds the headers that every answer has.
    private func finished(
        _ reply: Reply, _ request: Incoming, _ actor: Actor?, _ door: Door?, _ standing: RateLimits.Standing?
    ) -> Reply {
        var reply = reply
        reply.headers += standing?.headers ?? []
        let media = MediaType(accept: request.header("accept")) ?? .json
        reply.headers += [
            Header("X-GitHub-Media-Type", media.name),
            Header("X-GitHub-Api-Version-Selected", request.header("x-github-api-version") ?? APIVersion.all[0]),
            Header("X-GitHub-Request-Id", "\(Secrets.text(4)):\(Secrets.text(12))".uppercased()),
        ]
        if case .person(let scopes) = actor?.kind {
            reply.headers.append(Header("X-OAuth-Scopes", scopes.joined(separator: ", ")))
        }
        if case .repository(let need) = door {
            reply.headers.append(Header("X-Accepted-GitHub-Permissions", need.header))
            reply.headers.append(Header("X-Accepted-OAuth-Scopes", need.scopes.joined(separator: ", ")))
        }
        if let expires = actor?.expiresAt {
            let text = Timestamp.text(expires).replacing("T", with: " ").replacing("Z", with: " UTC")
            reply.headers.append(Header("GitHub-Authentication-Token-Expiration", text))
        }
        return reply
    }

    private func note(_ refusal: Refusal, _ request: Incoming) {
        let details = refusal.errors.map(\.serialised).joined(separator: " ")
        traffic.note(
            RefusedRequest(
                operation: operation(request), method: request.method, path: request.path, status: refusal.status,
                message: details.isEmpty ? refusal.message : "\(refusal.message) \(details)",
                requestBody: String(decoding: request.body.prefix(4096), as: UTF8.self)))
    }
}

extension String {
    /// Whether an If-None-Match header names a tag.
    fileprivate func matches(tag: String) -> Bool {
        func strong(_ text: some StringProtocol) -> String {
            let text = Substring(text).trimmingBlanks
            return text.hasPrefix("W/") ? String(text.dropFirst(2)) : text
        }
        return self == "*" || split(separator: ",").contains { strong($0) == strong(tag) }
    }
}
