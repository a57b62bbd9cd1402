import ModelServer

extension Operation {
    private static let one = "/app/hook/deliveries/{delivery_id}"

    static let hookOperations: [Operation] = [
        Operation(
            "apps/get-webhook-config-for-app", "GET", "/app/hook/config", .app,
            page: "apps/webhooks#get-a-webhook-configuration-for-an-app"
        ) { call, state throws(Refusal) in
            let app = try call.speakingApp(in: state)
            return call.json(state.hookConfiguration(of: app))
        },
        Operation(
            "apps/update-webhook-config-for-app", "PATCH", "/app/hook/config", .app,
            page: "apps/webhooks#update-a-webhook-configuration-for-an-app", resource: "Hook",
            body: BodyRules.hookConfiguration
        ) { call, state throws(Refusal) in
            let app = try call.speakingApp(in: state)
            guard let index = state.apps.firstIndex(where: { $0.id == app.id }) else { throw Refusal.notFound }
            if let url = call.body["url"]?.text { state.apps[index].webhookURL = url }
            if let secret = call.body["secret"]?.text { state.apps[index].webhookSecret = secret }
            if let type = call.body["content_type"]?.text { state.apps[index].hookForm = type == "form" }
            return call.json(state.hookConfiguration(of: state.apps[index]))
        },
        Operation(
            "apps/list-webhook-deliveries", "GET", "/app/hook/deliveries", .app,
            page: "apps/webhooks#list-deliveries-for-an-app-webhook"
        ) { call, state throws(Refusal) in
            let app = try call.speakingApp(in: state)
            let list = state.deliveries.filter { $0.app == app.id }.reversed()
            let page = Paging(call.request).slice(Array(list))
            return call.json(.array(page.map { state.json($0) }))
        },
        Operation(
            "apps/get-webhook-delivery", "GET", one, .app,
            page: "apps/webhooks#get-a-delivery-for-an-app-webhook"
        ) { call, state throws(Refusal) in
            let delivery = try call.delivery(in: state)
            let payload = (try? JSON(parsing: delivery.body)) ?? .null
            let headers = delivery.headers.map { JSON.Member($0.name, .string($0.value)) }
            return call.json(
                state.json(delivery).adding([
                    "url": .string(state.app(delivery.app)?.webhookURL ?? ""),
                    "request": ["headers": .object(headers), "payload": payload],
                    "response": [
                        "headers": .object([]), "payload": .string(delivery.attempts.last?.answer ?? ""),
                    ],
                ]))
        },
        Operation(
            "apps/redeliver-webhook-delivery", "POST", one + "/attempts", .app,
            page: "apps/webhooks#redeliver-a-delivery-for-an-app-webhook"
        ) { call, state throws(Refusal) in
            state.wantedDeliveries.insert(try call.delivery(in: state).number)
            return call.json(.object([]), status: 202)
        },
        Operation(
            "apps/create-from-manifest", "POST", "/app-manifests/{code}/conversions", .everyone,
            page: "apps/apps#create-a-github-app-from-a-manifest"
        ) { call, state throws(Refusal) in
            // A code is good for one conversion within the hour.
            guard let code = state.manifestCodes.removeValue(forKey: call.text("code")), call.now < code.until,
                let app = state.app(code.app)
            else { throw Refusal.notFound }
            return call.json(
                state.json(app).adding([
                    "client_secret": .string(Secrets.text(40)), "webhook_secret": .string(app.webhookSecret),
                    "pem": .string(app.privateKey),
                ]), status: 201)
        },
    ]
}

extension BodyRules {
    static let hookConfiguration: Rule = .object([
        .optional("url", .text()), .optional("content_type", .choice(["json", "form"])),
        .optional("secret", .text()), .optional("insecure_ssl", .either([.text(), .whole])),
    ])
}

extension Call {
    fileprivate func speakingApp(in state: WorldState) throws(Refusal) -> App {
        guard let app = actor.app(in: state) else { throw Refusal.badCredentials }
        return app
    }

    fileprivate func delivery(in state: WorldState) throws(Refusal) -> Delivery {
        let app = try speakingApp(in: state)
        let delivery = state.deliveries.first { $0.number == number("delivery_id") && $0.app == app.id }
        guard let delivery else { throw Refusal.notFound }
        return delivery
    }
}

extension WorldState {
    fileprivate func json(_ delivery: Delivery) -> JSON {
        let last = delivery.attempts.last
        return [
            "id": .integer(delivery.number), "guid": .string(delivery.guid),
            "delivered_at": .time(last?.at ?? 0), "redelivery": .bool(last?.isRedelivery ?? false),
            "duration": .decimal("0.1"),
            "status": .string(last.map { $0.status == 0 ? "timed out" : "OK" } ?? "pending"),
            "status_code": .integer(last?.status ?? 0), "event": .string(delivery.event),
            "action": .orNull(delivery.action), "installation_id": .orNull(delivery.installation),
            "repository_id": .orNull(delivery.repository), "throttled_at": .null,
        ]
    }
}
