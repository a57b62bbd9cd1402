import HTTPTypes

/// The header fields of a GitHub delivery.
/// Source: docs.github.com/webhooks/webhook-events-and-payloads, "Delivery headers", read 2026-11-21.
struct WebhookFields: Sendable {
    enum Content: Sendable { case json, form }

    /// Names that are no fields cannot occur here, but the library's initialiser has no other form.
    private static let signatureName = HTTPField.Name("X-Hub-Signature-256")
    private static let eventName = HTTPField.Name("X-GitHub-Event")
    private static let deliveryName = HTTPField.Name("X-GitHub-Delivery")
    private static let hostName = HTTPField.Name("X-GitHub-Enterprise-Host")

    let signature: String?
    /// Nil where it is missing or not a plain word.
    let event: String?
    let delivery: String?
    /// Nil for a type that is neither of the two.
    let content: Content?
    /// The Enterprise server's host; nil from github.com.
    let enterpriseHost: String?

    init(_ fields: HTTPFields) {
        var (signature, event, delivery, host, type): (String?, String?, String?, String?, String?)
        // In one pass: looking one up by its name takes the library as long as this.
        for field in fields {
            switch field.name {
            case Self.signatureName: Self.add(field, to: &signature)
            case Self.eventName: Self.add(field, to: &event)
            case Self.deliveryName: Self.add(field, to: &delivery)
            case Self.hostName: Self.add(field, to: &host)
            case .contentType: Self.add(field, to: &type)
            default: break
            }
        }
        self.signature = signature
        self.event = event.flatMap { Self.word($0, upTo: 64) }
        self.delivery = delivery.flatMap { Self.word($0, upTo: 100) }
        enterpriseHost = host?.lowercased()
        content = type.flatMap(Self.content)
    }

    /// A field that is repeated is a list (RFC 9110, section 5.3).
    private static func add(_ field: HTTPField, to value: inout String?) {
        value = value.map { $0 + ", " + field.value } ?? field.value
    }

    private static func content(_ type: String) -> Content? {
        if type == "application/json" { return .json }
        switch type.prefix(while: { $0 != ";" }).lowercased().filter({ $0 != " " }) {
        case "application/json": return .json
        case "application/x-www-form-urlencoded": return .form
        default: return nil
        }
    }

    /// Whether the signature is of the one form there is; only then is a body worth keeping.
    var hasSignature: Bool {
        guard let signature else { return false }
        return signature.hasPrefix("sha256=") && signature.utf8.count == 71
    }

    private static func word(_ text: String, upTo length: Int) -> String? {
        let isWord =
            !text.isEmpty && text.utf8.count <= length
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
                    || $0 == 0x2D || $0 == 0x5F
            }
        return isWord ? text : nil
    }
}
