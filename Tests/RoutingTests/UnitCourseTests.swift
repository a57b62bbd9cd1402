import Diffs
import Domain
import Testing

@testable import Routing

private let start = Instant(milliseconds: 1_800_000_000_000)
private let deadline = start.advanced(bySeconds: 600)

private func candidate(_ name: String, at endpoint: String? = nil, window: Int = 100_000) -> FallbackOrder.Candidate {
    FallbackOrder.Candidate(
        name: name, key: Breakers.Key(provider: name, model: name), endpoint: endpoint ?? name, contextWindow: window,
        gain: 1)
}

private func order(_ candidates: [FallbackOrder.Candidate], canSplit: Bool = true) -> FallbackOrder {
    FallbackOrder(candidates: candidates, canSplit: canSplit)
}

/// Drives a course against breakers on a clock that jumps from step to step.
private struct Drive {
    var course: UnitCourse
    var breakers = Breakers(configurationDigest: "")
    var now = start
    var random = Seeded(5)
    var asked: [String] = []
    let candidates: [FallbackOrder.Candidate]

    init(_ candidates: [FallbackOrder.Candidate], canSplit: Bool = true, maySplit: Bool = true) {
        self.candidates = candidates
        course = UnitCourse(order: order(candidates, canSplit: canSplit), maySplit: maySplit)
    }

    /// Calls until the course ends or `answer` has none to give; returns how it ended.
    mutating func run(_ answer: (String, Int, Bool) -> UnitCourse.Setback?) -> UnitCourse.Step? {
        let opening: (FallbackOrder.Candidate) -> Instant? = { [breakers, now] in breakers.opening(of: $0.key, at: now)
        }
        var step = course.start(now: now, deadline: deadline, opening: opening)
        while case .call(let name, let seconds, let less) = step {
            now = now.advanced(bySeconds: seconds)
            guard let key = candidates.first(where: { $0.name == name })?.key,
                case .pass(let ticket) = breakers.admit(key, at: now)
            else { return step }
            asked.append(name)
            guard let setback = answer(name, asked.count, less) else {
                breakers.succeeded(key, ticket)
                return nil
            }
            if case .failed(let failure) = setback {
                breakers.failed(key, ticket, with: failure, at: now)
            } else {
                breakers.succeeded(key, ticket)
            }
            let moment = now
            let state = breakers
            step = course.next(
                after: setback, of: name, now: now, deadline: deadline,
                opening: { state.opening(of: $0.key, at: moment) }, using: &random)
        }
        return step
    }
}

private func failed(_ kind: CallFailure.Kind) -> UnitCourse.Setback { .failed(CallFailure(kind, "")) }

@Suite struct UnitCourseTests {
    @Test func `A failed endpoint is left at once for the next that can serve`() {
        var drive = Drive([candidate("a"), candidate("b"), candidate("c")])
        #expect(drive.run { name, _, _ in name == "a" ? failed(.serverError) : nil } == nil)
        #expect(drive.asked == ["a", "b"])
        #expect(drive.now == start, "no wait when another can serve")
    }

    @Test func `A lone endpoint is tried again after a wait`() {
        var drive = Drive([candidate("a")])
        #expect(drive.run { _, call, _ in call < 3 ? failed(.timeout) : nil } == nil)
        #expect(drive.asked == ["a", "a", "a"])
        #expect(drive.now > start)
    }

    @Test func `Two that fail are tried alike`() {
        var drive = Drive([candidate("a"), candidate("b")])
        let end = drive.run { _, _, _ in failed(.serverError) }
        #expect(drive.asked.prefix(2) == ["a", "b"])
        #expect(drive.asked.sorted() == ["a", "a", "a", "b", "b", "b"])
        #expect(end == .stop(.callsUsedUp))
    }

    @Test func `When a place fails, models at another place come before those at the same`() {
        var drive = Drive([candidate("a", at: "x"), candidate("b", at: "x"), candidate("c", at: "y")])
        _ = drive.run { name, _, _ in name == "c" ? nil : failed(.transport) }
        #expect(drive.asked == ["a", "c"])
    }

    @Test("Whatever fails, the calls of a unit stay within the cap", arguments: CallFailure.Kind.allCases)
    func everythingFails(_ kind: CallFailure.Kind) {
        for count in 1...9 {
            var drive = Drive((0..<count).map { candidate("m\($0)") })
            let end = drive.run { _, _, _ in failed(kind) }
            #expect(drive.asked.count <= UnitCourse.mostCalls)
            #expect(end != nil)
        }
    }

    @Test func `A healthy endpoint among failing ones is always reached`() {
        var random = Seeded(8)
        let kinds = CallFailure.Kind.allCases.filter { $0 != .cancelled && $0 != .contextTooLong }
        for _ in 0..<500 {
            let count = Int.random(in: 1...6, using: &random)
            let healthy = "m\(Int.random(in: 0..<count, using: &random))"
            var drive = Drive((0..<count).map { candidate("m\($0)") })
            let kind = kinds.randomElement(using: &random) ?? .timeout
            #expect(drive.run { name, _, _ in name == healthy ? nil : failed(kind) } == nil, "\(kind), \(count)")
            #expect(drive.asked.last == healthy)
            #expect(drive.asked.count <= count)
        }
    }

    @Test func `Money, rights and malformed answers never lead back to the same model`() {
        for kind in [
            CallFailure.Kind.money, .unauthorised, .unknownModel, .malformed, .badRequest, .refused, .tooLarge,
        ] {
            var drive = Drive([candidate("a")])
            #expect(drive.run { _, _, _ in failed(kind) } == .stop(.noModelLeft))
            #expect(drive.asked == ["a"])
        }
    }

    @Test func `A model that thinks its limit away is followed by the next, or asked once more to think less`() {
        var pair = Drive([candidate("a"), candidate("b")])
        #expect(pair.run { name, _, _ in name == "a" ? failed(.starved) : nil } == nil)
        #expect(pair.asked == ["a", "b"])
        var alone = Drive([candidate("a")])
        var flags: [Bool] = []
        #expect(
            alone.run { _, _, less in
                flags.append(less)
                return less ? nil : failed(.starved)
            } == nil)
        #expect(flags == [false, true])
        var hopeless = Drive([candidate("a")])
        #expect(hopeless.run { _, _, _ in failed(.starved) } == .stop(.noModelLeft))
        #expect(hopeless.asked.count == 2)
    }

    @Test func `What is too long is cut once, then only larger windows are tried`() {
        var whole = Drive([candidate("a"), candidate("b")])
        #expect(whole.run { _, _, _ in failed(.contextTooLong) } == .split)
        var part = Drive(
            [candidate("a", window: 8000), candidate("b", window: 8000), candidate("c", window: 200_000)],
            maySplit: false)
        #expect(part.run { name, _, _ in name == "c" ? nil : failed(.contextTooLong) } == nil)
        #expect(part.asked == ["a", "c"])
        var cut = Drive([candidate("a"), candidate("b")])
        #expect(cut.run { _, _, _ in .cutByLimit } == .split)
        var single = Drive([candidate("a"), candidate("b")], canSplit: false)
        #expect(single.run { name, _, _ in name == "a" ? .cutByLimit : nil } == nil)
        #expect(single.asked == ["a", "b"])
    }

    @Test func `Want of money is no call, and is said at the end`() {
        var drive = Drive([candidate("a"), candidate("b")])
        #expect(drive.run { _, _, _ in .unaffordable } == .stop(.unaffordable))
        #expect(drive.asked == ["a", "b"])
        #expect(drive.course.calls == 0)
    }

    @Test func `A lone endpoint that rests is waited for, within the deadline`() {
        var course = UnitCourse(order: order([candidate("a")]))
        let soon = start.advanced(bySeconds: 5)
        #expect(
            course.start(now: start, deadline: deadline, opening: { _ in soon })
                == .call("a", after: 5, lessThinking: false))
        var late = UnitCourse(order: order([candidate("a")]))
        #expect(late.start(now: start, deadline: soon, opening: { _ in soon }) == .stop(.deadline))
        var barred = UnitCourse(order: order([candidate("a")]))
        #expect(barred.start(now: start, deadline: deadline, opening: { _ in nil }) == .stop(.noModelLeft))
    }

    @Test func `Repairs count against the cap`() {
        var course = UnitCourse(order: order([candidate("a")]))
        for _ in 0..<UnitCourse.mostCalls { course.countRepair() }
        #expect(!course.mayRepair)
        #expect(course.start(now: start, deadline: deadline, opening: { _ in start }) == .stop(.callsUsedUp))
    }
}

@Suite struct FallbackOrderTests {
    private func names(
        _ request: AllocationRequest, first: String, risk: Double = 0.8, paths: [String] = ["a.py"], lines: Int = 10
    ) -> [String] {
        let parts = paths.map { path in
            FallbackOrder.Part(
                path: Path(path), segment: segment(.review, risk: risk, lines: lines),
                size: SegmentSize(promptBytes: 40 * lines, serialisedBytes: 45 * lines, bytesPerToken: 4))
        }
        return FallbackOrder(request, category: .review, parts: parts, first: first).candidates.map(\.name)
    }

    private let middle = model("middle", input: "1", output: "5", quality: "0.8")

    @Test func `The planned model, then what is worth most after cost`() {
        #expect(
            names(request([], [cheapModel, middle, strongModel]), first: "middle") == ["middle", "strong", "cheap"])
        #expect(
            names(request([], [cheapModel, middle, strongModel]), first: "cheap", risk: 0.005).first == "cheap")
    }

    @Test func `The configured list comes first, in its order, and a model it names need not be worth its price`() {
        let listed = request(
            [], [cheapModel, middle, strongModel], tweak: { $0.fallback = [.review: ["cheap", "strong", "gone"]] })
        #expect(names(listed, first: "middle") == ["middle", "cheap", "strong"])
        let dull = request([], [cheapModel, strongModel], tweak: { $0.fallback = [.review: ["strong"]] })
        #expect(names(dull, first: "cheap", risk: 0.000_01) == ["cheap", "strong"])
        #expect(names(request([], [cheapModel, strongModel]), first: "cheap", risk: 0.000_01) == ["cheap"])
    }

    @Test func `Nothing in it loosens a filter`() {
        let elsewhere = model("elsewhere", output: "5", quality: "0.9") { $0.residency = "us" }
        let home = model("home", output: "5", quality: "0.6") { $0.residency = "local" }
        let policy: @Sendable (Path) -> AllowedResidency = {
            $0.bytes.starts(with: Array("pay/".utf8)) ? .only(["local"]) : .anywhere
        }
        let entries = [home, elsewhere]
        let list: (inout RoutingSettings) -> Void = { $0.fallback = [.review: ["elsewhere", "home"]] }
        #expect(names(request([], entries, residency: policy, tweak: list), first: "home") == ["home", "elsewhere"])
        #expect(
            names(request([], entries, residency: policy, tweak: list), first: "home", paths: ["a.py", "pay/b.py"]) == [
                "home"
            ],
            "one part that must stay keeps the whole unit")
        let narrow = model("narrow", output: "5", quality: "0.9") { $0.supportedTasks = [.debugging] }
        let small = model("small", output: "5", quality: "0.9") { $0.contextWindow = 1000 }
        let all = request(
            [], [strongModel, narrow, small, cheapModel],
            bounds: [BudgetBound(name: "change", limit: Money(picodollars: 50_000_000_000))],
            tweak: {
                $0.fallback = [.review: ["narrow", "small", "cheap", "strong"]]
                $0.qualityFloor = PerCategory(byCategory: [.review: 0.7])
            })
        #expect(names(all, first: "strong").isEmpty, "the strong one's worst case passes the budget")
        #expect(names(request([], [strongModel, narrow, small]), first: "strong", lines: 200) == ["strong"])
    }
}
