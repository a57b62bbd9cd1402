import ConfigurationFiles
import Domain
import Fingerprints
import Forges
import GitRepository
import HTTPClient
import Reviewing
import Routing
import Server
import Storage

/// What the service works with, made from one reading of the configuration.
struct ServiceParts: Sendable {
    let configuration: Configuration
    let intake: IntakeSettings
    let snapshot: ServiceSnapshot
    let adminToken: Secret?
    /// What the operator should know, one line each.
    let notes: [String]

    /// - Parameters:
    ///   - mirrors: Nil: changes are read by the forge's API alone.
    /// - Throws: Everything that is wrong with the configuration.
    init(_ setup: Setup, store: Store, mirrors: Mirrors?) throws(Failure) {
        let settings = try setup.settingsWithoutChange()
        configuration = settings.configuration
        let reader = SecretReader(environment: environmentValue)
        let secrets: ServiceSecrets
        do throws(ConfigurationErrors) {
            secrets = try configuration.serviceSecrets(reader)
        } catch {
            throw Failure(error.description)
        }
        let installation: String
        let room: ModelRoom
        let digest = RequestDigest.sha256(setup.operatorFile?.bytes ?? [])
        do throws(StoreError) {
            installation = try store.installationID()
            room = try ModelRoom(settings, store: store, configurationDigest: digest)
        } catch {
            throw Failure(Printable.text(error.description, limit: 600))
        }
        // Without a key of the operator's, marks in comments are as good as the database is kept.
        let markerKey = secrets.markerKey ?? Secret("markers of \(installation)")
        var forges: [ServedForge] = []
        for (entry, own) in zip(configuration.forges, secrets.forges) {
            let forge = try ForgeAccess.forge(entry, own.credential, markerKey: markerKey, configuration)
            forges.append(
                ServedForge(
                    forge: forge, repositories: ServedRepositories(entry, otherwise: configuration.mode)))
        }
        let megabytes = max(1, configuration.git.maxMegabytes)
        let limits = FetchLimits(
            time: .seconds(configuration.git.timeoutSeconds), growth: megabytes << 20, total: megabytes << 20)
        snapshot = ServiceSnapshot(
            configuration: configuration, forges: forges, reviewer: ServiceReviewer(setup: setup, room: room),
            reader: PullRequestReader(
                mirrors: configuration.git.isEnabled ? mirrors : nil, network: configuration.network, limits: limits))
        intake = IntakeSettings(configuration, secrets)
        adminToken = secrets.adminToken
        notes =
            configuration.secretNotes(reader) + settings.notes.map(\.text) + settings.resolution.warnings
            + (settings.resolution.hasCallable ? [] : ["models: \(ModelResolution.noneCallable)"])
    }

    /// What holds only after a restart.
    func needsRestart(after old: ServiceParts) -> [String] {
        var notes: [String] = []
        let (mine, theirs) = (configuration.server, old.configuration.server)
        if mine.listen != theirs.listen { notes.append("server.listen") }
        if mine.adminListen != theirs.adminListen || (adminToken == nil) != (old.adminToken == nil) {
            notes.append("server.admin_listen")
        }
        if mine.workers != theirs.workers { notes.append("server.workers") }
        if configuration.storagePath != old.configuration.storagePath { notes.append("storage.url") }
        if configuration.git.directory != old.configuration.git.directory { notes.append("git.directory") }
        return notes.map { "\($0) changed: it holds after a restart" }
    }
}

/// The way to a forge, for the service and for the commands that look at one.
enum ForgeAccess {
    static func forge(
        _ entry: ForgeSettings, _ credential: Secret, markerKey: Secret, _ configuration: Configuration
    ) throws(Failure) -> GitHubForge {
        let address = try address(entry)
        var settings: GitHubSettings
        do throws(GitHubSettings.MarkerKeyTooShort) {
            settings = try GitHubSettings(
                address: address,
                credential: {
                    switch entry.credential {
                    case .app(let id, _): .app(id: id, privateKey: credential)
                    case .token: .token(credential)
                    }
                }(), markerKey: markerKey)
        } catch {
            throw Failure(error.description)
        }
        settings.checkName = configuration.checks.name
        do throws(ForgeError) {
            return try GitHubForge(
                settings: settings, transport: transport(to: address, configuration.network),
                timing: ForgeTiming(clock: SteadyClock()))
        } catch {
            throw Failure("\(entry.key): \(error.message)")
        }
    }

    static func address(_ entry: ForgeSettings) throws(Failure) -> GitHubWebAddress {
        do throws(GitHubWebAddress.Problem) {
            return try GitHubWebAddress(entry.url, apiURL: entry.apiURL)
        } catch {
            throw Failure("\(entry.key): \(error.description)")
        }
    }

    static func transport(to address: GitHubWebAddress, _ network: NetworkSettings) -> HTTPForgeTransport {
        HTTPForgeTransport(
            HTTPClient(
                HTTPClientConfiguration(
                    allowed: address.apiOrigin.map { [$0] } ?? [], proxy: network.proxy, noProxy: network.noProxy,
                    caFile: network.caFile, userAgent: "hunkwise/" + Version.text)))
    }
}
