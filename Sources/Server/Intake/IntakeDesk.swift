import Domain
import Forges
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Takes GitHub's deliveries in: checks them in a fixed order, decides what they ask for, and answers only when that is
/// stored for good.
struct IntakeDesk: Sendable {
    let settings: Live<IntakeSettings>
    let queue: any JobQueue
    let clock: any WallClock
    let metrics: ServiceMetrics
    let log: ServiceLog
    let reader: BodyReader
    /// When the store last failed to take a delivery; nil once it has taken one again.
    let troubleSince: Live<ContinuousClock.Instant?>
    /// Called after each job that was queued.
    let queued: @Sendable () -> Void

    /// 413, 401, 415, 400, then the delivery itself.
    func receive(_ request: Request, _ channel: any Channel) async throws -> HTTPAnswer {
        let start = ContinuousClock.now
        if reader.isTooLarge(request.head) {
            return refused(.contentTooLarge, "the body is larger than 25 MB").closing
        }
        let fields = WebhookFields(request.headers)
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
        }
        return try await reader.read(request, keeping: fields.hasSignature) { reading in
            switch reading {
            case .tooLarge: return refused(.contentTooLarge, "the body is larger than 25 MB").closing
            case .noRoom:
                var answer = refused(.serviceUnavailable, "too many large deliveries at once").closing
                answer.retryAfter = 5
                return answer
            case .discarded: return refused(.unauthorized, Self.notAuthentic)
            case .whole(let body):
                let answer = await receive(body, fields)
                metrics.intakeSeconds.observe((ContinuousClock.now - start).inSeconds)
                return answer
            }
        }
    }

    private static let notAuthentic =
        "X-Hub-Signature-256 is missing or does not fit the body and any of the webhook secrets"

    private func receive(_ body: ByteBuffer, _ fields: WebhookFields) async -> HTTPAnswer {
        let settings = settings.value
        let reading = body.withUnsafeReadableBytes { read($0, fields, settings) }
        switch reading {
        case .refused(let status, let reason): return refused(status, reason)
        case .understood(let message):
            if message.event == .ping {
                log.event(.info, "delivery.ping", LogContext(delivery: message.id))
                metrics.deliveries.add(["ping", "ignored"])
                return .json(.ok) { $0.add("status", "pong") }
            }
            let now = clock.now()
            var decision = IntakeRules(settings).decide(message.event, from: message.forges, now: now)
            decision.context.delivery = message.id
            return await accept(
                decision,
                Delivery(
                    id: "\(message.forge)/\(message.id)", event: message.name, action: message.event.actionName,
                    receivedAt: now),
                name: message.event.metricName)
        }
    }

    /// An authentic delivery.
    private struct Message {
        let id: String
        /// Of the event, as the header has it.
        let name: String
        let event: WebhookEvent
        let forge: String
        /// The forge's entries that have the secret.
        let forges: [IntakeForge]
    }

    private enum Reading {
        case refused(HTTPResponse.Status, String)
        case understood(Message)
    }

    private func read(_ body: UnsafeRawBufferPointer, _ fields: WebhookFields, _ settings: IntakeSettings) -> Reading {
        let forges = Self.authentic(body, fields, settings.forges)
        guard let forge = forges.first else { return .refused(.unauthorized, Self.notAuthentic) }
        guard let content = fields.content else {
            return .refused(
                .unsupportedMediaType,
                "the content type is neither application/json nor application/x-www-form-urlencoded")
        }
        guard let name = fields.event else { return .refused(.badRequest, "X-GitHub-Event is missing") }
        guard let delivery = fields.delivery else { return .refused(.badRequest, "X-GitHub-Delivery is missing") }
        let payload: [UInt8]?
        switch content {
        case .json: payload = nil
        case .form:
            payload = FormBody.payload(of: body)
            if payload == nil { return .refused(.badRequest, "the form has not exactly one field payload") }
        }
        let event = { (text: UnsafeRawBufferPointer) in
            Result { () throws(WebhookProblem) in
                try GitHubWebhook.event(named: name, body: text, forge: forge.name)
            }
        }
        switch payload?.withUnsafeBytes(event) ?? event(body) {
        case .success(let event):
            return .understood(Message(id: delivery, name: name, event: event, forge: forge.name, forges: forges))
        case .failure(let problem): return .refused(.badRequest, problem.description)
        }
    }

    /// The entries whose secret the delivery is signed with, those of one forge: where the same secret stands in several,
    /// of the one that the delivery names.
    private static func authentic(
        _ body: UnsafeRawBufferPointer, _ fields: WebhookFields, _ forges: [IntakeForge]
    ) -> [IntakeForge] {
        let authentic = forges.filter {
            WebhookSignature.verify(header: fields.signature, body: body, secrets: $0.secrets)
        }
        let named = fields.enterpriseHost ?? "github.com"
        guard let name = (authentic.first { $0.name == named } ?? authentic.first)?.name else { return [] }
        return authentic.filter { $0.name == name }
    }

    private func accept(_ decision: IntakeDecision, _ delivery: Delivery, name: String) async -> HTTPAnswer {
        if decision.isUnserved { metrics.unserved.add() }
        let acceptance: Acceptance
        do {
            acceptance = try await queue.accept(delivery, decision.intake)
        } catch {
            metrics.storeErrors.add()
            troubleSince.replace(with: .now)
            log.event(.error, "delivery.not_stored", decision.context, ["problem": .text("\(error)")])
            var answer = refused(.serviceUnavailable, "the delivery could not be stored; it can be redelivered")
            answer.retryAfter = 30
            return answer
        }
        if troubleSince.value != nil { troubleSince.replace(with: nil) }
        var context = decision.context
        let status: StaticString
        switch acceptance {
        case .queued(let job):
            context.job = job
            status = "queued"
        case .requeued(let job):
            context.job = job
            status = "requeued"
        case .ignored: status = "ignored"
        case .duplicate: status = "duplicate"
        }
        metrics.deliveries.add([name, status.description])
        if context.job != nil { queued() }
        var reason: String?
        if case .ignored(let why) = acceptance { reason = why }
        log.event(
            .info, "delivery.accepted", context,
            ["of": .text(name), "status": .text(status.description), "reason": .text(reason ?? "")])
        return .json(.accepted) { line in
            line.add("status", status.description)
            if let job = context.job { line.add("job", job) }
            if let reason { line.add("reason", reason) }
        }
    }

    private func refused(_ status: HTTPResponse.Status, _ reason: String) -> HTTPAnswer {
        metrics.refused.add([String(status.code)])
        log.event(
            .debug, "request.refused", LogContext(), ["status": .number(Int64(status.code)), "reason": .text(reason)])
        return .refused(status, reason)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension WebhookEvent {
    /// A label of few values.
    fileprivate var metricName: String {
        switch self {
        case .ping: "ping"
        case .pullRequest(let event): "pull_request." + event.action.rawValue
        case .comment(let event): event.place == .line ? "pull_request_review_comment" : "issue_comment"
        case .rerequested: "rerequested"
        case .installation: "installation"
        case .push: "push"
        case .unsupported: "unsupported"
        }
    }

    fileprivate var actionName: String? {
        switch self {
        case .pullRequest(let event): event.action.rawValue
        case .comment: "created"
        case .rerequested: "rerequested"
        case .installation(let action, _): action
        case .unsupported(_, let action): action
        case .ping, .push: nil
        }
    }
}
