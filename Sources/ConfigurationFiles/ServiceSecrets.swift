package import Domain

/// A forge's secrets.
package struct ForgeSecrets: Sendable {
    /// The App's private key in PEM, or the token.
    package var credential: Secret
    package var webhooks: [Secret]

    package init(credential: Secret, webhooks: [Secret]) {
        self.credential = credential
        self.webhooks = webhooks
    }
}

/// Every secret that the service works with.
package struct ServiceSecrets: Sendable {
    /// In the order of `Configuration.forges`.
    package var forges: [ForgeSecrets]
    package var adminToken: Secret?
    package var markerKey: Secret?

    package init(forges: [ForgeSecrets], adminToken: Secret? = nil, markerKey: Secret? = nil) {
        self.forges = forges
        self.adminToken = adminToken
        self.markerKey = markerKey
    }
}

extension Configuration {
    /// Everything that is not there and without which `serve` does not start, each with the line to add.
    package func serviceSecrets(_ reader: SecretReader) throws(ConfigurationErrors) -> ServiceSecrets {
        var problems: [SettingProblem] = []
        func read(_ source: SecretSource) -> Secret? {
            do {
                return try reader.read(source)
            } catch {
                problems.append(error)
                return nil
            }
        }
        let file = operatorFile ?? "hunkwise.yaml"
        if forges.isEmpty {
            problems.append(
                SettingProblem(
                    file: file, line: nil, key: "forges",
                    message: "is not there, so there is nobody to serve: add it, for example by hunkwise forge add"))
        }
        var secrets: [ForgeSecrets] = []
        for forge in forges {
            if forge.webhookSecrets.isEmpty {
                var line: Int?
                if case .file(_, let written) = forge.origin { line = written }
                problems.append(
                    SettingProblem(
                        file: file, line: line, key: forge.key,
                        message: "has no webhook secret, so no delivery could be believed: add "
                            + "webhook_secrets_env: [HUNKWISE_WEBHOOK_SECRET]"))
            }
            let credential = read(forge.credential.source)
            let webhooks = forge.webhookSecrets.compactMap(read)
            if let credential { secrets.append(ForgeSecrets(credential: credential, webhooks: webhooks)) }
        }
        let result = ServiceSecrets(
            forges: secrets, adminToken: server.adminToken.flatMap(read), markerKey: markerKey.flatMap(read))
        guard problems.isEmpty else { throw ConfigurationErrors(problems) }
        return result
    }

    /// Where every secret of the service is kept.
    package var secretSources: [SecretSource] {
        forges.flatMap { [$0.credential.source] + $0.webhookSecrets }
            + [server.adminToken, markerKey].compactMap { $0 }
    }

    /// What `config check` says of the service's secrets: those that are not there, and those kept carelessly.
    package func secretNotes(_ reader: SecretReader) -> [String] {
        secretSources.compactMap { source -> String? in
            do throws(SettingProblem) {
                _ = try reader.read(source)
                return reader.warning(about: source)
            } catch {
                return error.description
            }
        }
    }
}
