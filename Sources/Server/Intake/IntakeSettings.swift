package import ConfigurationFiles
package import Domain

/// One forge as the intake sees it.
package struct IntakeForge: Sendable {
    /// "github.com".
    package var name: String
    package var secrets: [Secret]
    package var repositories: ServedRepositories

    package init(name: String, secrets: [Secret], repositories: ServedRepositories) {
        self.name = name
        self.secrets = secrets
        self.repositories = repositories
    }
}

/// What the intake decides by; replaced as a whole when the configuration is read anew.
package struct IntakeSettings: Sendable {
    package var forges: [IntakeForge]
    package var skip: SkipRules
    package var quietSeconds: Double
    package var commandsAreEnabled: Bool
    /// Labels that some rule of classification asks for.
    package var labels: Set<String>

    package init(
        forges: [IntakeForge], skip: SkipRules, quietSeconds: Double, commandsAreEnabled: Bool = true,
        labels: Set<String> = []
    ) {
        self.forges = forges
        self.skip = skip
        self.quietSeconds = quietSeconds
        self.commandsAreEnabled = commandsAreEnabled
        self.labels = labels
    }

    /// - Parameter secrets: What `configuration.serviceSecrets` read.
    package init(_ configuration: Configuration, _ secrets: ServiceSecrets) {
        self.init(
            forges: zip(configuration.forges, secrets.forges).map { forge, secrets in
                IntakeForge(
                    name: forge.name, secrets: secrets.webhooks,
                    repositories: ServedRepositories(forge, otherwise: configuration.mode))
            },
            skip: SkipRules(configuration.skip), quietSeconds: Double(configuration.server.quietSeconds),
            commandsAreEnabled: configuration.commands.isEnabled,
            labels: Set(configuration.classificationRules.compactMap(\.label)))
    }
}
