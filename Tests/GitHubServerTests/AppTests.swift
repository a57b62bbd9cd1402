import CryptoExtras
import Foundation
import GitHubServer
import ModelServer
import Testing

/// Signs what an App says of itself, rightly or wrongly.
struct Assertion {
    var issuer: JSON
    var issued: JSON
    var expires: JSON
    var algorithm = "RS256"
    var key: String

    init(_ stage: Stage, issuer: JSON? = nil, issued: Int = -60, expires: Int = 540) {
        let now = stage.world.clock.now()
        self.issuer = issuer ?? .integer(stage.server.app.id)
        self.issued = .integer(now + issued)
        self.expires = .integer(now + expires)
        key = stage.server.app.privateKey
    }

    var text: String {
        get throws {
            let header: JSON = ["alg": .string(algorithm), "typ": "JWT"]
            let claims = JSON.object(
                [("iat", issued), ("exp", expires), ("iss", issuer)].filter { $0.1 != .null }.map {
                    JSON.Member($0.0, $0.1)
                })
            let signed = Assertion.coded(header.bytes) + "." + Assertion.coded(claims.bytes)
            let signature = try _RSA.Signing.PrivateKey(pemRepresentation: key).signature(
                for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
            return signed + "." + Assertion.coded(Array(signature.rawRepresentation))
        }
    }

    private static func coded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

@Suite("Apps")
struct AppTests {
    private func get(_ stage: Stage, _ assertion: Assertion, _ path: String = "/app") async throws -> RawAnswer {
        await RawClient(port: stage.server.port, token: try assertion.text).get(path)
    }

    @Test("speak by an assertion that is signed, issued by now and good for ten minutes at most")
    func assertions() async throws {
        try await onStage { stage in
            let byID = try await get(stage, Assertion(stage))
            #expect(byID.status == 200, "\(byID.text)")
            #expect(byID.json["slug"] == "hunkwise")
            let byClient = Assertion(stage, issuer: .string(stage.server.app.clientID), expires: 600)
            #expect(try await get(stage, byClient).status == 200)
            #expect(try await get(stage, Assertion(stage, issuer: .string("\(stage.server.app.id)"))).status == 200)
        }
    }

    @Test("whose assertion breaks a rule are not let in")
    func wrongAssertions() async throws {
        try await onStage { stage in
            var foreign = Assertion(stage)
            foreign.key = try _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation
            var plain = Assertion(stage)
            plain.algorithm = "none"
            var nameless = Assertion(stage)
            nameless.issuer = .null
            var textual = Assertion(stage)
            textual.expires = "soon"
            let cases: [(Assertion, Int, String)] = [
                (foreign, 401, "could not be decoded"), (plain, 401, "could not be decoded"),
                (nameless, 401, "Missing 'issuer' claim"), (textual, 401, "must be a numeric value"),
                (Assertion(stage, expires: 601), 401, "too far in the future"),
                (Assertion(stage, expires: -1), 401, "must be a numeric value"),
                (Assertion(stage, issued: 61), 401, "'Issued at' claim"),
                (Assertion(stage, issuer: 5), 404, "Integration not found"),
            ]
            for (assertion, status, mark) in cases {
                let answer = try await get(stage, assertion)
                #expect(answer.status == status)
                #expect(answer.complaint.contains(mark), "\(answer.text)")
            }
            #expect(await stage.bot.get("/app").status == 401)
            #expect(try await get(stage, Assertion(stage), "/repos/acme/shop").status == 401)
        }
    }

    @Test("get tokens for an hour, with the permissions and repositories they ask for")
    func tokens() async throws {
        try await onStage(isPrivate: true) { stage in
            try stage.world.makeRepository("acme/other", isPrivate: true)
            let app = RawClient(port: stage.server.port, token: try Assertion(stage).text)
            let found = await app.get("/repos/acme/shop/installation")
            #expect(found.json["id"] == .integer(stage.installation.id))
            #expect(await app.get("/repos/acme/nope/installation").status == 404)
            let path = "/app/installations/\(stage.installation.id)/access_tokens"
            let answer = await app.send(
                "POST", path, #"{"repositories":["shop"],"permissions":{"pull_requests":"read"}}"#)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.json["permissions"] == ["metadata": "read", "pull_requests": "read"])
            #expect(answer.json["repository_selection"] == "selected")
            let token = try #require(answer.json["token"]?.text)
            let client = RawClient(port: stage.server.port, token: token)
            #expect(await client.get("/repos/acme/shop/pulls/1").status == 200)
            #expect(await client.get("/repos/acme/shop/contents/README.md").status == 403)
            #expect(await client.send("POST", Stage.reviews, #"{"event":"COMMENT","body":"x"}"#).status == 403)
            #expect(await client.get("/repos/acme/other").status == 404)
            #expect(await client.get("/installation/repositories").json["total_count"] == 1)
            stage.world.clock.advance(bySeconds: 3600)
            #expect(await client.get("/repos/acme/shop/pulls/1").status == 401)
        }
    }

    @Test(
        "get no token for more than they have",
        arguments: [
            (#"{"permissions":{"administration":"write"}}"#, 422, "not granted"),
            (#"{"permissions":{"contents":"write"}}"#, 422, "not granted"),
            (#"{"permissions":{"contents":"admin"}}"#, 422, "is not a member of"),
            (#"{"permissions":{"everything":"read"}}"#, 422, "is not a permitted key"),
            (#"{"repositories":["nope"]}"#, 422, "does not exist or is not accessible"),
            (#"{"repository_ids":["1"]}"#, 422, "is not an integer"),
        ])
    func tooMuch(body: String, status: Int, mark: String) async throws {
        try await onStage { stage in
            let app = RawClient(port: stage.server.port, token: try Assertion(stage).text)
            let answer = await app.send(
                "POST", "/app/installations/\(stage.installation.id)/access_tokens", body)
            #expect(answer.status == status)
            #expect(answer.complaint.contains(mark), "\(answer.text)")
        }
    }

    @Test("that are suspended get nothing")
    func suspension() async throws {
        try await onStage { stage in
            stage.world.suspend(stage.installation)
            #expect(await stage.bot.get("/repos/acme/shop").status == 403)
            let app = RawClient(port: stage.server.port, token: try Assertion(stage).text)
            let path = "/app/installations/\(stage.installation.id)/access_tokens"
            #expect(await app.send("POST", path).status == 403)
        }
    }

    @Test("that were taken away are no longer there")
    func removal() async throws {
        try await onStage { stage in
            stage.world.uninstall(stage.installation)
            #expect(await stage.bot.get("/repos/acme/shop").status == 401)
            let app = RawClient(port: stage.server.port, token: try Assertion(stage).text)
            #expect(await app.get("/repos/acme/shop/installation").status == 404)
            #expect(await app.get("/app/installations/\(stage.installation.id)").status == 404)
        }
    }

    @Test("are made from a manifest by a code that is good once")
    func manifest() async throws {
        try await onStage { stage in
            let offered = try stage.world.offerApp(code: "abc")
            let nobody = RawClient(port: stage.server.port, token: nil)
            let answer = await nobody.send("POST", "/app-manifests/abc/conversions")
            #expect(answer.status == 201)
            #expect(answer.json["id"] == .integer(offered.id))
            #expect(answer.json["pem"]?.text?.hasPrefix("-----BEGIN RSA PRIVATE KEY-----") == true)
            #expect(answer.json["webhook_secret"]?.text == offered.webhookSecret)
            #expect(await nobody.send("POST", "/app-manifests/abc/conversions").status == 404)
        }
    }
}
