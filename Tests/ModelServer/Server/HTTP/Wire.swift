import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix

/// A request with the connection it came by.
struct WireContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Reads requests off the wire and writes replies onto it, as slowly and as badly as the behaviour says.
struct Wire: HTTPResponder {
    let desk: Desk
    let traffic: Traffic

    private static let largestBody = 32 * 1024 * 1024

    func respond(to request: Request, context: WireContext) async throws -> Response {
        traffic.countRequest()
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Wire.largestBody)
        } catch {
            return Response(status: .contentTooLarge)
        }
        let decision = desk.decide(Wire.incoming(request, body: Array(body.readableBytesView)))
        let behaviour = decision.behaviour
        try await pause(behaviour.latency)
        switch behaviour.fate {
        case .closedAfterAccepting, .silence:
            close(decision, as: .aborted)
            // Until the server is stopped; that the client has gone shows only when something is written.
            if behaviour.fate == .silence { try? await Task.sleep(for: .seconds(86_400)) }
            try? await context.channel.close()
            throw CancellationError()
        default:
            return response(decision, on: context.channel)
        }
    }

    private static func incoming(_ request: Request, body: [UInt8]) -> Incoming {
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
        return Incoming(
            method: request.method.rawValue, path: request.uri.path, query: query, headers: headers, body: body)
    }

    private func pause(_ milliseconds: Int) async throws {
        if milliseconds > 0 { try await Task.sleep(for: .milliseconds(milliseconds)) }
    }

    private func close(_ decision: Desk.Decision, as state: TrueEntry.State) {
        guard let entry = decision.entry else { return }
        let tells = state == .finished && decision.usageIsTold
        desk.ledger.close(entry, as: state, usageWasTold: tells)
    }

    private func response(_ decision: Desk.Decision, on channel: any Channel) -> Response {
        let reply = decision.reply
        var headers: HTTPFields = [.contentType: reply.contentType]
        for header in reply.headers {
            if let name = HTTPField.Name(header.name) { headers[name] = header.value }
        }
        let status = HTTPResponse.Status(code: reply.status)
        let length = reply.isStream ? nil : reply.parts.reduce(reply.padding) { $0 + $1.count }
        let body = ResponseBody(contentLength: length) { writer in
            do {
                try await write(decision, to: &writer, on: channel)
                // Entered before the client can know of the end, so that whoever has its answer finds the bill.
                close(decision, as: decision.behaviour.fate.isBroken ? .aborted : .finished)
                try await writer.finish(nil)
            } catch {
                close(decision, as: .aborted)
                throw error
            }
        }
        return Response(status: status, headers: headers, body: body)
    }

    private func write(
        _ decision: Desk.Decision, to writer: inout any ResponseBodyWriter, on channel: any Channel
    ) async throws {
        let reply = decision.reply
        let behaviour = decision.behaviour
        var left = Int.max
        if case .cut(let bytes) = behaviour.fate { left = bytes }
        // The head has left before the first token is ready.
        if reply.isStream { try await pause(behaviour.firstToken) }
        for (index, part) in reply.parts.enumerated() {
            if index > 0, reply.isStream { try await pause(behaviour.pace) }
            try await write(part, behaviour, &left, to: &writer)
            if index == reply.paddingAfter, reply.padding > 0, left > 0 {
                let block = ByteBuffer(repeating: UInt8(ascii: "x"), count: 65_536)
                for start in stride(from: 0, to: reply.padding, by: 65_536) {
                    try await writer.write(
                        start + 65_536 <= reply.padding
                            ? block : ByteBuffer(repeating: UInt8(ascii: "x"), count: reply.padding - start))
                }
            }
            if left == 0 {
                close(decision, as: .aborted)
                // What was written has left before the connection goes.
                try await channel.close()
                throw CancellationError()
            }
        }
    }

    private func write(
        _ part: [UInt8], _ behaviour: Behaviour, _ left: inout Int, to writer: inout any ResponseBodyWriter
    ) async throws {
        var rest = part[...].prefix(left)
        if left != .max { left -= rest.count }
        guard let drip = behaviour.drip, drip > 0 else { return try await writer.write(ByteBuffer(bytes: rest)) }
        while !rest.isEmpty {
            try await writer.write(ByteBuffer(bytes: rest.prefix(drip)))
            rest = rest.dropFirst(drip)
            try await pause(behaviour.dripPause)
        }
    }
}

extension Behaviour.Fate {
    /// Whether a stream that reached its end lacks part of its answer.
    fileprivate var isBroken: Bool {
        switch self {
        case .stopped, .failed: true
        default: false
        }
    }
}
