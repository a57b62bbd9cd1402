package import Domain

/// What a line of the log is about. The same context goes through every stage of a piece of work, so that one id finds
/// all of its lines.
package struct LogContext: Sendable, Hashable {
    /// The forge's own id of the delivery.
    package var delivery: String?
    package var job: Int64?
    /// The review's key.
    package var review: String?
    package var repository: RepositoryName?
    package var number: Int?

    package init(
        delivery: String? = nil, job: Int64? = nil, review: String? = nil, repository: RepositoryName? = nil,
        number: Int? = nil
    ) {
        self.delivery = delivery
        self.job = job
        self.review = review
        self.repository = repository
        self.number = number
    }

    package init(
        _ address: ChangeAddress, delivery: String? = nil, job: Int64? = nil, review: String? = nil
    ) {
        self.init(
            delivery: delivery, job: job, review: review, repository: address.repository, number: address.number)
    }
}

/// A value beside an event. Never code, prompts, answers, comments, secrets: lengths, names that were checked, and
/// reasons of our own.
package enum LogValue: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case number(Int64)
    case seconds(Double)
    case flag(Bool)
    case money(Money)

    package init(stringLiteral text: String) { self = .text(text) }
    package init(integerLiteral number: Int64) { self = .number(number) }
}
