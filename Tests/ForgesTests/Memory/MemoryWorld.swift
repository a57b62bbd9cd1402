import CryptoExtras
import Domain
import Forges
import TestKit

/// A GitHub in memory, a log, and a forge that waits without waiting.
struct MemoryWorld {
    static let key = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }
    static func pem() throws -> Secret { Secret(try key.get().pemRepresentation) }
    static let markerKey = Secret("0123456789abcdef0123456789abcdef")
    static let address = RepositoryName("acme/shop").map {
        ChangeAddress(forge: "github.com", repositoryID: 7, repository: $0, number: 12)
    }

    let clock = ManualClock(Instant(milliseconds: 1_790_000_000_000))
    let hub: MemoryGitHub
    var log = MemoryLog()
    var isApp = true

    init(asApp isApp: Bool = true, _ prepare: (inout MemoryGitHub.State) -> Void = { _ in }) {
        self.isApp = isApp
        hub = MemoryGitHub(clock: clock) { state in
            state.me = isApp ? .app : .owner
            prepare(&state)
        }
    }

    func settings() throws -> GitHubSettings {
        try GitHubSettings(
            address: GitHubWebAddress("https://github.com"),
            credential: isApp
                ? .app(id: 99, privateKey: try Self.pem())
                : .token(Secret(MemoryGitHub.token)),
            markerKey: Self.markerKey)
    }

    var timing: ForgeTiming {
        let clock = clock
        let hub = hub
        return ForgeTiming(
            clock: clock,
            sleep: { seconds in
                if hub.isKilled { throw CancellationError() }
                clock.advance(bySeconds: seconds)
            }, random: { 0.5 })
    }

    /// As after a start of the process: nothing is remembered but the log.
    func forge(_ limits: ForgeLimits = ForgeLimits()) throws -> GitHubForge {
        hub.with { $0.isKilled = false }
        return try GitHubForge(settings: settings(), transport: hub, timing: timing, limits: limits)
    }
}
