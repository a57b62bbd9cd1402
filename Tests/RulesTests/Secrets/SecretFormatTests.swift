import Diffs
import Domain
import Testing

@testable import Rules

@Suite("Secrets of known formats")
struct SecretFormatTests {
    private let scanner = SecretScanner.builtin

    @Test("every rule finds its own kind", arguments: SecretSample.all)
    func findsSample(_ sample: SecretSample) {
        var rules: Set<String> = []
        for seed in 1...6 as ClosedRange<UInt64> {
            let text = sample.text(seed: seed)
            let found = scanner.scan(Array("see \(text)\n".utf8), path: Path("deploy/settings.txt"))
            #expect(!found.isEmpty, "not found: \(text)")
            rules.formUnion(found.map(\.ruleID))
        }
        #expect(rules.contains(sample.rule), "only \(rules.sorted())")
    }

    /// A loose format, and one whose value is a constant.
    private static let loose: Set<String> = ["secret-artifactory-key", "secret-aws-bedrock-session"]

    @Test("a form filled with x is no secret", arguments: SecretSample.all.filter { !loose.contains($0.rule) })
    func passesPlaceholder(_ sample: SecretSample) {
        let found = scanner.scan(Array(sample.placeholder.utf8), path: Path("deploy/settings.txt"))
        #expect(found.isEmpty, "\(sample.placeholder) is taken for \(found.map(\.ruleID))")
    }

    @Test("every built-in rule has a sample or a test of its own")
    func coversAllRules() {
        let apart: Set<String> = [
            "secret-kubernetes-secret", "secret-kubernetes-secret-2", "secret-private-key", "secret-private-key-start",
            "secret-ssh2-private-key", "secret-putty-private-key", "secret-jwt", "secret-jwt-base64",
            "secret-hashicorp-password",
        ]
        let tested = apart.union(SecretSample.all.map(\.rule))
        #expect(scanner.rules.rules.map(\.id).filter { !tested.contains($0) } == [])
    }

    @Test("the built-in files load without a note, every pattern compiles, every id is used once")
    func builtinFilesAreSound() throws {
        var ids: Set<String> = []
        for bytes in [PackageResources.secrets_formats_toml, PackageResources.secrets_named_toml] {
            let file = try SecretRuleFile(bytes, name: "built-in", isBuiltin: true)
            #expect(file.notes == [])
            #expect(file.rules.count > 50)
            for rule in file.rules {
                #expect(ids.insert(rule.id).inserted, "\(rule.id) twice")
                try rule.validate(file: "built-in")
                if case .named(let pattern) = rule.form { _ = try pattern.pattern() }
                #expect(rule.confidence > 0 && rule.confidence <= 1)
                #expect(rule.description.count <= 68, "the title of \(rule.id) is too long")
            }
        }
        #expect(SecretRules.builtin.rules.count == ids.count)
    }

    private func pem(_ label: String, body: String) -> String {
        "-----BEGIN \(label)-----\n\(body)\n-----END \(label)-----\n"
    }

    private func body(lines: Int, seed: UInt64 = 9) -> String {
        (0..<lines).map { SecretSample(rule: "", template: "{w64}").text(seed: seed + UInt64($0)) }
            .joined(separator: "\n")
    }

    @Test(
        "private keys are found in every wrapping",
        arguments: [
            "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY",
            "PGP PRIVATE KEY BLOCK",
        ])
    func findsPrivateKeys(label: String) {
        let key = pem(label, body: body(lines: 4))
        let inJSON = "{\"key\": \"" + key.split(separator: "\n").joined(separator: "\\n") + "\"}"
        let indented = key.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        let joined = key.split(separator: "\n").map { "\"\($0)\\n\" +" }.joined(separator: "\n")
        for text in [key, inJSON, indented, joined, key.split(separator: "\n").joined(separator: "\r\n")] {
            let found = scanner.scan(Array(text.utf8), path: Path("server.txt"))
            #expect(found.map(\.ruleID) == ["secret-private-key"], "in \(text.prefix(60))")
        }
    }

    @Test("armour of private keys: headers inside, PuTTY, SSH2, a text that ends in the key")
    func findsOtherKeyFiles() {
        let armour = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n"
        let texts = [
            ("secret-private-key", pem("RSA " + "PRIVATE KEY", body: armour + body(lines: 3))),
            ("secret-private-key-start", "-----BEGIN RSA " + "PRIVATE KEY-----\n"),
            ("secret-ssh2-private-key", "---- BEGIN SSH2 ENCRYPTED " + "PRIVATE KEY ----\n" + body(lines: 3)),
            (
                "secret-putty-private-key",
                "PuTTY-User-" + "Key-File-2: ssh-rsa\nEncryption: none\nComment: me\nPublic-Lines: 1\n"
                    + body(lines: 1) + "\nPrivate-Lines: 2\n" + body(lines: 2) + "\n"
            ),
        ]
        for (rule, text) in texts {
            #expect(scanner.scan(Array(text.utf8)).map(\.ruleID) == [rule])
        }
    }

    @Test("public keys, certificates and mere mentions of private keys are no secrets")
    func passesPublicKeys() {
        let texts = [
            pem("PUBLIC KEY", body: body(lines: 3)), pem("CERTIFICATE", body: body(lines: 9)),
            pem("PRIVATE KEY", body: "anything"), "if text.hasPrefix(\"-----BEGIN PRIVATE KEY-----\") { load(text) }\n",
            "-----BEGIN OPENSSH PRIVATE KEY----------END OPENSSH PRIVATE KEY-----",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + body(lines: 1).prefix(43) + " me@host",
        ]
        for text in texts { #expect(scanner.scan(Array(text.utf8)).isEmpty, "\(text.prefix(60))") }
    }

    private func base64URL(_ text: String) -> String {
        let table = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var out = ""
        var bits = 0
        var value = 0
        for byte in text.utf8 {
            value = value << 8 | Int(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                out.append(table[value >> bits & 63])
            }
            value &= (1 << bits) - 1
        }
        if bits > 0 { out.append(table[value << (6 - bits) & 63]) }
        return out
    }

    @Test("a JSON web token is told from text that only looks like one by its header")
    func readsTokenHeaders() {
        let payload = base64URL(#"{"sub":"8841","role":"admin"}"#)
        let signature = SecretSample(rule: "", template: "{w43}").text(seed: 4)
        let good = base64URL(#"{"alg":"HS256","typ":"JWT"}"#) + "." + payload + "." + signature
        let cut = base64URL(#"{"alg":"HS256","typ":"JWT""#) + "." + payload + "." + signature
        #expect(scanner.scan(Array("Cookie: session=\(good)".utf8)).map(\.ruleID) == ["secret-jwt"])
        #expect(scanner.scan(Array(cut.utf8)).isEmpty)
        #expect(scanner.scan(Array("eyJAAAA.eyJBBB".utf8)).isEmpty)
        let wrapped = base64URL(good)
        #expect(scanner.scan(Array("x: \(wrapped)".utf8)).map(\.ruleID) == ["secret-jwt-base64"])
    }

    @Test("a Kubernetes Secret with values, in either order; none with templates or no values")
    func readsKubernetesSecrets() {
        let value = base64URL("Kx9!mQ2#vL7pRw")
        let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n"
        for text in [
            head + "data:\n  user: YQ==\n  password: \(value)\n", "data:\n  'x.conf': \"\(value)\"\n" + head,
            head + "type: Opaque\ndata: # values\n  a: |\n    \(value)\n",
        ] {
            let found = scanner.scan(Array(text.utf8), path: Path("deploy/db.yaml"))
            #expect(found.count == 1 && found[0].ruleID.hasPrefix("secret-kubernetes-secret"), "\(text)")
        }
        for text in [head + "data:\n  password: {{ .Values.password }}\n", head + "data: {}\n", head] {
            #expect(scanner.scan(Array(text.utf8), path: Path("deploy/db.yaml")).isEmpty, "\(text)")
        }
    }

    @Test("a password in a Terraform file, and only there")
    func readsTerraform() {
        let line = Array("administrator_login_password = \"thisIs\" # x\n".utf8)
        let real = Array("administrator_login_password = \"Kx9vmQ2LpRw\"\n".utf8)
        #expect(scanner.scan(real, path: Path("main.tf")).count == 1)
        #expect(scanner.scan(line, path: Path("main.py")).isEmpty)
    }
}
