package import Domain

/// Everything needed to call one model at one endpoint.
package struct EndpointSettings: Sendable {
    /// How an Anthropic model is told to think: models up to 4.5 take a budget of tokens, later ones decide themselves
    /// by an effort.
    package enum ThinkingForm: String, Sendable {
        case budget, adaptive
    }

    /// The provider entry's name, for messages.
    package var name: String
    package var kind: ProviderKind
    /// As written; see each wire shape for what may stand at its end.
    package var baseURL: String
    /// As the endpoint knows it; for Azure the deployment.
    package var model: String
    package var key: Secret?
    /// Sent as they are; values are taken for secrets.
    package var headers: [String: Secret] = [:]
    /// JSON text of an object merged into each request by RFC 7396 (null removes). What a hold depends on cannot be
    /// set by it; see `ExtraBody`.
    package var extraBody: String?
    /// Nil: 0, or nothing where models refuse it (Anthropic's, and reasoning models of some services).
    package var temperature: Double?
    package var capabilities: Set<Capability> = []
    package var isStreaming = true
    /// Must resolve to loopback or private addresses when connecting.
    package var isLocal = false
    /// The operator answers for the address: it is local, or a key may go to it unencrypted.
    package var isAttested = false
    /// Azure's `api-version`, or Anthropic's `anthropic-version`.
    package var apiVersion: String?
    /// Tokens; what Ollama is told to make room for.
    package var contextWindow: Int?
    /// Nil: recognised by host.
    package var service: OpenAIService?
    /// Nil: by the list of models that take a budget.
    package var thinkingForm: ThinkingForm?

    package init(name: String, kind: ProviderKind, baseURL: String, model: String) {
        self.name = name
        self.kind = kind
        self.baseURL = baseURL
        self.model = model
    }

    /// Whether the model thinks before it answers: known of it, or asked for.
    func reasons(_ request: ModelRequest) -> Bool {
        can(.reasoning) || request.effort.map { $0 != .off } ?? false
    }

    func can(_ capability: Capability) -> Bool { capabilities.contains(capability) }
}
