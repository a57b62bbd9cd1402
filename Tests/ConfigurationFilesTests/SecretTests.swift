import Domain
import Foundation
import TestKit
import Testing

@testable import ConfigurationFiles

/// A file that is there for as long as the body runs.
private func withFile(_ content: String, mode: mode_t, _ body: (String) throws -> Void) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("secret")
    try content.write(toFile: path, atomically: false, encoding: .utf8)
    #expect(chmod(path, mode) == 0)
    try body(path)
    withExtendedLifetime(directory) {}
}

private func text(_ secret: Secret) -> String { secret.reveal { String(decoding: $0, as: UTF8.self) } }

@Suite struct SecretTests {
    @Test(
        "One line end behind a secret is no part of it",
        arguments: [("s3cret\n", "s3cret"), ("a\nb\n\n", "a\nb\n"), ("a\r\n", "a"), (" a ", " a ")])
    func trimmed(content: String, expected: String) throws {
        try withFile(content, mode: 0o600) { path in
            let source = SecretSource(.file(path), key: "k", origin: .builtIn)
            let reader = SecretReader { $0 == "V" ? content : nil }
            for place in [SecretSource.Place.file(path), .environment("V")] {
                let secret = try reader.read(SecretSource(place, key: "k", origin: .builtIn))
                #expect(text(secret) == expected)
            }
            #expect(reader.warning(about: source) == nil)
        }
    }

    @Test func `A file that everybody may read is said`() throws {
        try withFile("s3cret", mode: 0o644) { path in
            let source = SecretSource(.file(path), key: "marker_key_file", origin: .file("hunkwise.yaml", line: 3))
            let warning = SecretReader { _ in nil }.warning(about: source)
            #expect(
                warning
                    == "hunkwise.yaml:3: marker_key_file: the file \(path) can be read by everybody on this machine: "
                    + "run chmod o= \(path)")
        }
    }

    @Test func `What is missing is told all at once, each with the line to add`() throws {
        let configuration = try load(
            """
            forges:
              - {kind: github, token_env: GITHUB_TOKEN, repositories: [{match: a/b}]}
              - {kind: github, token_file: /nonexistent/t, webhook_secrets_env: [HOOK], repositories: [{match: a/b}]}
            server: {admin_token_env: ADMIN}
            """)
        let reader = SecretReader { $0 == "HOOK" ? "" : nil }
        let error = #expect(throws: ConfigurationErrors.self) { try configuration.serviceSecrets(reader) }
        #expect(
            error?.problems.map(\.description) == [
                "hunkwise.yaml:2: forges[0]: has no webhook secret, so no delivery could be believed: add "
                    + "webhook_secrets_env: [HUNKWISE_WEBHOOK_SECRET]",
                "hunkwise.yaml:2: forges[0].token_env: the environment variable GITHUB_TOKEN is not set: add the line "
                    + "GITHUB_TOKEN=… to the service's environment, or run: export GITHUB_TOKEN=…",
                "hunkwise.yaml:3: forges[1].token_file: the file /nonexistent/t cannot be read: No such file or directory",
                "hunkwise.yaml:3: forges[1].webhook_secrets_env[0]: the environment variable HOOK is not set: add the line "
                    + "HOOK=… to the service's environment, or run: export HOOK=…",
                "hunkwise.yaml:4: server.admin_token_env: the environment variable ADMIN is not set: add the line "
                    + "ADMIN=… to the service's environment, or run: export ADMIN=…",
            ])
        #expect(configuration.secretNotes(reader).count == 4)
    }

    @Test func `All that is there is read, forge by forge`() throws {
        let configuration = try load(
            """
            forges:
              - {kind: github, token_env: A, webhook_secrets_env: [B, C], repositories: [{match: a/b}]}
              - {kind: github, token_env: D, webhook_secrets_env: [E], repositories: [{match: a/b}]}
            marker_key_env: F
            """)
        let secrets = try configuration.serviceSecrets(SecretReader { "of " + $0 })
        #expect(secrets.forges.map { text($0.credential) } == ["of A", "of D"])
        #expect(secrets.forges.map { $0.webhooks.map(text) } == [["of B", "of C"], ["of E"]])
        #expect(secrets.markerKey.map(text) == "of F" && secrets.adminToken == nil)
    }

    @Test func `Without a forge there is nobody to serve`() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try load("").serviceSecrets(SecretReader { _ in "x" })
        }
        #expect(error?.description.contains("forges: is not there") == true)
    }

    @Test("What is no file is refused and nothing hangs", arguments: ["/", "/dev/zero", "/dev/stdin"])
    func noFile(path: String) {
        let source = SecretSource(.file(path), key: "k", origin: .builtIn)
        #expect(throws: SettingProblem.self) { try SecretReader { _ in nil }.read(source) }
    }
}
