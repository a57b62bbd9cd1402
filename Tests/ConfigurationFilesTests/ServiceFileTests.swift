import Domain
import Testing

@testable import ConfigurationFiles

/// The service's blocks of the operator's file.
private let serviceBlocks = """
    forges:
      - kind: github
        url: https://github.example.com/
        app_id: 123
        private_key_file: /run/secrets/app.pem
        webhook_secrets_env: [HUNKWISE_WEBHOOK_SECRET, HUNKWISE_WEBHOOK_SECRET_NEXT]
        webhook_secrets_files: [/run/secrets/webhook]
        repositories:
          - {match: "acme/*", budget: {month_usd: 20, change_usd: 0.50}, mode: review}
      - kind: github
        token_env: GITHUB_TOKEN
        mode: summary
        repositories: [{match: acme/shop}]
    server: {listen: "0.0.0.0:8080", admin_listen: "[::1]:8081", admin_token_env: HUNKWISE_ADMIN_TOKEN, workers: 2, quiet_seconds: 0, public_url: "https://hunkwise.example.com/hooks/", log_level: warning}
    marker_key_env: HUNKWISE_MARKER_KEY
    skip: {drafts: false, bots: skip, authors: ["*[bot]"], labels: ["no review"], titles: ["WIP*"], branches: ["release/**"], base_branches: [legacy], max_files: 300, max_changed_lines: 20000}
    outsiders: {review: full, window_share: 0.125, author_day_usd: 0.2}
    checks: {on_skip: failure, name: Second look}
    review: {comment_when_clean: true, cost_report: off, request_changes_from: critical}
    git: {enabled: false, directory: /var/lib/hunkwise/git, max_megabytes: 500, timeout_seconds: 60}
    commands: {enabled: false, per_person_hour: 3, per_change_hour: 4}

    """

private func one(_ entry: String, mode: String = "review") throws -> Configuration {
    try load("mode: \(mode)\nforges: [{kind: github, token_env: T, \(entry)}]")
}

@Suite struct ServiceFileTests {
    @Test func `Every key of the service has its place`() throws {
        let configuration = try load(serviceBlocks)
        let app = configuration.forges[0]
        #expect(app.url == "https://github.example.com" && app.name == "github.example.com")
        #expect(app.apiBase == "https://github.example.com/api/v3")
        guard case .app(123, let key) = app.credential else {
            Issue.record("not an App")
            return
        }
        #expect(key.place == .file("/run/secrets/app.pem") && key.origin == .file("hunkwise.yaml", line: 5))
        #expect(
            app.webhookSecrets.map(\.place) == [
                .environment("HUNKWISE_WEBHOOK_SECRET"), .environment("HUNKWISE_WEBHOOK_SECRET_NEXT"),
                .file("/run/secrets/webhook"),
            ])
        #expect(app.repositories.first?.budget.month?.usd == "20" && app.repositories.first?.mode == .review)
        let token = configuration.forges[1]
        #expect(token.name == "github.com" && token.apiBase == "https://api.github.com" && token.mode == .summary)
        #expect(token.credential.source.place == .environment("GITHUB_TOKEN"))
        let server = configuration.server
        #expect(server.listen == ListenAddress(host: "0.0.0.0", port: 8080))
        #expect(server.adminListen.description == "[::1]:8081" && server.workers == 2 && server.quietSeconds == 0)
        #expect(server.publicURL == "https://hunkwise.example.com/hooks" && server.logLevel == .warning)
        #expect(server.adminToken?.place == .environment("HUNKWISE_ADMIN_TOKEN"))
        #expect(configuration.markerKey?.key == "marker_key_env")
        let skip = configuration.skip
        #expect(!skip.drafts && skip.bots == .skip && skip.maxFiles == 300 && skip.maxChangedLines == 20_000)
        #expect(skip.authors == ["*[bot]"] && skip.labels == ["no review"] && skip.titles == ["WIP*"])
        #expect(skip.branches == ["release/**"] && skip.baseBranches == ["legacy"])
        #expect(configuration.outsiders.review == .full && configuration.outsiders.windowShareThousandths == 125)
        #expect(configuration.outsiders.authorDay?.usd == "0.2")
        #expect(configuration.checks.onSkip == .failure && configuration.checks.name == "Second look")
        let review = configuration.review
        #expect(review.commentsWhenClean && review.costReport == .off && review.requestsChangesFrom == .critical)
        #expect(!configuration.git.isEnabled && configuration.git.directory == "/var/lib/hunkwise/git")
        #expect(configuration.git.maxMegabytes == 500 && configuration.git.timeoutSeconds == 60)
        #expect(!configuration.commands.isEnabled && configuration.commands.perPersonHour == 3)
        #expect(configuration.commands.perChangeHour == 4)
    }

    @Test func `What is written and what is not are both listed with their origin`() throws {
        let lines = try one("repositories: [{match: a/b, budget: {day_usd: 1}}]").listing.map {
            "\($0.key) = \($0.value)  (\($0.origin))"
        }
        for line in [
            "forges[0].token_env = T  (hunkwise.yaml:2)", "forges[0].repositories[0].match = a/b  (hunkwise.yaml:2)",
            "forges[0].repositories[0].budget.day_usd = $1  (hunkwise.yaml:2)", "skip.drafts = true  (default)",
            "server.listen = 127.0.0.1:8080  (default)", "server.admin_listen = off: no token  (default)",
            "review.request_changes_from = none  (default)", "outsiders.window_share = 0.25  (default)",
        ] {
            #expect(lines.contains(line), "\(line) is not in \(lines)")
        }
    }

    @Test(
        "The most specific entry serves a repository",
        arguments: [
            ("acme/shop", "acme/shop", ReviewMode.review), ("ACME/Shop", "acme/shop", .review),
            ("acme/shopping", "acme/shop*", .summary), ("acme/web", "acme/*", .observe),
            ("acme/x-legacy", "acme/*", .observe), ("other/tool", "**", .off),
        ])
    func specific(name: String, match: String, mode: ReviewMode) throws {
        let configuration = try one(
            """
            repositories: [{match: "**", mode: off}, {match: "*/*-legacy", mode: off}, {match: "acme/*"}, \
            {match: "acme/shop*", mode: summary}, {match: acme/shop}]
            """)
        let repository = try #require(RepositoryName(name))
        let served = configuration.forges[0].service(of: repository, otherwise: configuration.mode)
        #expect(served?.match == match && served?.mode == mode)
    }

    @Test func `Nothing else is served`() throws {
        let configuration = try one("repositories: [{match: acme/shop}, {match: \"tools/*\"}]")
        let served = ServedRepositories(configuration.forges[0], otherwise: .review)
        for name in ["acme/shops", "acme/sho", "xacme/shop", "shop/acme", "tool/s"] {
            #expect(served.service(of: try #require(RepositoryName(name))) == nil, "\(name)")
        }
    }

    @Test(
        "Modes: the entry's, else the forge's, else observe for what a pattern found, else the top one",
        arguments: [
            ("repositories: [{match: a/b, mode: off}], mode: summary", "review", ReviewMode.off),
            ("repositories: [{match: a/b}], mode: summary", "review", .summary),
            ("repositories: [{match: a/*}], mode: summary", "review", .summary),
            ("repositories: [{match: \"a/*\"}]", "review", .observe),
            ("repositories: [{match: a/b}]", "summary", .summary),
            ("repositories: [{match: \"a/*\"}]", "off", .off), ("repositories: [{match: a/b}]", "off", .off),
        ])
    func modes(entry: String, top: String, mode: ReviewMode) throws {
        let configuration = try one(entry.replacing("a/*}", with: "\"a/*\"}"), mode: top)
        let repository = try #require(RepositoryName("a/b"))
        #expect(configuration.forges[0].service(of: repository, otherwise: configuration.mode)?.mode == mode)
    }

    @Test func `The budget of a forge's entry joins the repository's limits, the stricter of each kind`() throws {
        let configuration = try load(
            """
            forges:
              - {kind: github, token_env: T, repositories: [{match: "acme/*", budget: {month_usd: 20, change_usd: 0.5}}]}
              - {kind: github, url: "https://ghe.example", token_env: U, repositories: [{match: "acme/*", budget: {day_usd: 1}}]}
            budgets: {repositories: {"acme/*": {month_usd: 50, change_usd: 0.25}}}
            """, repository: "budget: {month_usd: 30}")
        func limits(_ forge: String?) -> [String] {
            configuration.claims(
                of: BudgetSubjects(
                    review: "r", change: "c", repository: "acme/shop", account: "acme/shop", forge: forge)
            ).map { "\($0.name) \($0.claim.limit.usd)" }
        }
        #expect(limits("github.com") == ["repository change 0.25", "repository month 20"])
        #expect(limits("ghe.example") == ["repository change 0.25", "repository day 1", "repository month 30"])
        #expect(limits(nil) == ["repository change 0.25", "repository day 1", "repository month 20"])
    }

    @Test func `Outsiders share a part of every window, and one of them has a daily sum`() throws {
        let configuration = try load(
            "budgets: {global: {day_usd: 10}, organisations: {acme: {month_usd: 0.001}}}\noutsiders: {author_day_usd: 0.1}"
        )
        let subjects = BudgetSubjects(
            review: "r", change: "c", repository: "acme/shop", account: "acme/shop", outsider: "github.com/7")
        let claims = configuration.claims(of: subjects).map(\.claim)
        #expect(
            claims.suffix(3) == [
                BudgetClaim(
                    scope: .outsiders, subject: "global", window: .day, limit: Money(picodollars: 2_500_000_000_000)),
                BudgetClaim(
                    scope: .outsiders, subject: "organisation acme", window: .month,
                    limit: Money(picodollars: 250_000_000)),
                BudgetClaim(
                    scope: .author, subject: "github.com/7", window: .day,
                    limit: Money(picodollars: 100_000_000_000)),
            ])
        #expect(claims.count == 5)
        var insider = subjects
        insider.outsider = nil
        #expect(configuration.claims(of: insider).count == 2)
    }

    @Test func `The outsiders' part of any limit is exact and never more than the limit`() {
        var settings = OutsiderSettings()
        var random = SplitMix(seed: 5)
        for _ in 0..<1000 {
            settings.windowShareThousandths = Int.random(in: 0...1000, using: &random)
            let limit = Money(picodollars: Int64.random(in: 0...Int64.max, using: &random))
            let (high, low) = limit.picodollars.multipliedFullWidth(by: Int64(settings.windowShareThousandths))
            #expect(settings.share(of: limit).picodollars == Int64(1000).dividingFullWidth((high, low)).quotient)
        }
    }

    @Test(
        "A repository may skip more, never less",
        arguments: [
            ("skip: {titles: [\"draft*\"], max_files: 10}", "titles=wip*,draft* files=10 drafts=true notes=0"),
            ("skip: {drafts: false, max_files: 1000}", "titles=wip* files=100 drafts=true notes=2"),
        ])
    func narrows(repository: String, expected: String) throws {
        let configuration = try load("skip: {titles: [\"wip*\"], max_files: 100}", repository: repository)
        let skip = configuration.skip
        #expect(
            "titles=\(skip.titles.joined(separator: ",")) files=\(skip.maxFiles ?? 0) drafts=\(skip.drafts) notes=\(configuration.notes.count)"
                == expected)
    }

    @Test(
        "Only the operator may set these",
        arguments: [
            "skip: {bots: review}", "review: {cost_report: off}", "review: {request_changes_from: none}",
            "outsiders: {review: full}", "checks: {on_skip: neutral}", "git: {enabled: false}", "commands: {}",
            "marker_key_env: X",
        ])
    func operators(text: String) {
        let lines = problems("", repository: text).map(\.description)
        #expect(lines.count == 1 && lines[0].contains("only the operator may set this"), "\(lines)")
    }

    @Test(
        "A listening address",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1:8080"), (":80", "0.0.0.0:80"), ("[::1]:0", "[::1]:0"),
            ("LocalHost:65535", "localhost:65535"), ("8080", nil), ("a:65536", nil), ("a:-1", nil), ("a:+1", nil),
            ("::1:80", nil), ("[a]:80", nil), ("a b:80", nil), ("http://a:80", nil), ("a:", nil),
        ] as [(String, String?)])
    func addresses(text: String, expected: String?) {
        #expect(ListenAddress(text)?.description == expected)
    }
}
