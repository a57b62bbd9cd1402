import Foundation
import ModelServer

/// Makes and sends deliveries of webhooks.
package struct Hooks: Sendable {
    let world: World

    /// A delivery that is signed and not yet sent; tests send it when, where and as often as they like.
    ///
    /// - Parameters:
    ///   - sender: Whose doing it was; else the author of the thing.
    ///   - app: The newest that has an address, else the first, if none is given.
    ///   - secret: Another than the App's own.
    ///   - isForm: Sent as a form with the member `payload`; else as the App is set.
    package func prepare(
        _ occurrence: Occurrence, sender: String? = nil, app: App? = nil, secret: String? = nil,
        isForm: Bool? = nil
    ) throws -> Delivery {
        try world.use { state in
            guard let app = app.flatMap({ state.app($0.id) }) ?? state.hearingApp else {
                throw WorldError("there is no App")
            }
            let payload = try state.payload(of: occurrence, to: app, sender: sender)
            let isForm = isForm ?? app.hookForm
            let body =
                isForm ? Array("payload=\(Percent.encode(payload.serialised))".utf8) : payload.bytes
            let guid = UUID().uuidString.lowercased()
            let delivery = Delivery(
                guid: guid, number: state.nextID(), app: app.id, event: occurrence.event,
                action: occurrence.action, repository: payload["repository"]?["id"]?.whole,
                installation: payload["installation"]?["id"]?.whole,
                headers: Delivery.headers(
                    event: occurrence.event, guid: guid, app: app, body: body,
                    secret: secret ?? app.webhookSecret, isForm: isForm), body: body)
            state.deliveries.append(delivery)
            return delivery
        }
    }

    /// Sends a delivery and notes how it ended.
    ///
    /// - Parameter url: Another address than the App's.
    @discardableResult
    package func send(
        _ delivery: Delivery, to url: String? = nil, isRedelivery: Bool = false
    ) async throws -> Delivery.Attempt {
        let known = world.use { $0.app(delivery.app)?.webhookURL }
        guard let address = url ?? known else { throw WorldError("the App has no address for deliveries") }
        let (status, answer) = await HookSender.post(delivery.headers, delivery.body, to: address)
        let attempt = Delivery.Attempt(
            status: status, answer: answer, at: world.clock.now(), isRedelivery: isRedelivery)
        world.use { state in
            if let index = state.deliveries.firstIndex(where: { $0.number == delivery.number }) {
                state.deliveries[index].attempts.append(attempt)
            }
        }
        return attempt
    }

    /// Makes, signs and sends.
    @discardableResult
    package func deliver(
        _ occurrence: Occurrence, to url: String? = nil, sender: String? = nil, isForm: Bool? = nil
    ) async throws -> Delivery.Attempt {
        try await send(try prepare(occurrence, sender: sender, isForm: isForm), to: url)
    }

    /// The same again, with the same id.
    @discardableResult
    package func redeliver(_ delivery: Delivery, to url: String? = nil) async throws -> Delivery.Attempt {
        try await send(delivery, to: url, isRedelivery: true)
    }

    /// Sends many, so many at once; the answers stand in the order of the deliveries.
    package func send(_ deliveries: [Delivery], to url: String? = nil, atOnce: Int) async throws -> [Delivery.Attempt] {
        try await withThrowingTaskGroup(of: (Int, Delivery.Attempt).self) { group in
            var answers: [Int: Delivery.Attempt] = [:]
            var next = 0
            while next < deliveries.count || answers.count < deliveries.count {
                while next < deliveries.count, next - answers.count < atOnce {
                    let index = next
                    group.addTask { (index, try await send(deliveries[index], to: url)) }
                    next += 1
                }
                guard let (index, answer) = try await group.next() else { break }
                answers[index] = answer
            }
            return deliveries.indices.compactMap { answers[$0] }
        }
    }

    /// All that were made, the oldest first, with how their sending ended.
    package var deliveries: [Delivery] { world.use { $0.deliveries } }

    package func setTarget(_ url: String?, secret: String? = nil, isForm: Bool = false) {
        world.use { state in
            guard let app = state.hearingApp else { return }
            state.change(app: app.id) {
                $0.webhookURL = url
                $0.hookForm = isForm
                if let secret { $0.webhookSecret = secret }
            }
        }
    }

    /// Sends again what clients asked for at the deliveries' page.
    func sendWanted() {
        let wanted = world.use { state in
            defer { state.wantedDeliveries = [] }
            return state.deliveries.filter { state.wantedDeliveries.contains($0.number) }
        }
        for delivery in wanted { Task { try? await redeliver(delivery) } }
    }
}

extension WorldState {
    /// Which App hears of things where none is named.
    var hearingApp: App? { apps.last { $0.webhookURL != nil } ?? apps.first }
}
