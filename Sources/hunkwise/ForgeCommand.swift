import ArgumentParser
import ConfigurationFiles
import Domain
import Forges
import Glibc
import Reviewing
import Routing
import Server

struct ForgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forge", abstract: "Add a forge to the configuration, and check that it works.",
        subcommands: [Add.self, Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check credentials, permissions, expiry and clocks, and fire a signed ping at the service.",
            discussion: "Writes nothing. Exit codes: 0 everything needed works; 2 something is broken.")

        @Option(help: ArgumentHelp("Look at this repository too.", valueName: "owner/name"))
        var repository: String?

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        func run() async throws {
            let name = try repository.map { text in
                guard let name = RepositoryName(text) else {
                    throw Failure("\(Printable.text(text, limit: 80)) is not a repository: write owner/name")
                }
                return name
            }
            let setup = try configuration.load()
            let forges = try ConfiguredForges(setup)
            var checks = Checks()
            for (entry, forge) in forges.all {
                for check in await GitHubDoctor(forge).verify(name) {
                    checks.add(check, of: entry.name)
                }
            }
            await HookProbe.run(forges.configuration, &checks)
            checks.addModels(try setup.settingsWithoutChange(repository: nil).resolution)
            try output.write(checks.text(quiet: false))
            if checks.hasFailed { throw ExitStatus.usage }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Make a GitHub App with the least permissions, in a browser, and print its entry.",
            discussion: """
                Shows a page on this machine whose button takes you to GitHub; there you confirm, and come back. The App's
                private key and webhook secret are written to two files that only you can read. Then install the App on
                the repositories it is to review. Where this machine has no browser, give a --port and forward it from one
                that has: ssh -L 9000:127.0.0.1:9000 HOST.
                """)

        @Option(
            help: ArgumentHelp(
                "Where GitHub reaches `hunkwise serve`, for example https://hunkwise.example.com.", valueName: "address"
            ))
        var publicURL: String

        @Option(
            help: ArgumentHelp(
                "The organisation whose repositories it reviews; else the App is yours, and for your own alone.",
                valueName: "name"))
        var organisation: String?

        @Option(help: ArgumentHelp("The App's name on GitHub; it must be free there.", valueName: "name"))
        var name = "Hunkwise review"

        @Option(help: ArgumentHelp("GitHub, or an Enterprise server.", valueName: "address"))
        var url = "https://github.com"

        @Option(help: ArgumentHelp("Where the two files are written.", valueName: "directory"))
        var directory = "."

        @Option(help: ArgumentHelp("The port of the page on this machine; 0 for any.", valueName: "port"))
        var port: UInt16 = 0

        func run() async throws {
            let address: GitHubWebAddress
            do throws(GitHubWebAddress.Problem) {
                address = try GitHubWebAddress(url)
            } catch {
                throw Failure("--url: \(error.description)")
            }
            // GitHub shows the secrets once: it must be sure beforehand that they can be kept.
            guard access(directory, W_OK | X_OK) == 0 else {
                throw Failure(
                    "cannot write in \(Printable.text(directory)): \(String(cString: strerror(errno))); name another --directory"
                )
            }
            let folder = directory == "." ? "" : directory + "/"
            let key = folder + "hunkwise-app.pem"
            let secret = folder + "hunkwise-webhook.secret"
            for path in [key, secret] where access(path, F_OK) == 0 {
                throw Failure("\(Printable.text(path)) exists already: name another --directory, or remove it")
            }
            let base = String(publicURL.reversed().drop { $0 == "/" }.reversed())
            let state = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
            let (name, organisation) = (name, organisation)
            // Refused here rather than in the browser.
            _ = try manifest(base, name, back: "http://127.0.0.1/callback")
            let desk: ManifestDesk
            do throws(ListenError) {
                desk = try await ManifestDesk.start(
                    port: Int(port), state: state,
                    log: .standardError(threshold: Live(.error), clock: SystemClock())
                ) { back in
                    try manifest(base, name, back: back).page(at: address, organisation: organisation, state: state)
                }
            } catch {
                throw Failure(error.description)
            }
            try StandardOutput.write(
                "Open http://127.0.0.1:\(desk.port)/ in a browser on this machine, and confirm there. Waiting…\n")
            guard let code = await desk.code() else { throw Failure("interrupted: no App was taken in") }
            await desk.shutDown()
            let app: NewApp
            do throws(ForgeError) {
                app = try await NewApp.convert(
                    code: code, at: address,
                    transport: ForgeAccess.transport(to: address, NetworkSettings()),
                    timing: ForgeTiming(clock: SystemClock()))
            } catch {
                throw Failure(error.message)
            }
            try SecretFile.write(app.privateKey, to: key)
            try SecretFile.write(app.webhookSecret, to: secret)
            try StandardOutput.write(
                """
                Made the App \(app.slug). Add to hunkwise.yaml:

                forges:
                  - kind: github
                    url: \(address.url)
                    app_id: \(app.id)
                    private_key_file: \(AbsolutePath.of(key))
                    webhook_secrets_files: [\(AbsolutePath.of(secret))]
                    repositories: [{match: "\(app.owner.isEmpty ? "OWNER" : app.owner)/*", mode: observe}]
                server: {public_url: "\(base)"}

                Next: install it at \(app.url.isEmpty ? "its page on GitHub" : app.url + "/installations/new").
                `hunkwise config init` writes the entries of models for the keys it finds; `listen` under `server` is where
                your proxy passes \(base) on to (127.0.0.1:8080).
                Then run `hunkwise forge verify --repository \(app.owner.isEmpty ? "OWNER" : app.owner)/NAME`, and `hunkwise serve`.
                With `mode: observe` nothing is written to GitHub: `hunkwise report --observed` shows what would be.

                """)
        }

        private func manifest(_ base: String, _ name: String, back: String) throws -> AppManifest {
            do throws(AppManifest.Problem) {
                return try AppManifest(
                    name: name, homepage: base, hookURL: base + "/webhooks/github", redirectURL: back)
            } catch {
                throw Failure(error.description)
            }
        }
    }
}

/// Forges of the configuration, each with a way to it.
struct ConfiguredForges {
    let configuration: Configuration
    let all: [(entry: ForgeSettings, forge: GitHubForge)]

    init(_ setup: Setup) throws(Failure) {
        do throws(ConfigurationErrors) {
            configuration = try Configuration(operator: setup.operatorFile)
        } catch {
            throw Failure(error.description)
        }
        guard !configuration.forges.isEmpty else {
            throw Failure("no forge is configured: `hunkwise forge add` makes a GitHub App and prints the entry")
        }
        let reader = SecretReader(environment: environmentValue)
        var all: [(ForgeSettings, GitHubForge)] = []
        for entry in configuration.forges {
            let credential: Secret
            do throws(SettingProblem) {
                credential = try reader.read(entry.credential.source)
            } catch {
                throw Failure(error.description)
            }
            // Nothing is marked or looked for by these commands.
            all.append(
                (
                    entry,
                    try ForgeAccess.forge(
                        entry, credential, markerKey: Secret("no marks are made here"), configuration)
                ))
        }
        self.all = all
    }
}

/// A file that holds a secret, for its owner's eyes only.
enum SecretFile {
    static func write(_ secret: Secret, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Failure("cannot write \(Printable.text(path)): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        try secret.reveal { try FileDescriptorWriter.write($0, to: descriptor) }
    }
}

extension ModelResolution {
    static let noneCallable = "none can be asked, so the static rules review alone"
}

extension Checks {
    /// Says who reviews: without a model the service works, and finds less than was meant.
    mutating func addModels(_ resolution: ModelResolution) {
        for model in resolution.unroutable {
            warn("model \(model.name)", "not used: \(model.reason)", advice: nil)
        }
        if resolution.hasCallable {
            pass("models", resolution.models.filter { $0.obstacle == nil }.map(\.name).joined(separator: ", "))
        } else {
            warnOfNoModel()
        }
    }

    mutating func warnOfNoModel() {
        warn(
            "models", ModelResolution.noneCallable,
            advice: "`hunkwise config init` writes the entries for the keys it finds in the environment")
    }

    mutating func add(_ check: GitHubDoctor.Check, of forge: String) {
        let subject = "\(forge) \(check.name)"
        let detail = Printable.text(check.detail, limit: 400)
        switch check.result {
        case .ok: pass(subject, detail)
        case .warning: warn(subject, detail, advice: check.advice.isEmpty ? nil : check.advice)
        case .failed: fail(subject, detail, advice: check.advice.isEmpty ? nil : check.advice)
        }
    }
}
