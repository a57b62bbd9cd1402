import Domain
import Forges
import Foundation
import TestKit
import Testing

@Suite("Making an App from a manifest")
struct ManifestTests {
    private func manifest(name: String = "Hunkwise at Acme") throws -> AppManifest {
        try AppManifest(
            name: name, homepage: "https://hunkwise.acme.org", hookURL: "https://hunkwise.acme.org/webhooks/github",
            redirectURL: "http://127.0.0.1:9000/made")
    }

    @Test("asks for the least permissions, the events that matter, and no public App")
    func json() throws {
        let text = try manifest().json
        let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(json["name"] as? String == "Hunkwise at Acme")
        #expect(json["public"] as? Bool == false)
        #expect(json["redirect_url"] as? String == "http://127.0.0.1:9000/made")
        let hook = try #require(json["hook_attributes"] as? [String: Any])
        #expect(
            hook["url"] as? String == "https://hunkwise.acme.org/webhooks/github" && hook["active"] as? Bool == true)
        let permissions = try #require(json["default_permissions"] as? [String: String])
        #expect(
            permissions == [
                "checks": "write", "contents": "read", "issues": "write", "metadata": "read", "pull_requests": "write",
            ])
        let events = try #require(json["default_events"] as? [String])
        #expect(
            Set(events) == [
                "pull_request", "issue_comment", "pull_request_review_comment", "check_run", "check_suite", "push",
            ])
    }

    @Test("posts the manifest to the right place, escaped, with the state")
    func page() throws {
        let manifest = try manifest(name: "A \"b\" <c> & 'd'")
        let github = try GitHubWebAddress("https://github.com")
        let page = manifest.page(at: github, organisation: nil, state: "a&b=c")
        #expect(page.contains(#"action="https://github.com/settings/apps/new?state=a%26b%3dc""#))
        #expect(page.contains("&quot;name&quot;:&quot;A \\&quot;b\\&quot; &lt;c&gt; &amp; &#39;d&#39;&quot;"))
        #expect(!page.contains("<script") && !page.contains("<c>"))
        #expect(page.contains("belong to you, and can be installed on the repositories of your own account"))
        let enterprise = try GitHubWebAddress("https://git.acme.org")
        #expect(
            manifest.page(at: enterprise, organisation: "acme", state: "s").contains(
                "https://git.acme.org/organizations/acme/settings/apps/new?state=s"))
    }

    @Test("refuses names and addresses that GitHub would not take")
    func refusals() {
        for name in ["", String(repeating: "x", count: 35), "two\nlines"] {
            #expect(throws: AppManifest.Problem.name) { try manifest(name: name) }
        }
        #expect(throws: AppManifest.Problem.address("localhost")) {
            try AppManifest(name: "x", homepage: "localhost", hookURL: "https://a.b", redirectURL: "https://a.b")
        }
    }

    @Test("hands in the code and keeps the secrets secret")
    func convert() async throws {
        let script = ScriptedSender([
            ScriptedTransport.Step(
                status: 201,
                body:
                    #"{"id":12,"slug":"hunkwise-acme","owner":{"login":"acme"},"html_url":"https://github.com/apps/hunkwise-acme","pem":"PEM","webhook_secret":"WS","client_secret":"x"}"#
            )
        ])
        let app = try await NewApp.convert(
            code: "a1b2", at: try GitHubWebAddress("https://github.com"), transport: script.transport,
            timing: script.timing)
        #expect(script.transport.asked.map(\.url) == ["https://api.github.com/app-manifests/a1b2/conversions"])
        #expect(script.transport.asked.first?.authorization == "")
        #expect(app.id == 12 && app.slug == "hunkwise-acme" && app.url == "https://github.com/apps/hunkwise-acme")
        #expect(app.owner == "acme")
        #expect(!"\(app)".contains("PEM") && !"\(app)".contains("WS"))
        #expect(app.privateKey.reveal { $0 } == Array("PEM".utf8))
    }

    @Test(
        "believes no owner that cannot be one", arguments: [#","owner":{"login":"a\"]\n- b"}"#, #","owner":null"#, ""])
    func strangeOwner(member: String) async throws {
        let script = ScriptedSender([
            ScriptedTransport.Step(
                status: 201, body: #"{"id":1,"slug":"s","pem":"PEM","webhook_secret":"WS"\#(member)}"#)
        ])
        let app = try await NewApp.convert(
            code: "a1b2", at: try GitHubWebAddress("https://github.com"), transport: script.transport,
            timing: script.timing)
        #expect(app.owner == "")
    }

    @Test("says what to do when the code is not known, and asks with no code that is none")
    func unknownCode() async throws {
        let script = ScriptedSender([ScriptedTransport.Step(status: 404)])
        let github = try GitHubWebAddress("https://github.com")
        let error = await #expect(throws: ForgeError.self) {
            try await NewApp.convert(code: "old", at: github, transport: script.transport, timing: script.timing)
        }
        #expect(error?.message.contains("begin anew") == true)
        for code in ["", "a\nb", String(repeating: "a", count: 201)] {
            await #expect(throws: ForgeError.self) {
                try await NewApp.convert(code: code, at: github, transport: script.transport, timing: script.timing)
            }
        }
        #expect(script.transport.asked.count == 1)
    }
}
