import Diffs
import Domain
import Testing

@testable import Prompts

@Suite("Probes")
struct ProbeTests {
    private let probes = ProbeCorpus.probes

    private func isClean(_ probe: Probe) -> Bool { probe.kind == .clean }

    @Test("there are enough of each kind, in many languages and all categories, with names of their own")
    func corpus() {
        #expect(probes.count(where: isClean) >= 8 && probes.count { !isClean($0) } >= 16)
        #expect(Set(probes.compactMap { $0.path.fileExtension }).count >= 10)
        #expect(Set(probes.map(\.category)) == Set(Category.allCases))
        #expect(Set(probes.map(\.name)).count == probes.count)
    }

    @Test("every expected line is one the change touches or shows, so that a finding can stand on it")
    func expectedLines() throws {
        for probe in probes {
            let diff = Fixture.diff(path: probe.path.text ?? "", base: probe.base, head: probe.head)
            let file = try #require(try Diff(parsing: diff).files.first)
            #expect(file.added > 0, "\(probe.name)")
            guard case .seeded(let defect, let newLines, let oldLines) = probe.kind else { continue }
            #expect(!newLines.isEmpty && !defect.isEmpty, "\(probe.name)")
            let anchors = file.anchors
            for line in newLines { #expect(anchors.anchor(.new, line) != nil, "\(probe.name) \(line)") }
            for line in oldLines { #expect(anchors.anchor(.old, line)?.kind == .removed, "\(probe.name) \(line)") }
        }
    }

    @Test("no file holds the marks of the corpus")
    func noMarks() {
        for probe in probes {
            for text in [probe.base, probe.head] {
                let text = String(decoding: text, as: UTF8.self)
                #expect(
                    !text.contains("@@") && !text.contains("\n---") && !text.contains("===\n")
                        && !text.hasSuffix("\n\n"))
            }
        }
    }

    @Test("what is not of the form is left out")
    func malformed() {
        let text = """
            === no fields
            --- base
            --- head
            === a | a.py | nonsense | clean
            --- base
            --- head
            === b | b.py | review | clean
            === c | c.py | review | off
            --- base
            1@@
            --- head
            2@@

            """
        let parsed = ProbeCorpus.parse(Array(text.utf8))
        #expect(parsed.map(\.name) == ["c"])
        #expect(parsed.first?.kind == .seeded(defect: "off", newLines: [1], oldLines: [1]))
        #expect(parsed.first?.head == Array("2\n".utf8))
    }

    /// What a model that finds on each probe the given places is worth.
    private func score(_ places: (Probe) -> [ProbeScore.Place]?) -> ProbeScore {
        ProbeScore(probes.map { ProbeScore.Answer(probe: $0, places: places($0)) })
    }

    private func expected(_ probe: Probe) -> [ProbeScore.Place] {
        guard case .seeded(_, let lines, _) = probe.kind else { return [] }
        return lines.sorted().prefix(1).map { ProbeScore.Place(side: .new, line: $0) }
    }

    @Test("the perfect reviewer gets 1, the silent one, the broken one and the one beside the line get 0")
    func extremes() {
        #expect(score(expected).quality == 1)
        #expect(score { _ in [] }.quality == 0)
        #expect(score { _ in nil }.quality == 0)
        #expect(score { _ in nil }.validShare == 0)
        #expect(score { _ in [ProbeScore.Place(side: .new, line: 999)] }.quality == 0)
        #expect(ProbeScore([]).quality == 0)
    }

    @Test("who flags everything gets half of what the hits are worth")
    func alarmist() {
        let score = score { probe in expected(probe) + [ProbeScore.Place(side: .new, line: 999)] }
        #expect(score.quality == 0.5 && score.hitShare == 1 && score.cleanAlarmShare == 1)
    }

    @Test("the quality is the product of the three shares")
    func formula() {
        let seeded = probes.filter { !isClean($0) }
        let clean = probes.filter(isClean)
        let answers =
            seeded.prefix(8).enumerated().map { index, probe in
                ProbeScore.Answer(probe: probe, places: index < 6 ? expected(probe) : [])
            }
            + clean.prefix(2).enumerated().map { index, probe in
                ProbeScore.Answer(probe: probe, places: index == 0 ? [ProbeScore.Place(side: .new, line: 1)] : [])
            }
            + seeded.suffix(2).map { ProbeScore.Answer(probe: $0, places: nil) }
        let score = ProbeScore(answers)
        #expect(score.validShare == 10.0 / 12 && score.hitShare == 0.75 && score.cleanAlarmShare == 0.5)
        #expect(abs(score.quality - 10.0 / 12 * 0.75 * (1 - 0.1 / 2)) < 1e-12)
    }

    @Test("a finding on a removed line is a hit where the removed line is the point")
    func removedLine() throws {
        let probe = try #require(probes.first { $0.name == "owner-check-gone" })
        guard case .seeded(_, _, let old) = probe.kind else {
            Issue.record("it is not seeded")
            return
        }
        #expect(old == [4])
        #expect(
            probe.isHit(side: .old, line: 4) && !probe.isHit(side: .new, line: 1) && !probe.isHit(side: .new, line: nil)
        )
    }
}
