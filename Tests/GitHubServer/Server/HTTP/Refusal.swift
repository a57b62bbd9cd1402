package import ModelServer

/// An answer that refuses, in the service's own form.
package struct Refusal: Error, Sendable {
    package var status: Int
    package var message: String
    /// Objects with resource, field, code and message, or plain texts, as the operation does it.
    package var errors: [JSON] = []
    package var headers: [Header] = []
    /// Set where the answer is no JSON.
    package var plainText = false
    package var more: [JSON.Member] = []

    func reply(documentation: String) -> Reply {
        if plainText {
            return Reply(status: status, headers: headers, contentType: "text/html", body: Array(message.utf8))
        }
        var members = [JSON.Member("message", .string(message))]
        if !errors.isEmpty { members.append(JSON.Member("errors", .array(errors))) }
        members += more
        members.append(JSON.Member("documentation_url", .string(documentation)))
        members.append(JSON.Member("status", .string(String(status))))
        return Reply(status: status, headers: headers, body: JSON.object(members).bytes)
    }

    static let notFound = Refusal(status: 404, message: "Not Found")
    static let badCredentials = Refusal(status: 401, message: "Bad credentials")
    static let needsAuthentication = Refusal(status: 401, message: "Requires authentication")
    static let notAccessible = Refusal(status: 403, message: "Resource not accessible by integration")

    static func forbidden(_ message: String) -> Refusal { Refusal(status: 403, message: message) }

    static func unauthorised(_ message: String) -> Refusal { Refusal(status: 401, message: message) }

    /// One field that breaks a rule. Codes: missing, missing_field, invalid, already_exists, unprocessable, custom,
    /// too_large.
    static func validation(
        _ resource: String, _ field: String, _ code: String = "custom", _ message: String? = nil
    ) -> Refusal {
        Refusal(status: 422, message: "Validation Failed", errors: [error(resource, field, code, message)])
    }

    static func error(_ resource: String, _ field: String, _ code: String, _ message: String? = nil) -> JSON {
        var members = [JSON.Member("resource", .string(resource)), JSON.Member("code", .string(code))]
        members.append(JSON.Member("field", .string(field)))
        if let message { members.append(JSON.Member("message", .string(message))) }
        return .object(members)
    }

    /// How reviews refuse: texts instead of objects.
    static func unprocessable(_ errors: String...) -> Refusal {
        Refusal(status: 422, message: "Unprocessable Entity", errors: errors.map { .string($0) })
    }
}
