import GitHubServer
import TestKit
import Testing

/// One review stands: each comment once, the check ended.
private func expectOneReview(
    of number: Int, on stage: ServiceStage, comments: Int = 3, at place: SourceLocation = #_sourceLocation
) throws {
    let reviews = try stage.world.reviews(of: number, in: ServiceStage.repository)
    #expect(reviews.map(\.state) == [.commented], "#\(number)", sourceLocation: place)
    let lines = try stage.lineComments(number).map(\.body)
    #expect(lines.count == comments, "#\(number): \(lines)", sourceLocation: place)
    #expect(Set(lines).count == lines.count, "#\(number)", sourceLocation: place)
    let summaries = try stage.world.comments(of: number, in: ServiceStage.repository)
    #expect(summaries.count == 1, "#\(number)", sourceLocation: place)
    #expect(try stage.checks(number).map(\.status) == ["completed"], "#\(number)", sourceLocation: place)
}

/// Each is another question to the model.
private func flawed(_ what: String) -> String {
    ServiceStage.unsafe + "\n    share = 1 / account.members  # BUG: \(what) may be zero"
}

@Suite("While the disk is full")
struct DiskFullTests {
    @Test("deliveries are not acknowledged, and are reviewed once when they come again", arguments: [false, true])
    func intake(isKilled: Bool) async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe)
            let delivery = try stage.github.hooks.prepare(.pull("opened", number, in: ServiceStage.repository))
            #expect(try await stage.readiness() == 200)
            stage.machine.isDiskFull = true
            for _ in 0..<3 { #expect(try await stage.github.hooks.send(delivery).status == 503) }
            #expect(try await stage.readiness() == 503)
            #expect(stage.machine.refused > 0)
            #expect(try await stage.hunkwise("jobs") == "No such jobs.")
            if isKilled { await stage.kill() }
            stage.machine.isDiskFull = false
            if isKilled { try await stage.start() }
            #expect(try await stage.github.hooks.redeliver(delivery).status == 202)
            try await stage.settle()
            try expectOneReview(of: number, on: stage, comments: 2)
            #expect(try await stage.hunkwise("audit", "verify").isEmpty == false)
        }
    }

    @Test("a review under way is neither lost nor posted twice", arguments: [false, true])
    func underWay(isKilled: Bool) async throws {
        let models = try await ServedModels(latency: 500)
        try await onStage(more: models.configuration) { stage in
            let number = try stage.open(flawed("members"))
            #expect(try await stage.deliver("opened", number).status == 202)
            try await stage.eventually("the model is asked") { try await !models.calls().isEmpty }
            stage.machine.isDiskFull = true
            // The answer cannot be kept, nor anything that follows from it.
            let before = stage.machine.refused
            try await stage.eventually("something could not be written") { stage.machine.refused > before + 3 }
            if isKilled { await stage.kill() }
            stage.machine.isDiskFull = false
            if isKilled { try await stage.start() }
            try await stage.settle()
            try expectOneReview(of: number, on: stage)
            #expect(try await stage.hunkwise("audit", "verify").isEmpty == false)
        }
    }
}

@Suite("When the clock is put forward or back")
struct ClockJumpTests {
    /// In seconds; each from the one before, and at last to the true time.
    private static let shifts = [3600, -3600, 40 * 86_400, -40 * 86_400, 0]

    @Test("reviews under way are done once, in the same time, and nobody takes them from their workers")
    func underWay() async throws {
        let models = try await ServedModels(latency: 500)
        try await onStage(more: models.configuration) { stage in
            var numbers: [Int] = []
            for shift in Self.shifts {
                let number = try stage.open(flawed("\(shift) members"), branch: "shift\(shift)")
                numbers.append(number)
                let before = try await models.calls().count
                let delivery = try await stage.deliver("opened", number)
                #expect(delivery.status == 202)
                try await stage.eventually("the model is asked") { try await models.calls().count > before }
                stage.machine.clockShift = shift
                // The other worker looks at the queue now.
                #expect(try await stage.deliver("synchronize", number).status == 202)
                try await stage.settle()
                try expectOneReview(of: number, on: stage)
            }
            let calls = try await models.calls()
            #expect(Set(calls.map(\.bodyDigest)).count == calls.count, "no call was made twice")
            let jobs = try await stage.hunkwise("jobs", "--format", "json")
            #expect(!jobs.contains("\"dead\""), "\(jobs)")
            #expect(!jobs.contains("\"attempts\": 2"), "\(jobs)")
            #expect(!stage.log.contains("worker was lost"))
            for number in numbers { try expectOneReview(of: number, on: stage) }
            #expect(try await stage.hunkwise("audit", "verify").isEmpty == false)
        }
    }

    @Test("what a service left when it was killed is done by the next one")
    func restarts() async throws {
        let models = try await ServedModels(latency: 500)
        try await onStage(more: models.configuration) { stage in
            for shift in [40 * 86_400, -3600, 0] {
                let number = try stage.open(flawed("\(shift) members"), branch: "shift\(shift)")
                let before = try await models.calls().count
                let delivery = try await stage.deliver("opened", number)
                #expect(delivery.status == 202)
                try await stage.eventually("the model is asked") { try await models.calls().count > before }
                await stage.kill()
                stage.machine.clockShift = shift
                try await stage.start()
                try await stage.settle()
                try expectOneReview(of: number, on: stage)
            }
            let calls = try await models.calls()
            #expect(calls.count - Set(calls.map(\.bodyDigest)).count <= 3, "one at each kill")
            #expect(try await stage.hunkwise("audit", "verify").isEmpty == false)
        }
    }
}
