import Domain
import Foundation
import Logging
import Testing

@testable import Server

private func logged(
    _ threshold: LogLevel = .debug, _ body: (ServiceLog) -> Void
) throws -> [[String: String]] {
    let lines = LogLines()
    body(ServiceLog(threshold: Live(threshold), clock: FixedClock(), write: lines.add))
    return try lines.all.map { line in
        #expect(line.hasSuffix("\n") && line.dropLast().utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(object as? [String: Any]).mapValues { "\($0)" }
    }
}

@Suite struct LogTests {
    @Test func `A line is one object that says when, what and about which work`() throws {
        let repository = try #require(RepositoryName("acme/shop"))
        let address = ChangeAddress(forge: "github.com", repositoryID: 1, repository: repository, number: 12)
        let lines = try logged { log in
            log.event(
                .info, "review.done", LogContext(address, delivery: "6f1c", job: 4, review: "ab12"),
                [
                    "seconds": .seconds(1.25), "findings": 3, "spent": .money(Money(picodollars: 13_200_000_000)),
                    "why": "all",
                ])
        }
        #expect(
            lines == [
                [
                    "time": "2026-11-21T10:00:00.123Z", "level": "info", "event": "review.done", "delivery": "6f1c",
                    "job": "4", "review": "ab12", "repository": "acme/shop", "number": "12", "seconds": "1.25",
                    "findings": "3", "spent": "0.0132", "why": "all",
                ]
            ])
    }

    @Test(
        "Hostile text stays one line of valid JSON, cut and visible",
        arguments: [
            "a\nb\r\u{1B}[31mred", "quote \" and \\ back", "\u{202E}gnp.exe\u{200B}", "\u{0}\u{7F}\u{9F}",
            String(repeating: "é", count: 5000), "\u{1F469}\u{200D}\u{1F4BB}", "\u{FFFE}", "</script>", "",
        ])
    func hostile(text: String) throws {
        let lines = LogLines()
        let log = ServiceLog(threshold: Live(.debug), clock: FixedClock(), write: lines.add)
        log.event(.error, "x", LogContext(delivery: text), ["reason": .text(text)])
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1 && line.utf8.count < 8000)
        #expect(!line.dropLast().unicodeScalars.contains { $0.isHidden || $0 == "\n" })
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let read = try #require(object?["reason"] as? String)
        #expect(read == text || read.hasSuffix("…") && text.hasPrefix(read.dropLast()))
    }

    @Test("Levels below the threshold are not written", arguments: LogLevel.allCases)
    func levels(threshold: LogLevel) throws {
        let lines = try logged(threshold) { log in
            for level in LogLevel.allCases { log.event(level, "x") }
        }
        let order = LogLevel.allCases
        let from = try #require(order.firstIndex(of: threshold))
        #expect(lines.map { $0["level"] } == order[from...].map(\.rawValue))
    }

    @Test func `A threshold that is changed holds at once`() {
        let lines = LogLines()
        let threshold = Live(LogLevel.error)
        let log = ServiceLog(threshold: threshold, clock: FixedClock(), write: lines.add)
        log.event(.info, "one")
        threshold.replace(with: .info)
        log.event(.info, "two")
        #expect(lines.all.count == 1 && lines.all[0].contains("\"two\""))
    }

    @Test(
        "Odd seconds are numbers, or nothing",
        arguments: [
            (0.0, "0.000"), (-1.5, "-1.500"), (0.0004, "0.000"), (123_456_789.25, "123456789.250"),
            (Double.nan, "null"), (Double.infinity, "null"), (1e300, "null"),
        ])
    func seconds(value: Double, expected: String) {
        var line = JSONLine()
        line.add("s", seconds: value)
        #expect(String(decoding: line.closed(withLineEnd: false), as: UTF8.self) == "{\"s\":\(expected)}")
    }

    @Test func `Libraries speak through the same log from warnings upwards`() throws {
        let lines = try logged { log in
            var logger = LibraryLogHandler.logger(log, label: "http")
            logger[metadataKey: "port"] = "80"
            logger.info("quiet")
            logger.warning("loud\n\u{1B}", metadata: ["who": "me"])
        }
        #expect(lines.count == 1)
        #expect(
            lines[0]["library"] == "http" && lines[0]["message"] == "loud\n\u{1B}" && lines[0]["level"] == "warning")
        #expect(lines[0]["port"] == "80" && lines[0]["who"] == "me")
    }

    @Test func `No secret, title, comment or body of a delivery gets into the log`() async throws {
        try await Reception.with { reception in
            let canary = "canaryCANARY"
            let settings = try intakeSettings(plainConfiguration, secrets: ["FIRST": "first secret", "SECOND": canary])
            reception.settings.replace(with: settings)
            var sent = SignedDelivery(
                Payload.pullRequest("opened", title: canary, labels: [canary], extra: ",\"x\":\"\(canary)\""))
            _ = try await reception.deliver(sent)
            sent.secret = canary
            sent.id = "two"
            _ = try await reception.deliver(sent)
            sent.secret = "wrong " + canary
            _ = try await reception.deliver(sent)
            _ = try await reception.deliver(
                SignedDelivery(Payload.comment("/hunkwise \(canary)"), event: "issue_comment", id: "three"))
            _ = try await reception.deliver(
                SignedDelivery(Payload.comment("\(canary)", author: "x"), event: "issue_comment", id: "four"))
            _ = try await reception.deliver(SignedDelivery("{\"\(canary)\":", id: "five"))
            _ = try await reception.deliver(SignedDelivery("{\"action\":\"\(canary) x\"}", event: "star", id: "six"))
            let log = reception.log.all
            #expect(log.count >= 7)
            #expect(!log.contains { $0.contains(canary) }, "\(log.first { $0.contains(canary) } ?? "")")
            let metrics = reception.metrics.text([])
            #expect(!metrics.contains(canary))
        }
    }
}
