/// What work is about; the payload is the worker's own.
package enum JobKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Review a change as it is now.
    case review
    /// Do what a comment asks.
    case command
    /// Publish a review that was only observed so far.
    case publish
}

/// Which work goes first: lower numbers before higher.
package enum JobPriority: Int, Sendable, Hashable, Codable, CaseIterable {
    /// Somebody waits for it.
    case interactive = 0
    case push = 1
    case batch = 2
}

/// Work to be done.
package struct JobRequest: Sendable, Hashable {
    package var kind: JobKind
    /// `ChangeAddress.key`. Jobs of one change never run at the same time.
    package var change: String
    /// `ChangeAddress.repositoryKey`, the unit of fairness.
    package var repository: String
    /// For people, made of checked names only: "acme/shop#12".
    package var label: String
    /// The head the work is about, if it is known.
    package var head: String?
    package var priority: JobPriority
    /// Not begun before; a later request that supersedes this one starts the quiet period anew.
    package var notBefore: Instant
    /// Queued jobs of the same change and kind give way to this one, and a running one is asked to stop unless it is about
    /// the same head.
    package var supersedes: Bool
    /// At most 64 KiB.
    package var payload: [UInt8]

    package init(
        kind: JobKind, change: String, repository: String, label: String, head: String?, priority: JobPriority,
        notBefore: Instant, supersedes: Bool, payload: [UInt8]
    ) {
        self.kind = kind
        self.change = change
        self.repository = repository
        self.label = label
        self.head = head
        self.priority = priority
        self.notBefore = notBefore
        self.supersedes = supersedes
        self.payload = payload
    }
}

/// How a job stands.
package enum JobState: String, Sendable, Hashable, Codable, CaseIterable {
    case queued, running
    /// Ended: done as asked.
    case done
    case superseded, ignored, cancelled
    /// Ended: given up after too many failures, or one that no repetition mends.
    case dead

    package var isEnded: Bool { self != .queued && self != .running }
}

/// A job as it is kept.
package struct Job: Sendable, Hashable {
    package var id: Int64
    package var request: JobRequest
    package var state: JobState
    /// Times it was begun.
    package var attempts: Int
    package var createdAt: Instant
    /// When the state was last changed.
    package var changedAt: Instant
    package var leaseEndsAt: Instant?
    /// Why it is where it is; one printable line.
    package var reason: String?

    package init(
        id: Int64, request: JobRequest, state: JobState, attempts: Int, createdAt: Instant, changedAt: Instant,
        leaseEndsAt: Instant? = nil, reason: String? = nil
    ) {
        self.id = id
        self.request = request
        self.state = state
        self.attempts = attempts
        self.createdAt = createdAt
        self.changedAt = changedAt
        self.leaseEndsAt = leaseEndsAt
        self.reason = reason
    }
}

/// A worker's hold on a running job. The token is new with every lease: a worker whose lease has ended can change nothing.
package struct JobLease: Sendable, Hashable {
    package var job: Int64
    package var token: String
    package var endsAt: Instant

    package init(job: Int64, token: String, endsAt: Instant) {
        self.job = job
        self.token = token
        self.endsAt = endsAt
    }
}

/// What a heartbeat brings back.
package enum JobSignal: Sendable, Hashable {
    case goOn(JobLease)
    /// Stop before the next call; the state the job is to end in.
    case stop(JobState, reason: String)
    /// Stop before the next call and give the job back: its repository, or everything, is paused.
    case pause(reason: String)
    /// The lease has ended and the job is somebody else's: change nothing any more.
    case lost
}

/// A webhook's delivery.
package struct Delivery: Sendable, Hashable {
    /// The forge's host and its id of the delivery, "github.com/6f1c2e9a-…"; at most 200 bytes.
    package var id: String
    package var event: String
    package var action: String?
    package var receivedAt: Instant

    package init(id: String, event: String, action: String?, receivedAt: Instant) {
        self.id = id
        self.event = event
        self.action = action
        self.receivedAt = receivedAt
    }
}

/// What is to become of a delivery.
package enum Intake: Sendable, Hashable {
    case job(JobRequest)
    /// Queued reviews of the change are of no use any more (it was closed, or is a draft again); nothing else is to be done.
    case withdraw(change: String, reason: String)
    case ignored(reason: String)
}

/// What became of it.
package enum Acceptance: Sendable, Hashable {
    case queued(job: Int64)
    case ignored(reason: String)
    /// The same delivery came before and has ended well, or is still to be worked on.
    case duplicate
    /// The same delivery came before; its work had died and is queued again.
    case requeued(job: Int64)
}

/// What is not worked on for now.
package struct Pause: Sendable, Hashable {
    /// Nil: everything.
    package var repository: String?
    /// For people, "acme/shop"; nil with everything.
    package var label: String?
    package var since: Instant
    package var by: String

    package init(repository: String?, label: String?, since: Instant, by: String) {
        self.repository = repository
        self.label = label
        self.since = since
        self.by = by
    }
}

/// Which jobs are listed.
package struct JobFilter: Sendable, Hashable {
    package var states: Set<JobState>?
    package var change: String?
    package var repository: String?
    package var limit: Int

    package init(states: Set<JobState>? = nil, change: String? = nil, repository: String? = nil, limit: Int = 50) {
        self.states = states
        self.change = change
        self.repository = repository
        self.limit = limit
    }
}
