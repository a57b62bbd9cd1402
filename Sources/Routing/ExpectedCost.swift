package import Domain

/// Predictions for one request that carries given parts of a change.
package enum ExpectedCost {
    /// What the request is expected to cost at a model.
    package static func of(
        _ parts: [FallbackOrder.Part], category: Category, at model: RoutableModel, in request: AllocationRequest
    ) -> Money {
        let call = CallCost(model: model, category: category, request: request)
        return call.expected(FallbackOrder.shape(of: parts, for: model.kind, category, call, request.estimate))
    }
}

extension RoutableModel {
    /// Hidden tokens that a request of the category may spend, within the model's output limit.
    package func reasoningLimit(for category: Category) -> Int {
        min(reasoningAllowance[category] ?? 0, max(0, maxOutput - 64))
    }

    /// Visible tokens that a request of the category may spend, within the model's output limit.
    package func answerLimit(for category: Category, _ settings: RoutingSettings) -> Int {
        max(1, min(settings.maxOutputTokens[category] ?? 1000, maxOutput - reasoningLimit(for: category)))
    }
}
