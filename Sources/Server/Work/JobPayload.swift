package import Domain
import FoundationEssentials
import JSON

/// Why a change is looked at.
package enum ReviewTrigger: String, Sendable, Hashable, Codable {
    case opened, reopened, push, labelled
    case ready
    case baseChanged = "base_changed"
    case rerequested, command, batch

    /// Somebody asked for it and waits.
    package var isInteractive: Bool { self == .rerequested || self == .command }
}

/// What a review job is to do.
package struct ReviewAsk: Sendable, Hashable, Codable {
    package var address: ChangeAddress
    package var trigger: ReviewTrigger
    /// All hunks, those too that were looked at before.
    package var isFull: Bool
    /// Whoever's deed or command it was.
    package var by: Actor?
    /// A maintainer's command lets models look at an outsider's change, at this head.
    package var allowsModelsAt: String?

    package init(
        address: ChangeAddress, trigger: ReviewTrigger, isFull: Bool = false, by: Actor? = nil,
        allowsModelsAt: String? = nil
    ) {
        self.address = address
        self.trigger = trigger
        self.isFull = isFull
        self.by = by
        self.allowsModelsAt = allowsModelsAt
    }
}

extension ReviewAsk {
    /// As `Encodable` has it.
    fileprivate var json: JSONValue {
        let address: JSONObject = [
            "forge": .string(address.forge), "repositoryID": .number(String(address.repositoryID)),
            "repository": .string(address.repository.description),
            "number": .number(String(address.number)),
        ]
        var members: JSONObject = [
            "address": .object(address), "trigger": .string(trigger.rawValue), "isFull": .bool(isFull),
        ]
        if let by {
            members["by"] = .object([
                "login": .string(by.login), "id": .number(String(by.id)), "isBot": .bool(by.isBot),
            ])
        }
        if let allowsModelsAt { members["allowsModelsAt"] = .string(allowsModelsAt) }
        return .object(members)
    }
}

/// What the payload of a job holds.
package enum JobPayload: Sendable, Hashable, Codable {
    case review(ReviewAsk)
    case command(CommentEvent)
    /// A check is to be run again whose pull requests the forge did not name: they are looked up by the head.
    case resolve(RerequestedHead)
    /// The key of an observed review that is to be published.
    case publish(ChangeAddress, key: String)

    package init(_ job: Job) throws(JobFault) {
        do {
            self = try JSONDecoder().decode(JobPayload.self, from: Data(job.request.payload))
        } catch {
            throw JobFault("its payload cannot be read; was it written by a later version?")
        }
    }

    /// At most 64 KiB, as a `CommentEvent` is cut before.
    package var bytes: [UInt8] {
        // Nearly all deliveries ask for a review, and the encoder would take longer for it than its delivery to be read.
        if case .review(let ask) = self { return JSONValue.object(["review": .object(["_0": ask.json])]).serialised }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        // Strings and numbers always encode.
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }
}

package struct RerequestedHead: Sendable, Hashable, Codable {
    package var forge: String
    package var repositoryID: Int64
    package var repository: RepositoryName
    package var head: String

    package init(forge: String, repositoryID: Int64, repository: RepositoryName, head: String) {
        self.forge = forge
        self.repositoryID = repositoryID
        self.repository = repository
        self.head = head
    }
}

/// Why a job can never be done; one printable line.
package struct JobFault: Error, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

extension JobRequest {
    /// A review of a change, in the place of those that wait.
    package static func review(_ ask: ReviewAsk, head: String?, notBefore: Instant) -> JobRequest {
        JobRequest(
            kind: .review, change: ask.address.key, repository: ask.address.repositoryKey,
            label: ask.address.description, head: head,
            priority: ask.trigger == .batch ? .batch : ask.trigger.isInteractive ? .interactive : .push,
            notBefore: notBefore, supersedes: true, payload: JobPayload.review(ask).bytes)
    }

    package static func command(_ comment: CommentEvent, now: Instant) -> JobRequest {
        JobRequest(
            kind: .command, change: comment.address.key, repository: comment.address.repositoryKey,
            label: comment.address.description, head: nil, priority: .interactive, notBefore: now, supersedes: false,
            payload: JobPayload.command(comment).bytes)
    }

    /// Looks up which pull requests a check belongs to.
    package static func resolve(_ event: RerequestedHead, now: Instant) -> JobRequest {
        JobRequest(
            kind: .review, change: "\(event.forge)/\(event.repositoryID)@\(event.head)",
            repository: "\(event.forge)/\(event.repositoryID)", label: event.repository.description, head: event.head,
            priority: .interactive, notBefore: now, supersedes: true, payload: JobPayload.resolve(event).bytes)
    }

    package static func publish(_ address: ChangeAddress, key: String, now: Instant) -> JobRequest {
        JobRequest(
            kind: .publish, change: address.key, repository: address.repositoryKey, label: address.description,
            head: nil, priority: .interactive, notBefore: now, supersedes: false,
            payload: JobPayload.publish(address, key: key).bytes)
    }
}
