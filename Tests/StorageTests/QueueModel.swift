import Domain

/// What the queue is to do, said as plainly as can be: lists in memory that are searched from end to end.
struct QueueModel {
    struct Entry {
        var job: Job
        var waitingSince: Instant
        var rank: Int
        var isDue = false
        var wakesAt: Instant?
        var wakeSetAt: Instant
        /// Tells the leases of a job apart.
        var lease: Int?
        var leasedAt: Instant?
        var stop: (state: JobState, reason: String)?
    }

    var entries: [Entry] = []
    var deliveries: [String: Int64?] = [:]
    var pauses: Set<String?> = []
    private var served: [String: Int] = [:]
    private var repositories: [String] = []
    private var leases = 0
    private let maxAttempts = 3

    func index(_ id: Int64) -> Int? { entries.firstIndex { $0.job.id == id } }

    // MARK: Intake

    mutating func accept(_ id: String, _ intake: Intake, now: Instant) -> Acceptance {
        if let known = deliveries[id] {
            guard let job = known, let index = index(job), entries[index].job.state == .dead else { return .duplicate }
            enqueue(index, at: now, attempts: 0, now: now)
            return .requeued(job: job)
        }
        switch intake {
        case .job(let request):
            let job = add(request, now: now)
            deliveries[id] = .some(job)
            return .queued(job: job)
        case .withdraw(let change, let reason):
            for index in open(change, .review) { end(index, asked: .ignored, reason, now: now) }
            deliveries[id] = .some(nil)
            return .ignored(reason: reason)
        case .ignored(let reason):
            deliveries[id] = .some(nil)
            return .ignored(reason: reason)
        }
    }

    private func open(_ change: String, _ kind: JobKind) -> [Int] {
        entries.indices.filter {
            let job = entries[$0].job
            return job.request.change == change && job.request.kind == kind && !job.state.isEnded
        }
    }

    mutating func add(_ request: JobRequest, now: Instant) -> Int64 {
        let id = Int64(entries.count) + 1
        var request = request
        var since = now
        if request.supersedes {
            let former = open(request.change, request.kind).filter {
                let head = entries[$0].job.request.head
                return entries[$0].job.state == .queued || head == nil || head != request.head
            }
            for index in former where entries[index].job.state == .queued {
                since = min(since, entries[index].waitingSince)
            }
            let quiet = max(0, request.notBefore.seconds(since: now))
            request.notBefore = min(request.notBefore, since.advanced(bySeconds: 4 * quiet))
            for index in former { end(index, asked: .superseded, "job \(id) took its place", now: now) }
        }
        if !repositories.contains(request.repository) { repositories.append(request.repository) }
        let job = Job(id: id, request: request, state: .queued, attempts: 0, createdAt: now, changedAt: now)
        entries.append(
            Entry(
                job: job, waitingSince: since, rank: request.priority.rawValue, wakesAt: request.notBefore,
                wakeSetAt: now))
        return id
    }

    // MARK: States

    private mutating func enqueue(_ index: Int, at time: Instant, attempts: Int, now: Instant) {
        var entry = entries[index]
        entry.job.state = .queued
        entry.job.attempts = attempts
        entry.job.changedAt = now
        entry.job.leaseEndsAt = nil
        entry.job.request.notBefore = time
        entry.waitingSince = now
        entry.rank = entry.job.request.priority.rawValue
        entry.isDue = false
        entry.wakesAt = time
        entry.wakeSetAt = now
        entry.lease = nil
        entry.leasedAt = nil
        entry.stop = nil
        entries[index] = entry
    }

    private mutating func end(_ index: Int, as state: JobState, now: Instant) {
        entries[index].job.state = state
        entries[index].job.changedAt = now
        entries[index].job.leaseEndsAt = nil
        entries[index].wakesAt = nil
        entries[index].lease = nil
        entries[index].leasedAt = nil
        entries[index].stop = nil
    }

    private mutating func end(_ index: Int, asked state: JobState, _ reason: String, now: Instant) {
        if entries[index].job.state == .running {
            if entries[index].stop == nil { entries[index].stop = (state, reason) }
        } else {
            end(index, as: state, now: now)
        }
    }

    private mutating func leave(_ index: Int, until: Instant, attempts: Int, counts: Bool, now: Instant) {
        if let stop = entries[index].stop {
            end(index, as: stop.state, now: now)
        } else if counts, attempts >= maxAttempts {
            end(index, as: .dead, now: now)
        } else {
            enqueue(index, at: until, attempts: attempts, now: now)
        }
    }

    // MARK: Work

    /// - Returns: The job's id and the lease's number.
    mutating func lease(for length: Double, now: Instant) -> (Int64, Int)? {
        for index in entries.indices { mend(index, now: now) }
        for index in entries.indices {
            guard let end = entries[index].job.leaseEndsAt, end <= now else { continue }
            leave(index, until: now, attempts: entries[index].job.attempts, counts: true, now: now)
        }
        for index in entries.indices {
            guard let time = entries[index].wakesAt, time <= now else { continue }
            if entries[index].isDue { entries[index].rank -= 1 }
            entries[index].isDue = true
            entries[index].wakesAt = entries[index].rank > 0 ? now.advanced(bySeconds: 600) : nil
            entries[index].wakeSetAt = now
        }
        if pauses.contains(nil) { return nil }
        let best = candidates().min { order($0).lexicographicallyPrecedes(order($1)) }
        guard let best else { return nil }
        leases += 1
        served[entries[best].job.request.repository] = (served.values.max() ?? 0) + 1
        entries[best].job.state = .running
        entries[best].job.attempts += 1
        entries[best].job.changedAt = now
        entries[best].job.leaseEndsAt = now.advanced(bySeconds: length)
        entries[best].isDue = false
        entries[best].wakesAt = nil
        entries[best].lease = leases
        entries[best].leasedAt = now
        return (entries[best].job.id, leases)
    }

    private mutating func mend(_ index: Int, now: Instant) {
        if let from = entries[index].leasedAt, from > now, let end = entries[index].job.leaseEndsAt {
            entries[index].job.leaseEndsAt = end.advanced(bySeconds: now.seconds(since: from))
            entries[index].leasedAt = now
        }
        guard let time = entries[index].wakesAt, entries[index].wakeSetAt > now else { return }
        let back = now.seconds(since: entries[index].wakeSetAt)
        entries[index].wakesAt = time.advanced(bySeconds: back)
        if !entries[index].isDue {
            entries[index].job.request.notBefore = entries[index].job.request.notBefore.advanced(bySeconds: back)
        }
        entries[index].wakeSetAt = now
    }

    /// Due jobs whose repository is not paused, whose change has none running, and that are the first of their change.
    private func candidates() -> [Int] {
        let waiting = entries.indices.filter { entries[$0].job.state == .queued && entries[$0].isDue }
        return waiting.filter { index in
            let request = entries[index].job.request
            let isFirst = !waiting.contains {
                entries[$0].job.request.change == request.change
                    && (entries[$0].rank, $0) < (entries[index].rank, index)
            }
            let isBusy = entries.contains { $0.job.request.change == request.change && $0.job.state == .running }
            return isFirst && !isBusy && !pauses.contains(request.repository)
        }
    }

    private func order(_ index: Int) -> [Int] {
        let repository = entries[index].job.request.repository
        return [
            entries[index].rank, served[repository] ?? 0, repositories.firstIndex(of: repository) ?? 0, index,
        ]
    }

    func holds(_ id: Int64, _ lease: Int) -> Int? {
        guard let index = index(id), entries[index].lease == lease else { return nil }
        return index
    }

    mutating func heartbeat(_ id: Int64, _ lease: Int, for length: Double, now: Instant) -> String {
        guard let index = holds(id, lease) else { return "lost" }
        entries[index].job.leaseEndsAt = now.advanced(bySeconds: length)
        entries[index].leasedAt = now
        if let stop = entries[index].stop { return "stop \(stop.state) \(stop.reason)" }
        let isPaused = pauses.contains(nil) || pauses.contains(entries[index].job.request.repository)
        return isPaused ? "pause" : "go on"
    }

    mutating func end(_ id: Int64, _ lease: Int, as state: JobState, now: Instant) -> Bool {
        guard let index = holds(id, lease) else { return false }
        end(index, as: state, now: now)
        return true
    }

    mutating func giveBack(_ id: Int64, _ lease: Int, until: Instant, counts: Bool, now: Instant) -> Bool {
        guard let index = holds(id, lease) else { return false }
        let attempts = entries[index].job.attempts - (counts ? 0 : 1)
        leave(index, until: until, attempts: attempts, counts: counts, now: now)
        return true
    }

    mutating func retry(_ id: Int64, now: Instant) -> Bool {
        guard let index = index(id), entries[index].job.state.isEnded else { return false }
        enqueue(index, at: now, attempts: 0, now: now)
        return true
    }

    mutating func cancel(_ id: Int64, now: Instant) -> Bool {
        guard let index = index(id), !entries[index].job.state.isEnded else { return false }
        end(index, asked: .cancelled, "cancelled by the operator", now: now)
        return true
    }

    /// Nil: none; not later than now: something can be leased.
    func nextDue() -> Instant? {
        if pauses.contains(nil) { return nil }
        if !candidates().isEmpty { return Instant(milliseconds: .min) }
        return entries.filter {
            $0.job.state == .queued && !$0.isDue && !pauses.contains($0.job.request.repository)
        }.compactMap(\.wakesAt).min()
    }
}
