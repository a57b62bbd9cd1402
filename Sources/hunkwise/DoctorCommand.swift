import ArgumentParser
import ConfigurationFiles
import Domain
import Forges
import GitRepository
import Glibc
import HTTPClient
import Routing
import Storage
import SyntaxTrees

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check this installation and say what is missing. Changes nothing.",
        discussion: """
            With forges configured it asks each of them about the credential, and fires a signed ping at the service.

            Exit codes: 0 everything needed works; 2 something is broken.
            """)

    @Flag(help: "Print only what is wrong.")
    var quiet = false

    @Flag(help: "Look at this machine alone: ask no forge, and fire no ping.")
    var offline = false

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        var checks = Checks()
        checks.pass("hunkwise", Version.text)
        checks.pass("libgit2", Repository.libraryVersion)
        checks.pass("libcurl", [CurlLibrary.version, CurlLibrary.tlsBackend].compactMap { $0 }.joined(separator: ", "))
        for problem in CurlLibrary.problems { checks.warn("libcurl", problem, advice: nil) }
        checkGrammars(&checks)
        checkConfiguration(&checks)
        checkStorage(&checks)
        if !offline { await checkForges(&checks) }
        try output.write(checks.text(quiet: quiet))
        if checks.hasFailed { throw ExitStatus.usage }
    }

    private func checkGrammars(_ checks: inout Checks) {
        guard let directory = Grammars.locate() else {
            checks.warn(
                "grammars", "none found: syntax is not checked and most rules rest",
                advice: "run `make setup`, or set HUNKWISE_GRAMMARS to the absolute path of their directory")
            return
        }
        let grammars = Grammars(directory: directory)
        var available: [String] = []
        for language in Language.allCases {
            switch grammars.availability(of: language) {
            case .available: available.append(language.rawValue)
            case .missing(let reason):
                checks.warn("grammar \(language.rawValue)", reason, advice: "run `make setup` again")
            }
        }
        checks.pass("grammars", "\(available.count) of \(Language.allCases.count) in \(Printable.text(directory))")
    }

    private func checkConfiguration(_ checks: inout Checks) {
        do throws(Failure) {
            let settings = try configuration.load().settingsWithoutChange()
            guard let file = settings.configuration.operatorFile else {
                checks.pass("configuration", "none; the static reviewer works without one")
                return
            }
            checks.pass("configuration", Printable.text(file))
            for model in settings.resolution.models {
                if let obstacle = model.obstacle {
                    checks.warn("model \(model.name)", obstacle.reason, advice: "see `hunkwise config check`")
                } else {
                    checks.pass("model \(model.name)", "callable")
                }
            }
            if !settings.resolution.hasCallable { checks.warnOfNoModel() }
            let today = CalendarDay(unixSeconds: time(nil))
            for notice in CatalogueNotice.all(for: settings.resolution.models, today: today) {
                checks.warn("model \(notice.model)", notice.text, advice: notice.advice)
            }
            for warning in settings.resolution.warnings { checks.warn("models", warning, advice: nil) }
        } catch {
            checks.fail("configuration", error.message)
        }
    }

    private func checkForges(_ checks: inout Checks) async {
        let forges: ConfiguredForges
        do throws(Failure) {
            let setup = try configuration.load()
            guard let configuration = try? Configuration(operator: setup.operatorFile), !configuration.forges.isEmpty
            else { return }
            forges = try ConfiguredForges(setup)
        } catch {
            return checks.fail("forges", error.message)
        }
        for (entry, forge) in forges.all {
            for check in await GitHubDoctor(forge).verify(nil) { checks.add(check, of: entry.name) }
        }
        await HookProbe.run(forges.configuration, &checks)
    }

    private func checkStorage(_ checks: inout Checks) {
        let configured = (try? configuration.load()).flatMap { try? Configuration(operator: $0.operatorFile) }
        guard let path = configured?.storagePath ?? DefaultPaths.storage else {
            checks.warn("storage", "neither XDG_STATE_HOME nor HOME is set", advice: "set one when a store is needed")
            return
        }
        do throws(StoreError) {
            guard let health = try Store.inspect(path: path) else {
                checks.pass("storage", "\(Printable.text(path)) is made when first needed")
                return
            }
            checks.pass(
                "storage", "\(Printable.text(path)), SQLite \(health.sqliteVersion), journal \(health.journalMode)")
            for problem in health.problems { checks.fail("storage", Printable.text(problem)) }
        } catch {
            checks.fail("storage", Printable.text(error.description, limit: 600))
        }
    }
}
