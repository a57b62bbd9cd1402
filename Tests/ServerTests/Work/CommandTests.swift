import Domain
import Testing

@testable import Server

@Suite("Commands in comments")
struct CommandTests {
    @Test(
        "are read from the first line",
        arguments: [
            ("/hunkwise review", Command.review), ("/hunkwise full", .full), ("/hunkwise pause", .pause),
            ("/hunkwise resume", .resume), ("/hunkwise help", .help), ("/hunkwise", .help),
            ("/hunkwise  review  ", .review), ("/hunkwise\treview", .review),
            ("/hunkwise review\nplease, and thank you", .review), ("/hunkwise review\r\n", .review),
            ("/hunkwise ignore", .ignore(nil)), ("/hunkwise ignore 0a1b2c3d", .ignore("0a1b2c3d")),
            ("/hunkwise explain", .explain(nil)),
            ("/hunkwise category src/parser/** algorithm", .category(path: "src/parser/**", .algorithm)),
            ("/hunkwise budget 0.25", .budget(Money(picodollars: 250_000_000_000))),
            ("/hunkwise budget 0", .budget(.zero)),
        ])
    func understood(body: String, command: Command) {
        #expect(Command.read(body) == .command(command))
    }

    @Test(
        "are nothing where they do not begin the comment",
        arguments: [
            "", "review", "please /hunkwise review", " /hunkwise review", "> /hunkwise review",
            "<!-- /hunkwise review -->", "```\n/hunkwise review\n```", "\n/hunkwise review", "/hunkwiser review",
            "/Hunkwise review", "@hunkwise review", "/hunkw\u{456}se review", "\u{FEFF}/hunkwise review",
            "/hunkwise\u{00A0}review", "/hunkwise " + String(repeating: "x", count: 600),
        ])
    func notForUs(body: String) {
        #expect(Command.read(body) == .none)
    }

    @Test(
        "are refused with anything that is not of the list, configuration above all",
        arguments: [
            "/hunkwise review --config.model=x", "/hunkwise --openai.api_base=https://evil.example",
            "/hunkwise OPENAI__API_BASE=https://evil.example", "/hunkwise full now", "/hunkwise merge",
            "/hunkwise review https://github.com.evil.tld/a/b/pull/1", "/hunkwise ignore ../../etc",
            "/hunkwise ignore abc", "/hunkwise ignore 0a1b2c3d 0a1b2c3e", "/hunkwise category src algorithmic",
            "/hunkwise category algorithm", "/hunkwise category [a algorithm", "/hunkwise budget",
            "/hunkwise budget -1", "/hunkwise budget 1e99999",
            "/hunkwise budget $5", "/hunkwise budget NaN", "/hunkwise r\u{435}view", "/hunkwise review \u{202E}",
        ])
    func misunderstood(body: String) {
        guard case .misunderstood(let answer) = Command.read(body) else {
            Issue.record("understood: \(Command.read(body))")
            return
        }
        #expect(!answer.contains("evil"), "a comment's own words are never repeated")
    }
}
