import Crypto
import Domain

/// A delivery as GitHub would send it, with every part open to damage.
struct SignedDelivery: Sendable {
    var event: String? = "pull_request"
    var id: String? = "6f1c2e9a-0000-11ef-8000-000000000001"
    var contentType: String? = "application/json"
    /// Nil: unsigned.
    var secret: String? = "first secret"
    var body: [UInt8]
    var more: [(String, String)] = []

    init(_ body: String, event: String = "pull_request", id: String = "6f1c2e9a-0000-11ef-8000-000000000001") {
        self.body = Array(body.utf8)
        self.event = event
        self.id = id
    }

    var signature: String? {
        secret.map { secret in
            let code = HMAC<SHA256>.authenticationCode(
                for: body, using: SymmetricKey(data: Array(secret.utf8)))
            let digits = code.map { byte in
                let text = String(byte, radix: 16)
                return text.utf8.count == 1 ? "0" + text : text
            }
            return "sha256=" + digits.joined()
        }
    }

    func head(length: String?) -> [UInt8] {
        var lines = ["POST /webhooks/github HTTP/1.1", "Host: hunkwise.example"]
        if let event { lines.append("X-GitHub-Event: \(event)") }
        if let id { lines.append("X-GitHub-Delivery: \(id)") }
        if let contentType { lines.append("Content-Type: \(contentType)") }
        if let signature { lines.append("X-Hub-Signature-256: \(signature)") }
        for (name, value) in more { lines.append("\(name): \(value)") }
        if let length { lines.append(length) }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// The whole request.
    var bytes: [UInt8] { head(length: "Content-Length: \(body.count)") + body }

    /// The same with a body of chunks, whose length nobody tells beforehand.
    func chunked(size: Int) -> [UInt8] {
        var bytes = head(length: "Transfer-Encoding: chunked")
        var rest = body[...]
        while !rest.isEmpty {
            let part = rest.prefix(size)
            bytes += Array((String(part.count, radix: 16) + "\r\n").utf8) + part + Array("\r\n".utf8)
            rest = rest.dropFirst(part.count)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }
}

/// Deliveries with the fields that GitHub's hold and something is decided by, and a filler for the rest.
/// Shape: docs.github.com/webhooks/webhook-events-and-payloads, read 2026-11-21.
enum Payload {
    static func pullRequest(
        _ action: String, repository: String = "acme/shop", number: Int = 12,
        head: String = String(repeating: "b", count: 40),
        draft: Bool = false, state: String = "open", author: String = "ann", authorType: String = "User",
        title: String = "Add a cart", labels: [String] = [], extra: String = "", filler: Int = 0
    ) -> String {
        let labels = labels.map { "{\"name\":\"\($0)\"}" }.joined(separator: ",")
        let repo = "{\"id\":7001,\"full_name\":\"\(repository)\"}"
        return """
            {"action":"\(action)","number":\(number),"filler":"\(String(repeating: "x", count: filler))",\
            "pull_request":{"number":\(number),"html_url":"https://github.com/\(repository)/pull/\(number)",\
            "title":"\(title)","body":"words","user":{"login":"\(author)","id":501,"type":"\(authorType)"},\
            "state":"\(state)","draft":\(draft),"locked":false,"labels":[\(labels)],\
            "base":{"ref":"main","sha":"\(String(repeating: "a", count: 40))","repo":\(repo)},\
            "head":{"ref":"topic","sha":"\(head)","repo":\(repo)},\
            "changed_files":1,"additions":3,"deletions":1},\
            "repository":\(repo),"sender":{"login":"\(author)","id":501,"type":"\(authorType)"}\(extra)}
            """
    }

    static func comment(_ body: String, author: String = "ann", type: String = "User") -> String {
        """
        {"action":"created","issue":{"number":12,"pull_request":{}},"comment":{"id":900,"user":{"login":"\(author)",\
        "id":501,"type":"\(type)"},"body":"\(body)","html_url":"https://github.com/acme/shop/pull/12#issuecomment-900"},\
        "repository":{"id":7001,"full_name":"acme/shop"},"sender":{"login":"\(author)","id":501,"type":"\(type)"}}
        """
    }

    static func checkRun(numbers: [Int]) -> String {
        let list = numbers.map { "{\"number\":\($0),\"base\":{\"repo\":{\"id\":7001}}}" }.joined(separator: ",")
        return """
            {"action":"rerequested","check_run":{"head_sha":"\(String(repeating: "c", count: 40))","pull_requests":[\(list)]},\
            "repository":{"id":7001,"full_name":"acme/shop"},"sender":{"login":"ann","id":501,"type":"User"}}
            """
    }

    static let push =
        "{\"ref\":\"refs/heads/main\",\"repository\":{\"id\":7001,\"full_name\":\"acme/shop\"}}"
    static let installation =
        "{\"action\":\"created\",\"repositories\":[{\"full_name\":\"acme/shop\"}]}"
}
