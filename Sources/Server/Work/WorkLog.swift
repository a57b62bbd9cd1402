package import Domain

/// Something a job did, for the log. Holds no code, prompt, answer or comment.
package struct WorkEvent: Sendable, Hashable {
    package var job: Int64
    package var change: String
    package var review: String?
    package var what: String
    /// Seconds since the job's delivery was taken in.
    package var age: Double
    package var isWarning: Bool
    /// Findings told for the first time, by severity.
    package var told: [Severity: Int] = [:]
    /// What kind of error of the forge's it was.
    package var forgeError: String?

    /// What is noted when a review stands on the forge.
    package static let published = "published"
}

/// Notes what one job does.
package struct WorkLog: Sendable {
    private let job: Job
    private let clock: any WallClock
    private let sink: @Sendable (WorkEvent) -> Void
    private var review: String?

    package init(_ job: Job, clock: any WallClock, sink: @escaping @Sendable (WorkEvent) -> Void) {
        self.job = job
        self.clock = clock
        self.sink = sink
    }

    /// The same log with the review named in each line.
    func of(review: String) -> WorkLog {
        var copy = self
        copy.review = review
        return copy
    }

    func note(
        _ what: String, isWarning: Bool = false, told: [Severity: Int] = [:], forgeError: ForgeError.Kind? = nil
    ) {
        sink(
            WorkEvent(
                job: job.id, change: job.request.label, review: review, what: what,
                age: clock.now().seconds(since: job.createdAt), isWarning: isWarning, told: told,
                forgeError: forgeError?.name))
    }
}

extension ForgeError.Kind {
    /// For figures: one word, whatever the moment.
    fileprivate var name: String {
        switch self {
        case .unauthorised: "unauthorised"
        case .forbidden: "forbidden"
        case .notFound: "not_found"
        case .refused: "refused"
        case .limited: "limited"
        case .unavailable: "unavailable"
        case .unexpectedAnswer: "unexpected_answer"
        case .moved: "moved"
        }
    }
}
