import Domain
import Diffs
import ArgumentParser
import ConfigurationFiles
import Domain
import Fingerprints
import Reviewing
import SyntaxTrees

/// Which operator's file is used.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "The operator's file. Default: HUNKWISE_CONFIG, ./hunkwise.yaml, $XDG_CONFIG_HOME/hunkwise/, /etc/hunkwise/.",
            valueName: "file"))
    var path: String?

    func operatorFile() throws(Failure) -> ConfigurationFile? {
        do throws(ConfigurationErrors) {
            return try ConfigurationSearch.read(option: path, environment: environmentValue)
        } catch {
            throw Failure(error.description)
        }
    }

    func load() throws(Failure) -> Setup {
        Setup(operatorFile: try operatorFile(), grammars: Grammars(directory: Grammars.locate()))
    }
}

/// What a run starts from, before the change is known.
struct Setup {
    let operatorFile: ConfigurationFile?
    let grammars: Grammars

    /// The settings for one change: the operator's file and the repository's own, read from the base of the change.
    ///
    /// - Parameters:
    ///   - repository: `owner/name`, nil when not known.
    ///   - adjust: Changes that somebody asked for beside the files.
    func settings(
        for input: ChangeInput, repository name: RepositoryName? = nil,
        adjust: (inout Configuration) -> Void = { _ in }
    ) throws(Failure) -> Settings {
        let fileName = "the base's " + (ChangeInput.configurationPath.text ?? "")
        let repository = input.baseConfiguration.map { ConfigurationFile(name: fileName, bytes: $0) }
        do throws(ConfigurationErrors) {
            var configuration = try Configuration(operator: operatorFile, repository: repository)
            adjust(&configuration)
            return try Settings(
                configuration, grammars: grammars, repository: name?.description,
                notes: proposedConfigurationNotes(input))
        } catch {
            throw Failure(error.description)
        }
    }

    /// Names what the review went by: both files, byte by byte.
    func digest(for input: ChangeInput) -> String {
        RequestDigest.sha256((operatorFile?.bytes ?? []) + [0] + (input.baseConfiguration ?? []))
    }

    /// The settings where no change is looked at; `repository` is `owner/name`.
    func settingsWithoutChange(repository: String? = nil) throws(Failure) -> Settings {
        do throws(ConfigurationErrors) {
            return try Settings(
                try Configuration(operator: operatorFile), grammars: grammars, repository: repository)
        } catch {
            throw Failure(error.description)
        }
    }

    /// A change that edits the repository's configuration is reviewed with the old one, and says so.
    private func proposedConfigurationNotes(_ input: ChangeInput) -> [String] {
        guard let proposed = input.proposedConfiguration else { return [] }
        let edits = "This change edits .hunkwise.yaml; it was reviewed with the version of its base."
        guard case .bytes(let bytes) = proposed else { return [edits] }
        let file = ConfigurationFile(name: ".hunkwise.yaml", bytes: bytes)
        do throws(ConfigurationErrors) {
            _ = try Configuration(operator: operatorFile, repository: file)
            return [edits + " The proposed version is valid."]
        } catch {
            return [edits] + error.problems.prefix(5).map { "Proposed \($0.description)" }
        }
    }
}
