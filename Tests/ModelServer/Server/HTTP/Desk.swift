import Crypto
import Glibc
import Synchronization

/// Decides what becomes of a request: who speaks, what is refused, what the model answers, what is billed.
struct Desk: Sendable {
    let settings: ServerSettings
    let ledger: TrueLedger
    let faults: FaultPlan
    let reviewer: EchoReviewer
    private let cache = PromptCache()
    private let numbers = RequestNumbers()

    /// A decision, with what is done to the bytes on their way.
    struct Decision: Sendable {
        var reply: Reply
        var behaviour: Behaviour
        /// The entry to close when the exchange is over.
        var entry: Int?
        var usageIsTold = false
    }

    init(settings: ServerSettings, ledger: TrueLedger, faults: FaultPlan, reviewer: EchoReviewer) {
        self.settings = settings
        self.ledger = ledger
        self.faults = faults
        self.reviewer = reviewer
    }

    func decide(_ request: Incoming) -> Decision {
        guard let form = form(for: request) else { return Decision(reply: page(request), behaviour: .prompt) }
        let requestID = numbers.next()
        do throws(Refusal) {
            guard request.method == "POST" else {
                throw OpenAIForm.refusal(405, "Not allowed to \(request.method) on \(request.path).")
            }
            try form.authorise(request, keys: settings.keys)
            let ask = try form.ask(of: request, offering: settings.models, cache: cache)
            return work(on: ask, request, form, requestID)
        } catch {
            note(refused: error.status, request, requestID)
            return Decision(reply: reply(error, form, requestID), behaviour: .prompt)
        }
    }

    private func form(for request: Incoming) -> (any ProviderForm)? {
        switch request.path {
        case "/v1/chat/completions": return OpenAIForm()
        case "/v1/messages": return AnthropicForm()
        case "/api/chat": return OllamaForm()
        default:
            let parts = request.path.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 6, parts[1] == "openai", parts[2] == "deployments", parts[4] == "chat",
                parts[5] == "completions", request.query["api-version"]?.isEmpty == false
            else { return nil }
            return OpenAIForm(deployment: String(parts[3]))
        }
    }

    private func work(
        on ask: Ask, _ request: Incoming, _ form: any ProviderForm, _ requestID: String
    ) -> Decision {
        let behaviour = faults.next()
        var production = Production(ask, behaviour.answer, reviewer: reviewer)
        production.tokens = production.tokens.multiplied(by: behaviour.overuse)
        let cost = ask.model.prices.cost(of: production.tokens)
        var entry = TrueEntry(
            number: 0, requestID: requestID, bodyDigest: Desk.digest(request.body), bodyBytes: request.body.count,
            model: ask.model.name, tokens: production.tokens, cost: cost, state: .accepted, status: 200,
            usageWasTold: false)
        if case .error(let fault, let retryAfter) = behaviour.fate {
            let refusal = form.fault(fault, model: ask.model.name, retryAfter: retryAfter)
            entry.status = refusal.status
            if !fault.mayHaveWorked {
                entry.state = .refused
                entry.cost = 0
            }
            let number = ledger.append(entry)
            return Decision(
                reply: reply(refusal, form, requestID), behaviour: behaviour,
                entry: fault.mayHaveWorked ? number : nil)
        }
        let told: TrueTokens? =
            switch behaviour.told {
            case .honestly: production.tokens
            case .not: nil
            case .understated(let factor): production.tokens.understated(by: factor)
            }
        let words = AnswerWords(
            requestID: requestID, created: time(nil), told: told,
            cost: behaviour.tellsCost ? told.map { Desk.usd(ask.model.prices.cost(of: $0)) } : nil)
        var reply = form.answer(production, to: ask, as: words)
        if let name = form.requestIDHeader { reply.headers.append(Header(name: name, value: requestID)) }
        if case .failed(let events) = behaviour.fate, reply.isStream {
            let refusal = form.fault(.internalError, model: ask.model.name, retryAfter: nil)
            reply.parts = reply.parts.prefix(events) + [form.event(of: refusal)]
        }
        if case .stopped(let events) = behaviour.fate { reply.parts = Array(reply.parts.prefix(events)) }
        let tells = told != nil && (!ask.isStream || ask.includesUsage)
        return Decision(reply: reply, behaviour: behaviour, entry: ledger.append(entry), usageIsTold: tells)
    }

    private func reply(_ refusal: Refusal, _ form: any ProviderForm, _ requestID: String) -> Reply {
        var refusal = refusal
        if refusal.body["request_id"] != nil, case .object(var members) = refusal.body {
            members.removeAll { $0.key == "request_id" }
            refusal.body = .object(members + [JSON.Member("request_id", .string(requestID))])
        }
        var reply = Reply(status: refusal.status, headers: refusal.headers, parts: [refusal.body.bytes])
        if let name = form.requestIDHeader { reply.headers.append(Header(name: name, value: requestID)) }
        return reply
    }

    private func note(refused status: Int, _ request: Incoming, _ requestID: String) {
        _ = ledger.append(
            TrueEntry(
                number: 0, requestID: requestID, bodyDigest: Desk.digest(request.body),
                bodyBytes: request.body.count, model: "", tokens: TrueTokens(freshInput: 0, output: 0), cost: 0,
                state: .refused, status: status, usageWasTold: false))
    }

    /// Pages that no model stands behind.
    private func page(_ request: Incoming) -> Reply {
        switch (request.method, request.path) {
        case ("GET", "/v1/models"):
            do throws(Refusal) {
                if request.headers["anthropic-version"] != nil {
                    try AnthropicForm().authorise(request, keys: settings.keys)
                } else {
                    try OpenAIForm().authorise(request, keys: settings.keys)
                }
            } catch { return Reply(status: error.status, parts: [error.body.bytes]) }
            let list = settings.models.map { model -> JSON in
                [
                    "id": .string(model.name), "object": "model", "created": 1_700_000_000, "owned_by": "test",
                    "type": "model", "display_name": .string(model.name), "created_at": "2026-01-01T00:00:00Z",
                ]
            }
            let body: JSON = [
                "object": "list", "data": .array(list), "has_more": false, "first_id": .null, "last_id": .null,
            ]
            return Reply(parts: [body.bytes])
        case ("GET", "/api/tags"):
            let list = settings.models.map { model -> JSON in
                [
                    "name": .string(model.name + ":latest"), "model": .string(model.name + ":latest"),
                    "modified_at": "2026-01-01T00:00:00Z", "size": 98_362_432,
                    "digest": .string(String(repeating: "0", count: 64)),
                    "details": [
                        "parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"],
                        "parameter_size": "135M", "quantization_level": "Q4_1",
                    ],
                ]
            }
            let body: JSON = ["models": .array(list)]
            return Reply(parts: [body.bytes])
        case ("GET", "/_ledger"):
            return Reply(parts: [JSON.array(ledger.snapshot.map(\.json)).bytes])
        case ("PUT", "/_behaviour"):
            guard let text = String(validating: request.body, as: UTF8.self), let behaviour = Behaviour(words: text)
            else { return Reply(status: 400, parts: [JSON.string("not a behaviour").bytes]) }
            faults.setUsual(behaviour)
            return Reply(parts: [Array("true".utf8)])
        default:
            let refusal = OpenAIForm.refusal(404, "Invalid URL (\(request.method) \(request.path))")
            return Reply(status: 404, parts: [refusal.body.bytes])
        }
    }

    static func digest(_ body: [UInt8]) -> String {
        SHA256.hash(data: body).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    /// Picodollars as an exact decimal number of dollars.
    static func usd(_ picodollars: Int64) -> String {
        let digits = String(picodollars)
        let padded = String(repeating: "0", count: max(0, 13 - digits.count)) + digits
        return padded.dropLast(12) + "." + padded.suffix(12)
    }
}

/// Names of requests, unlike those of any other server of the same tests.
private final class RequestNumbers: Sendable {
    private let last = Mutex(0)
    private let origin = String(UInt64.random(in: 0...UInt64.max), radix: 36)

    func next() -> String {
        last.withLock { number in
            number += 1
            return "req_\(origin)\(number)"
        }
    }
}
