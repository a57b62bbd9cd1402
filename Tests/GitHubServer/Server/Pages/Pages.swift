import ModelServer

/// The pages on which a person makes an App from a manifest and installs it.
///
/// There is no login: whoever comes is the person of `World.signIn`, else the first user there is; where there is
/// nobody they are sent to `/login`, which is not here. An organisation's Apps are everybody's to make.
struct Pages: Sendable {
    let world: World

    /// A form that was shown and is good for one answer: nothing is made by whoever did not see the page.
    enum Form: Sendable {
        case newApp(Manifest, owner: String, state: String)
        case installation(app: Int)
    }

    static let codeLife = 3600

    private enum Place {
        case offer(organization: String?)
        case creation(organization: String?)
        case installing(slug: String)
        case installation(slug: String)

        init?(_ request: Incoming) {
            var parts = request.path.split(separator: "/").map(String.init)
            var organization: String?
            if parts.first == "organizations", parts.count > 2 {
                organization = parts[1]
                parts.removeFirst(2)
            }
            switch (request.method, parts.count) {
            case ("POST", 3) where parts == ["settings", "apps", "new"]: self = .offer(organization: organization)
            case ("POST", 2) where parts == ["settings", "apps"]: self = .creation(organization: organization)
            case ("GET", 4) where parts[0] == "apps" && parts[2...] == ["installations", "new"]:
                self = .installing(slug: parts[1])
            case ("POST", 3) where parts[0] == "apps" && parts[2] == "installations":
                self = .installation(slug: parts[1])
            default: return nil
            }
        }
    }

    static func has(_ request: Incoming) -> Bool { Place(request) != nil }

    func answer(_ request: Incoming) -> Reply {
        guard let place = Place(request) else { return Page.notFound.reply }
        guard let person = world.use({ $0.signedIn }) else {
            let back = Percent.encode(request.rawPath)
            return Reply(status: 302, headers: [Header("Location", "/login?return_to=\(back)")])
        }
        let form = request.form
        switch place {
        case .offer(let organization):
            guard let owner = owner(organization, person) else { return Page.notFound.reply }
            return offer(form["manifest"], owner, at: organization, wanted: request.parameter("state") ?? "").reply
        case .creation(let organization):
            guard let owner = owner(organization, person) else { return Page.notFound.reply }
            return create(form, owner)
        case .installing(let slug): return installing(slug).reply
        case .installation(let slug): return install(slug, form).reply
        }
    }

    private func owner(_ organization: String?, _ person: String) -> String? {
        guard let organization else { return person }
        return world.use { $0.account(organization) }.flatMap { $0.kind == .organization ? $0.login : nil }
    }

    private func offer(_ text: String?, _ owner: String, at organization: String?, wanted: String) -> Page {
        guard let text else { return .problems(["\"manifest\" wasn't supplied."]) }
        let manifest: Manifest
        do throws(Manifest.Problems) { manifest = try Manifest(parsing: text) } catch { return .problems(error.lines) }
        return world.use { state in
            // Without a name the person is asked for one.
            if !manifest.name.isEmpty, let problem = state.problem(withAppName: manifest.name, of: owner) {
                return Page.problems([problem])
            }
            let token = state.show(.newApp(manifest, owner: owner, state: wanted))
            let permissions = manifest.permissions.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            let folder = organization.map { "/organizations/\(Percent.encode($0))" } ?? ""
            let label = Page.escaped("Create GitHub App for \(owner)")
            return Page(
                title: "Create GitHub App",
                content: """
                    <p>Permissions:</p>
                    \(Page.list(permissions))
                    <p>Events:</p>
                    \(Page.list(manifest.events))
                    <p>Hook: \(Page.escaped(manifest.hookURL ?? "none"))</p>
                    <form action="\(folder)/settings/apps" method="post">
                    <input type="hidden" name="authenticity_token" value="\(token)">
                    <p><label>GitHub App name <input name="name" value="\(Page.escaped(manifest.name))"></label></p>
                    <button type="submit">\(label)</button>
                    </form>
                    """)
        }
    }

    private func create(_ form: [String: String], _ owner: String) -> Reply {
        let shown = world.use { $0.forms.removeValue(forKey: form["authenticity_token"] ?? "") }
        guard case .newApp(let manifest, owner: owner, state: let wanted) = shown else { return Page.expired.reply }
        let name = form["name"] ?? ""
        if let problem = world.use({ $0.problem(withAppName: name, of: owner) }) {
            return Page.problems([problem]).reply
        }
        let code = Secrets.text(40)
        do {
            let app = try world.addApp(
                slug: App.slug(of: name), owner: owner, permissions: manifest.permissions,
                webhookSecret: Secrets.text(40), webhookURL: manifest.hookURL)
            let until = world.clock.now() + Pages.codeLife
            world.use { state in
                state.change(app: app.id) {
                    $0.name = name
                    $0.events = manifest.events
                }
                state.manifestCodes[code] = ManifestCode(app: app.id, until: until)
            }
        } catch { return Page.problems(["\(error)"]).reply }
        var address = manifest.redirectURL + (manifest.redirectURL.contains("?") ? "&" : "?") + "code=\(code)"
        if !wanted.isEmpty { address += "&state=\(Percent.encode(wanted))" }
        return Reply(status: 302, headers: [Header("Location", address)], contentType: "text/html; charset=utf-8")
    }

    private func installing(_ slug: String) -> Page {
        world.use { state in
            guard let app = state.apps.first(where: { $0.slug == slug }) else { return .notFound }
            if state.installations.contains(where: { $0.app == app.id && $0.account == app.owner }) {
                return .installed(app)
            }
            let token = state.show(.installation(app: app.id))
            let permissions = app.permissions.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return Page(
                title: "Install \(app.name) on \(app.owner)",
                content: """
                    <p>On all repositories, with these permissions:</p>
                    \(Page.list(permissions))
                    <form action="/apps/\(slug)/installations" method="post">
                    <input type="hidden" name="authenticity_token" value="\(token)">
                    <button type="submit">Install</button>
                    </form>
                    """)
        }
    }

    private func install(_ slug: String, _ form: [String: String]) -> Page {
        let shown = world.use { $0.forms.removeValue(forKey: form["authenticity_token"] ?? "") }
        let app = world.use { state in state.apps.first { $0.slug == slug } }
        guard let app, case .installation(app: app.id) = shown else { return .expired }
        do { try world.install(app, on: app.owner) } catch { return .problems(["\(error)"]) }
        return .installed(app)
    }
}

extension Page {
    fileprivate static let expired = Page(
        status: 422, title: "The form has expired", content: "<p>Load the page that shows it again.</p>")

    fileprivate static func installed(_ app: App) -> Page {
        Page(
            title: "\(app.name) is installed",
            content: "<p>On all repositories of \(escaped(app.owner)).</p>")
    }
}

extension Incoming {
    /// The members of a body that a browser's form sent.
    fileprivate var form: [String: String] {
        guard header("content-type")?.hasPrefix("application/x-www-form-urlencoded") ?? false else { return [:] }
        return String(decoding: body, as: UTF8.self).split(separator: "&").reduce(into: [:]) { form, pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            form[Percent.decode(halves[0], plusIsBlank: true)] =
                halves.count > 1 ? Percent.decode(halves[1], plusIsBlank: true) : ""
        }
    }
}

extension WorldState {
    /// Who is in front of the browser.
    fileprivate var signedIn: String? { person ?? accounts.first { $0.kind == .user }?.login }

    fileprivate mutating func show(_ form: Pages.Form) -> String {
        let token = Secrets.text(40)
        forms[token] = form
        return token
    }
}
