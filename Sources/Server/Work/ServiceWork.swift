package import Domain
import FoundationEssentials
import GitRepository
import Reviewing
package import Storage

/// Does every kind of job, and turns whatever goes wrong into an end that is written down.
package struct ServiceWork: JobDoer {
    private let snapshot: @Sendable () -> ServiceSnapshot
    private let memory: ChangeMemory
    private let publications: PublicationStore
    private let takings: Takings
    private let queue: any JobQueue
    private let clock: any WallClock
    private let maxAttempts: Int
    private let sink: @Sendable (WorkEvent) -> Void

    /// Times a job is begun before it is given up: with the pauses between, about four hours of a forge that is ill, or so
    /// many crashes.
    package static let maxAttempts = 20

    /// - Parameters:
    ///   - snapshot: What is in force; asked once for each job.
    ///   - maxAttempts: As the queue has it.
    package init(
        store: Store, queue: any JobQueue, clock: any WallClock, maxAttempts: Int = ServiceWork.maxAttempts,
        sink: @escaping @Sendable (WorkEvent) -> Void, snapshot: @escaping @Sendable () -> ServiceSnapshot
    ) {
        self.snapshot = snapshot
        memory = ChangeMemory(store: store, clock: clock)
        publications = PublicationStore(store: store, clock: clock)
        takings = Takings(store: store, clock: clock)
        self.queue = queue
        self.clock = clock
        self.maxAttempts = maxAttempts
        self.sink = sink
    }

    package func run(_ job: Job, _ control: JobControl) async -> JobEnd {
        let log = WorkLog(job, clock: clock, sink: sink)
        do {
            let now = snapshot()
            switch try JobPayload(job) {
            case .review(let ask): return await review(ask, now, job, control, log)
            case .command(let comment):
                return try await CommandWork(
                    snapshot: now, memory: memory, publications: publications, takings: takings, queue: queue,
                    clock: clock, job: job
                ).run(comment)
            case .resolve(let event): return try await resolve(event, now)
            case .publish(let address, let key): return try await publish(address, key, now, log)
            }
        } catch {
            return end(of: error, job, log)
        }
    }

    private func review(
        _ ask: ReviewAsk, _ now: ServiceSnapshot, _ job: Job, _ control: JobControl, _ log: WorkLog
    ) async -> JobEnd {
        var work = ReviewWork(
            snapshot: now, memory: memory, publications: publications, control: control, job: job, log: log)
        let result: JobEnd
        do {
            result = try await work.run(ask)
        } catch {
            result = end(of: error, job, log)
        }
        // The check of a review that is given up would turn for ever.
        let isGivenUp: String? =
            switch result {
            case .ended(.dead, let reason): reason ?? "it failed"
            case .later(_, let reason, true) where job.attempts >= maxAttempts: reason
            default: nil
            }
        if let reason = isGivenUp { try? await work.close(title: reason) }
        return result
    }

    /// Queues a review for each pull request that a check stands for.
    private func resolve(_ event: RerequestedHead, _ now: ServiceSnapshot) async throws -> JobEnd {
        let probe = ChangeAddress(
            forge: event.forge, repositoryID: event.repositoryID, repository: event.repository, number: 0)
        guard let (forge, _) = now.service(of: probe) else {
            return .ended(.ignored, reason: "the repository is not served any more")
        }
        let numbers = try await forge.openPullRequests(in: event.repository, withHead: event.head)
        guard !numbers.isEmpty else { return .ended(.ignored, reason: "no open pull request has this head") }
        for number in numbers.prefix(20) {
            var address = probe
            address.number = number
            _ = try await queue.add(
                .review(ReviewAsk(address: address, trigger: .rerequested), head: event.head, notBefore: clock.now()))
        }
        return .ended(.done, reason: "reviews of \(numbers.count) pull requests queued")
    }

    private func publish(
        _ address: ChangeAddress, _ key: String, _ now: ServiceSnapshot, _ log: WorkLog
    ) async throws -> JobEnd {
        guard let (forge, _) = now.service(of: address) else {
            return .ended(.ignored, reason: "the repository is not served any more")
        }
        guard let stored = try await publications.publication(key) else {
            return .ended(.dead, reason: "there is no such review any more")
        }
        if stored.record.state == .published { return .ended(.done, reason: "it was published before") }
        let change = try await forge.pullRequest(address)
        guard change.head.id == stored.draft.head else {
            return .ended(.ignored, reason: "the pull request has a newer head than the observed review")
        }
        guard try await publications.begin(key) else { return .ended(.done, reason: "it was published before") }
        let publication = try await forge.publish(stored.draft, log: publications)
        _ = try await publications.finish(key, publication)
        for note in publication.notes { log.of(review: key).note(note, isWarning: true) }
        return .ended(.done, reason: nil)
    }

    // MARK: Errors

    private func end(of error: any Error, _ job: Job, _ log: WorkLog) -> JobEnd {
        // Doubling from 15 seconds to 16 minutes.
        let pause = 15 * Double(1 << min(max(0, job.attempts - 1), 6))
        let result: JobEnd =
            switch error {
            case let error as ForgeError:
                if case .limited(let until) = error.kind {
                    .later(
                        seconds: min(max(1, until.seconds(since: clock.now())), 3700), reason: error.message,
                        counts: false)
                } else if error.isTransient {
                    .later(seconds: pause, reason: error.message, counts: true)
                } else {
                    .ended(.dead, reason: error.message)
                }
            case let error as TransportError:
                error.isTransient || error.kind == .redirected
                    ? .later(seconds: pause, reason: error.description, counts: true)
                    : .ended(.dead, reason: error.description)
            case let error as ChangeLoadingError: .ended(.dead, reason: error.message)
            case let error as JobFault: .ended(.dead, reason: error.description)
            case is CancellationError: .later(seconds: 1, reason: "the work was interrupted", counts: false)
            default: .later(seconds: pause, reason: "\(error)", counts: true)
            }
        let kind = (error as? ForgeError)?.kind
        switch result {
        case .ended(_, let reason): log.note("failed: \(reason ?? "")", isWarning: true, forgeError: kind)
        case .later(_, let reason, _): log.note("later: \(reason)", isWarning: true, forgeError: kind)
        }
        return result
    }
}
