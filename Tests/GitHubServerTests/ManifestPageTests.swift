import Foundation
import GitHubServer
import ModelServer
import Testing

/// Reads a page as a person's browser would.
struct Browser: Sendable {
    let client: RawClient

    init(_ stage: Stage) {
        client = RawClient(port: stage.server.port, token: nil).with(
            "Content-Type", "application/x-www-form-urlencoded")
    }

    func post(_ path: String, _ fields: [String: String]) async -> RawAnswer {
        let body = fields.map { "\(coded($0.key))=\(coded($0.value))" }.joined(separator: "&")
        return await client.send("POST", path, body.isEmpty ? "none=" : body)
    }

    /// Presses the only button of a page, with what the person typed.
    func press(_ page: RawAnswer, typing fields: [String: String] = [:]) async throws -> RawAnswer {
        let action = try #require(page.text.firstMatch(of: /<form action="([^"]*)" method="post">/)?.1)
        var all: [String: String] = [:]
        for input in page.text.matches(of: /name="([^"]*)" value="([^"]*)"/) {
            all[String(input.1)] = String(input.2)
        }
        return await post(String(action), all.merging(fields) { $1 })
    }

    private func coded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

@Suite("The pages of an App's manifest")
struct ManifestPageTests {
    private static let new = "/settings/apps/new?state=s%261"
    private static let manifest: JSON = [
        "name": "Reviews & more", "url": "https://hunkwise.example.com",
        "hook_attributes": ["url": "https://hunkwise.example.com/webhooks/github"],
        "redirect_url": "http://127.0.0.1:9000/callback", "public": false,
        "default_permissions": ["pull_requests": "write", "contents": "read"],
        "default_events": ["pull_request", "push"],
    ]

    private static func changed(_ name: String, _ value: JSON?) -> JSON {
        guard case .object(let members) = manifest else { return .null }
        return .object(members.filter { $0.key != name } + (value.map { [JSON.Member(name, $0)] } ?? []))
    }

    private func with(_ stage: Stage, _ manifest: JSON = manifest, at path: String = new) async -> RawAnswer {
        await Browser(stage).post(path, ["manifest": manifest.serialised])
    }

    private func codeOf(_ answer: RawAnswer) throws -> String {
        let place = try #require(answer.headers["location"], "\(answer.text)")
        return String(try #require(place.firstMatch(of: /[?&]code=([A-Za-z0-9]+)/)?.1))
    }

    @Test("make an App for an organisation, hand it over once, and install it on all its repositories")
    func flow() async throws {
        try await onStage { stage in
            let browser = Browser(stage)
            stage.world.signIn("maintainer")
            let page = await with(stage, at: "/organizations/acme" + Self.new)
            #expect(page.status == 200)
            for mark in [
                "Create GitHub App for acme", "Reviews &amp; more", "pull_requests: write", "metadata: read",
                "<li>push</li>", "https://hunkwise.example.com/webhooks/github",
            ] { #expect(page.text.contains(mark), "\(mark)") }
            let back = try await browser.press(page, typing: ["name": "Reviews"])
            #expect(back.status == 302)
            let code = try codeOf(back)
            #expect(back.headers["location"] == "http://127.0.0.1:9000/callback?code=\(code)&state=s%261")
            let made = await browser.client.send("POST", "/app-manifests/\(code)/conversions")
            #expect(made.status == 201)
            #expect(made.json["name"] == "Reviews" && made.json["slug"] == "reviews")
            #expect(made.json["owner"]?["login"] == "acme")
            #expect(made.json["events"] == ["pull_request", "push"])
            #expect(await browser.client.send("POST", "/app-manifests/\(code)/conversions").status == 404)
            var assertion = Assertion(stage, issuer: made.json["id"])
            assertion.key = try #require(made.json["pem"]?.text)
            let app = RawClient(port: stage.server.port, token: try assertion.text)
            #expect(await app.get("/repos/acme/shop/installation").status == 404)
            let install = await browser.client.get("/apps/reviews/installations/new")
            #expect(install.text.contains("Install Reviews on acme"))
            let installed = try await browser.press(install)
            #expect(installed.text.contains("On all repositories of acme"), "\(installed.text)")
            #expect(await app.get("/repos/acme/shop/installation").json["repository_selection"] == "all")
            #expect(await browser.client.get("/apps/reviews/installations/new").text.contains("is installed"))
        }
    }

    @Test("are the signed-in person's where no organisation is named, and nobody's without a person")
    func owner() async throws {
        try await onStage { stage in
            stage.world.signIn("maintainer")
            #expect(await with(stage).text.contains("Create GitHub App for maintainer"))
            #expect(await with(stage, at: "/organizations/nobody" + Self.new).status == 404)
            #expect(await with(stage, at: "/organizations/reader" + Self.new).status == 404)
        }
        let empty = try await GitHubServer.start(ServerSettings(repositories: "/nonexistent"))
        let answer = await RawClient(port: empty.port, token: nil).send("POST", "/settings/apps/new", "manifest={}")
        #expect(answer.status == 302 && answer.headers["location"]?.hasPrefix("/login") == true)
        await empty.stop()
    }

    @Test("let a code grow old after an hour by the clock")
    func oldCode() async throws {
        try await onStage { stage in
            let browser = Browser(stage)
            var codes: [String] = []
            for name in ["One", "Two"] {
                codes.append(try codeOf(try await browser.press(await with(stage), typing: ["name": name])))
            }
            stage.world.clock.advance(bySeconds: 3599)
            #expect(await browser.client.send("POST", "/app-manifests/\(codes[0])/conversions").status == 201)
            stage.world.clock.advance(bySeconds: 1)
            #expect(await browser.client.send("POST", "/app-manifests/\(codes[1])/conversions").status == 404)
        }
    }

    @Test("take a form once, and only one that they showed")
    func forms() async throws {
        try await onStage { stage in
            let browser = Browser(stage)
            let page = await with(stage)
            var answers: [Int] = []
            for fields in [["authenticity_token": "guessed"], [:], ["name": "Another"]] {
                answers.append(try await browser.press(page, typing: fields).status)
            }
            #expect(answers == [422, 302, 422])
            #expect(await browser.post("/apps/hunkwise/installations", [:]).status == 422)
            #expect(await browser.client.get("/apps/unknown/installations/new").status == 404)
            let json = await browser.client.with("Content-Type", "application/json").send(
                "POST", Self.new, Self.manifest.serialised)
            #expect(json.status == 422 && json.text.contains("wasn&#39;t supplied"))
        }
    }

    @Test(
        "refuse a name that is taken, too long or nothing",
        arguments: ["hunkwise", "Acme", String(repeating: "x", count: 35), "  "])
    func names(name: String) async throws {
        try await onStage { stage in
            let answer = try await Browser(stage).press(await with(stage), typing: ["name": name])
            #expect(answer.status == 422 && answer.text.contains("<li>Name "), "\(answer.text)")
            let offered = await with(stage, Self.changed("name", .string(name)))
            #expect(offered.status == 422 && offered.text.contains("<li>Name "), "\(offered.text)")
        }
    }

    static let wrong: [(String, JSON, String)] = [
        ("url", .null, "url"), ("url", "example.com", "url must be a whole"),
        ("redirect_url", "/callback", "redirect_url must be a whole"),
        ("hook_attributes", ["url": "hunkwise.example.com"], "hook_attributes.url must be a whole"),
        ("hook_attributes", ["active": true], "&quot;url&quot; wasn&#39;t supplied"),
        ("public", "no", "is not a boolean"), ("default_permission", [:], "is not a permitted key"),
        ("default_permissions", ["everything": "read"], "is not a permitted key"),
        ("default_permissions", ["contents": "all"], "is not a member of"),
        ("default_events", ["pull_requests"], "is no event"), ("default_events", ["installation"], "is no event"),
        ("default_events", ["check_run"], "needs the permission checks"),
        ("callback_urls", .array((1...11).map { .string("https://a.example/\($0)") }), "callback_urls"),
    ]

    @Test("refuse a manifest with a wrong member, and say which", arguments: wrong)
    func wrongMember(member: String, value: JSON, mark: String) async throws {
        try await onStage { stage in
            let answer = await with(stage, Self.changed(member, value))
            #expect(answer.status == 422 && answer.text.contains(mark), "\(answer.text)")
        }
    }

    @Test("refuse a manifest that is none, or lacks what it must have", arguments: ["url", "redirect_url", nil])
    func missing(member: String?) async throws {
        try await onStage { stage in
            guard let member else {
                #expect(await Browser(stage).post(Self.new, ["manifest": "{"]).text.contains("not JSON"))
                return
            }
            let answer = await with(stage, Self.changed(member, nil))
            #expect(answer.status == 422 && answer.text.contains("&quot;\(member)&quot; wasn&#39;t supplied"))
        }
    }
}
