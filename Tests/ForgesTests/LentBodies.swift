import Domain
import Forges

// What takes a body that is lent, for tests that have one of their own.

extension WebhookSignature {
    static func verify(header: String?, body: [UInt8], secrets: [Secret]) -> Bool {
        body.withUnsafeBytes { verify(header: header, body: $0, secrets: secrets) }
    }
}

extension GitHubWebhook {
    static func event(named name: String, body: [UInt8], forge: String) throws(WebhookProblem) -> WebhookEvent {
        try body.withUnsafeBytes { body in
            Result { () throws(WebhookProblem) in try event(named: name, body: body, forge: forge) }
        }.get()
    }
}

extension FormBody {
    static func payload(of body: [UInt8]) -> [UInt8]? { body.withUnsafeBytes { payload(of: $0) } }
}
