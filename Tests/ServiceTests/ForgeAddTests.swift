import Foundation
import GitHubServer
import TestKit
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite("Adding a forge")
struct ForgeAddTests {
    /// Presses the only button of a page, as a browser does, and follows where it leads.
    private func press(_ page: String, from origin: String) async throws -> String {
        let action = Self.plain(try #require(page.firstMatch(of: /<form action="([^"]*)"/)?.1))
        var request = URLRequest(url: try #require(URL(string: action.hasPrefix("/") ? origin + action : action)))
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(
            page.matches(of: /name="([^"]*)" value="([^"]*)"/).map { input in
                let value = Self.plain(input.2).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                return "\(input.1)=\(value)"
            }.joined(separator: "&").utf8)
        return String(decoding: try await URLSession.shared.data(for: request).0, as: UTF8.self)
    }

    @Test("asks nobody for an App whose secrets it could not keep")
    func noPlace() async throws {
        let folder = try TemporaryDirectory()
        let child = try ChildProcess(
            "hunkwise",
            ["forge", "add", "--public-url", "https://h.example.com", "--directory", folder.file("missing")],
            errors: folder.file("errors"))
        var lines: [String] = []
        for await line in child.lines { lines.append(line) }
        #expect(await child.end() == 2 && lines.isEmpty)
        #expect(try String(contentsOfFile: folder.file("errors"), encoding: .utf8).contains("name another --directory"))
    }

    private static func plain(_ text: Substring) -> String {
        String(text).replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }

    @Test(
        "makes the App of an organisation in a browser, keeps its two secrets in files, and prints an entry that works")
    func add() async throws {
        let folder = try TemporaryDirectory()
        let github = try await GitHubServer.start(ServerSettings(repositories: folder.path, isEnterprise: true))
        github.world.addOrganization("acme")
        try github.world.makeRepository("acme/shop")
        try github.world.commit(["a.txt": "1\n"], on: "main", in: "acme/shop", message: "The beginning")
        github.world.signIn("ann")
        let child = try ChildProcess(
            "hunkwise",
            [
                "forge", "add", "--public-url", "http://127.0.0.1:1/", "--url", github.url, "--organisation", "acme",
                "--directory", folder.path,
            ], errors: folder.path + "/errors")
        var lines = child.lines.makeAsyncIterator()
        let first = try #require(await lines.next())
        let local = try #require(first.firstMatch(of: /http:\/\/[0-9.:]+\//)?.0)
        let address = try #require(URL(string: String(local)))
        let page = String(decoding: try await URLSession.shared.data(from: address).0, as: UTF8.self)
        let confirmation = try await press(page, from: github.url)
        #expect(confirmation.contains("Create GitHub App for acme"))
        let back = try await press(confirmation, from: github.url)
        #expect(back.contains("Go back to the terminal"), "\(back)")
        var told: [String] = []
        while let line = await lines.next() { told.append(line) }
        #expect(await child.end() == 0)
        for file in ["hunkwise-app.pem", "hunkwise-webhook.secret"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(file))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
        let text = told.joined(separator: "\n")
        let install = try #require(text.firstMatch(of: /http:\/\/[^ ]*\/installations\/new/)?.0)
        let place = try #require(URL(string: String(install)))
        let asked = String(decoding: try await URLSession.shared.data(from: place).0, as: UTF8.self)
        let installed = try await press(asked, from: github.url)
        #expect(installed.contains("is installed"), "\(installed)")
        // The entry is taken as it was printed.
        let entry = told.drop { $0 != "forges:" }.prefix { !$0.isEmpty }.joined(separator: "\n")
        #expect(entry.contains(#"match: "acme/*""#) && entry.contains(#"public_url: "http://127.0.0.1:1""#))
        try entry.write(toFile: folder.file("hunkwise.yaml"), atomically: true, encoding: .utf8)
        let verify = try ChildProcess(
            "hunkwise",
            ["forge", "verify", "--repository", "acme/shop", "--config", folder.file("hunkwise.yaml")],
            errors: folder.path + "/errors")
        var verdict = ""
        for await line in verify.lines { verdict += line + "\n" }
        #expect(await verify.end() == 0)
        #expect(verdict.contains("models: none can be asked"))
        #expect(verdict.contains("acme/shop") && !verdict.contains("permissions are missing"), "\(verdict)")
        await github.stop()
    }
}
