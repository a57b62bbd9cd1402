package import ConfigurationFiles
package import Domain
package import Reviewing

/// One configured forge with what is served of it.
package struct ServedForge: Sendable {
    package var forge: any Forge
    package var repositories: ServedRepositories

    package init(forge: any Forge, repositories: ServedRepositories) {
        self.forge = forge
        self.repositories = repositories
    }
}

/// What the service works by at one moment; a reload of the configuration puts another in its place, and jobs under way
/// keep theirs.
package struct ServiceSnapshot: Sendable {
    package var configuration: Configuration
    package var forges: [ServedForge]
    package var reviewer: any ChangeReviewer
    package var reader: PullRequestReader
    package var skip: SkipRules

    package init(
        configuration: Configuration, forges: [ServedForge], reviewer: any ChangeReviewer, reader: PullRequestReader
    ) {
        self.configuration = configuration
        self.forges = forges
        self.reviewer = reviewer
        self.reader = reader
        skip = SkipRules(configuration.skip)
    }

    /// The forge that serves a repository, and how; nil when none does any more.
    package func service(of address: ChangeAddress) -> (forge: any Forge, served: ServedRepository)? {
        for entry in forges where entry.forge.name == address.forge {
            if let served = entry.repositories.service(of: address.repository) { return (entry.forge, served) }
        }
        return nil
    }
}
