import Domain
import Foundation
import Testing

@testable import Server

@Suite("The payload of a job")
struct JobPayloadTests {
    private static func address() throws -> ChangeAddress {
        ChangeAddress(
            forge: "github.com", repositoryID: 7, repository: try #require(RepositoryName("acme/shop.x_y-z")),
            number: 12)
    }

    private static func asks() throws -> [ReviewAsk] {
        [
            ReviewAsk(address: try address(), trigger: .opened),
            ReviewAsk(
                address: try address(), trigger: .baseChanged, isFull: true,
                by: Actor(login: "ann\"\\\u{1}é", id: .max, isBot: true),
                allowsModelsAt: String(repeating: "b", count: 40)),
            ReviewAsk(address: try address(), trigger: .command, by: Actor(login: "", id: 0, isBot: false)),
        ]
    }

    @Test("for a review is written just as the general encoder writes it", arguments: try asks())
    func review(_ ask: ReviewAsk) throws {
        let payload = JobPayload.review(ask)
        let ours = try JSONSerialization.jsonObject(with: Data(payload.bytes)) as? NSDictionary
        let theirs = try JSONSerialization.jsonObject(with: JSONEncoder().encode(payload)) as? NSDictionary
        #expect(ours != nil && ours == theirs)
    }

    private static func others() throws -> [JobPayload] {
        let address = try address()
        return [
            .resolve(
                RerequestedHead(forge: "github.com", repositoryID: 7, repository: address.repository, head: "abc")),
            .publish(address, key: "k"),
        ]
    }

    @Test("means the same when it is read again", arguments: try asks().map(JobPayload.review) + others())
    func again(_ payload: JobPayload) throws {
        let request = JobRequest(
            kind: .review, change: "c", repository: "r", label: "l", head: nil, priority: .push,
            notBefore: Instant(milliseconds: 0), supersedes: false, payload: payload.bytes)
        let job = Job(
            id: 1, request: request, state: .queued, attempts: 0, createdAt: Instant(milliseconds: 0),
            changedAt: Instant(milliseconds: 0), leaseEndsAt: nil, reason: nil)
        #expect(try JobPayload(job) == payload)
    }
}
