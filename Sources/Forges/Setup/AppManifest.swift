package import Domain

/// The App manifest flow (docs.github.com, "Registering a GitHub App from a manifest"): a page on this machine posts the
/// manifest to GitHub, which asks the person, makes the App and sends the browser back with a code for its keys.
package struct AppManifest: Sendable, Hashable {
    package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
        case name
        case address(String)

        package var description: String {
            switch self {
            case .name: "an App's name has 1 to 34 characters on one line"
            case .address(let text):
                "'\(text.printable(atMost: 200))' is not an address that GitHub could call: write it like https://hunkwise.example.com"
            }
        }
    }

    private struct Wire: Encodable {
        struct Hook: Encodable {
            var url: String
            var active = true
        }

        var name: String
        var url: String
        var hook_attributes: Hook
        var redirect_url: String
        var `public` = false
        var default_permissions: [String: String]
        var default_events: [String]
    }

    private let name: String
    private let homepage: String
    private let hookURL: String
    private let redirectURL: String

    /// - Parameters:
    ///   - homepage: what the App's page links to; the service's own address will do.
    ///   - hookURL: where GitHub sends deliveries, ".../webhooks/github".
    ///   - redirectURL: where the browser comes back to with `code` and `state`; on this machine.
    package init(
        name: String, homepage: String, hookURL: String, redirectURL: String
    ) throws(Problem) {
        guard (1...34).contains(name.unicodeScalars.count), name.printable(atMost: 34) == name else { throw .name }
        for address in [homepage, hookURL, redirectURL] where address.plainAddress.isEmpty { throw .address(address) }
        self.name = name
        self.homepage = homepage
        self.hookURL = hookURL
        self.redirectURL = redirectURL
    }

    /// With the least permissions and the events that the service lives on.
    package var json: String {
        String(
            decoding: JSONCoding.encode(
                Wire(
                    name: name, url: homepage, hook_attributes: Wire.Hook(url: hookURL), redirect_url: redirectURL,
                    default_permissions: AppPermissions.wanted, default_events: AppPermissions.events)),
            as: UTF8.self)
    }

    /// The page that posts the manifest when its button is pressed. It runs no script and loads nothing.
    ///
    /// - Parameters:
    ///   - organisation: whose App it becomes; the person's own where nil.
    ///   - state: unguessable; GitHub hands it back, and a code without it is to be refused.
    package func page(at address: GitHubWebAddress, organisation: String?, state: String) -> String {
        let owner = organisation.map { "/organizations/\(PercentCoding.encode($0))" } ?? ""
        let action = "\(address.url)\(owner)/settings/apps/new?state=\(PercentCoding.encode(state))"
        let permissions = AppPermissions.wanted.sorted { $0.key < $1.key }
            .map { "<li>\($0.key): \($0.value), to \(AppPermissions.reasons[$0.key] ?? "work")</li>" }.joined()
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Hunkwise: make a GitHub App</title></head>
            <body>
            <h1>Make a GitHub App for Hunkwise</h1>
            <p>The App will be asked for:</p>
            <ul>\(permissions)</ul>
            <p>Deliveries go to \(Self.escaped(hookURL)).</p>
            <p>It will belong to \(Self.escaped(organisation ?? "you")), and can be installed on the repositories of \
            \(Self.escaped(organisation ?? "your own account, not on an organisation's")) alone.</p>
            <form action="\(Self.escaped(action))" method="post">
            <input type="hidden" name="manifest" value="\(Self.escaped(json))">
            <button type="submit">Go on at \(Self.escaped(address.host))</button>
            </form>
            </body></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }
}

/// What GitHub made of a manifest. The secrets are shown once, here.
package struct NewApp: Sendable {
    package var id: Int64
    package var slug: String
    /// Whose it is, and on whose repositories alone it can be installed, as it is not public. Empty where GitHub does
    /// not say.
    package var owner: String
    /// Where it is installed on repositories.
    package var url: String
    package var privateKey: Secret
    package var webhookSecret: Secret

    /// Hands in the code that the browser came back with. It is good for one hour and once.
    package static func convert(
        code: String, at address: GitHubWebAddress, transport: any ForgeTransport, timing: ForgeTiming
    ) async throws(ForgeError) -> NewApp {
        struct Nothing: Encodable {}
        struct Owner: Decodable {
            var login: String?
        }
        struct Answer: Decodable {
            var id: Int64
            var owner: Owner?
            var slug: String
            var html_url: String?
            var pem: String
            var webhook_secret: String
        }
        guard !code.isEmpty, code.utf8.count <= 200, code.printable(atMost: 200) == code else {
            throw ForgeError(.refused, "the browser came back without a code that GitHub could have given")
        }
        let sender = RequestSender(
            base: APIBase(address.apiURL), transport: transport, timing: timing, limits: ForgeLimits())
        do throws(APIFailure) {
            let call = APICall.create("/app-manifests/\(PercentCoding.encode(code))/conversions", Nothing(), as: .app)
            let answer = try await sender.send(call, authorization: nil, scope: "conversion").decoded(Answer.self)
            let owner = answer.owner?.login ?? ""
            return NewApp(
                id: answer.id, slug: answer.slug.bounded(to: 100),
                owner: RepositoryName(owner + "/any") == nil ? "" : owner, url: (answer.html_url ?? "").plainAddress,
                privateKey: Secret(answer.pem), webhookSecret: Secret(answer.webhook_secret))
        } catch {
            if error.isNotFound {
                throw ForgeError(
                    .notFound, status: error.error.status,
                    "GitHub does not know the code: it is good for one hour and once; begin anew")
            }
            throw error.error
        }
    }
}
