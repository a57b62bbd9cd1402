import ModelServer

/// The other side over HTTP, for hand tests and other programs: everything below `/_control`.
struct Control: Sendable {
    let world: World
    let faults: FaultPlan
    let traffic: Traffic

    func answer(_ request: Incoming) async -> Reply {
        switch (request.method, request.path) {
        case ("GET", "/_control/requests"):
            let counts = traffic.requests.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer($0.value)) }
            return Reply(body: JSON.object(counts).bytes)
        case ("GET", "/_control/refused"):
            let list = traffic.refused.map { refused -> JSON in
                [
                    "operation": .string(refused.operation), "method": .string(refused.method),
                    "path": .string(refused.path), "status": .integer(refused.status),
                    "message": .string(refused.message), "body": .string(refused.requestBody),
                ]
            }
            return Reply(body: JSON.array(list).bytes)
        default: return Reply(status: 404, body: Array("{\"message\":\"no such control\"}".utf8))
        }
    }
}
