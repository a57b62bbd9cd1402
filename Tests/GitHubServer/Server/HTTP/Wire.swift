import Dispatch
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

/// Reads requests off the wire and writes replies onto it, with the faults that were planned.
struct Wire: HTTPResponder {
    let desk: Desk
    let control: Control
    let faults: FaultPlan
    let git: GitHandler
    /// Work with git blocks; it has a thread of its own beside the shared pool.
    let thread = DispatchQueue(label: "github-server")

    private static let largestBody = 32 * 1024 * 1024

    func respond(to request: Request, context: WireContext) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Wire.largestBody)
        } catch {
            return Response(status: .contentTooLarge)
        }
        let incoming = Wire.incoming(request, body: Array(body.readableBytesView))
        let operation = desk.operation(incoming)
        if operation == "control" { return response(await control.answer(incoming), cut: nil, on: context.channel) }
        desk.traffic.count(operation)
        let fault = faults.next(for: operation)
        if let fault, fault.moment == .before {
            if case .held(let gate) = fault.what {
                await gate.pass()
            } else if let reply = fault.what.reply(now: desk.world.clock.now()) {
                return response(reply, cut: nil, on: context.channel)
            } else {
                try? await context.channel.close()
                throw CancellationError()
            }
        }
        let reply = operation == "git" ? await gitReply(incoming) : await onThread { desk.answer(incoming) }
        if operation == "apps/redeliver-webhook-delivery" { control.hooks.sendWanted() }
        guard let fault, fault.moment == .after else { return response(reply, cut: nil, on: context.channel) }
        switch fault.what {
        case .held(let gate): await gate.pass()
        case .truncated(let count): return response(reply, cut: count, on: context.channel)
        case .dropped:
            try? await context.channel.close()
            throw CancellationError()
        default:
            if let replaced = fault.what.reply(now: desk.world.clock.now()) {
                return response(replaced, cut: nil, on: context.channel)
            }
        }
        return response(reply, cut: nil, on: context.channel)
    }

    private func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            thread.async { continuation.resume(returning: work()) }
        }
    }

    private func gitReply(_ request: Incoming) async -> Reply {
        if let refusal = await onThread({ desk.refusalOfGit(request) }) { return refusal }
        let answer = await git(request.method, request.path, request.rawQuery, request.headers, request.body)
        let kind = answer.headers.first { $0.0.lowercased() == "content-type" }?.1
        return Reply(
            status: answer.status,
            headers: answer.headers.filter { $0.0.lowercased() != "content-type" }.map { Header($0.0, $0.1) },
            contentType: kind ?? "application/octet-stream", body: answer.body)
    }

    private static func incoming(_ request: Request, body: [UInt8]) -> Incoming {
        var headers: [String: String] = [:]
        for field in request.headers {
            let name = field.name.canonicalName
            headers[name] = headers[name].map { $0 + ", " + field.value } ?? field.value
        }
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first.map(String.init) ?? "/"
        let query = parts.count > 1 ? String(parts[1]) : ""
        let pairs = query.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                name: Percent.decode(halves[0], plusIsBlank: true),
                value: halves.count > 1 ? Percent.decode(halves[1], plusIsBlank: true) : ""
            )
        }
        return Incoming(
            method: request.method.rawValue, path: Percent.decode(path), rawPath: path, rawQuery: query,
            query: pairs, headers: headers, body: body)
    }

    private func response(_ reply: Reply, cut: Int?, on channel: any Channel) -> Response {
        var headers: HTTPFields = [.contentType: reply.contentType]
        for header in reply.headers {
            if let name = HTTPField.Name(header.name) { headers[name] = header.value }
        }
        let status = HTTPResponse.Status(code: reply.status)
        if reply.status == 204 || reply.status == 304 { return Response(status: status, headers: headers) }
        guard let cut, cut < reply.body.count else {
            return Response(
                status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
        }
        let body = ResponseBody(contentLength: reply.body.count) { writer in
            try await writer.write(ByteBuffer(bytes: reply.body.prefix(cut)))
            try await channel.close()
            throw CancellationError()
        }
        return Response(status: status, headers: headers, body: body)
    }
}
