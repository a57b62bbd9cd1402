package import Diffs
package import Domain

/// Which models may look at a unit, best first: what is tried when the first choice fails.
///
/// Order: the configured fallback list of the category, then what is worth most after cost. Neither overrides a data
/// policy, a floor, supported tasks, a context window, the most one call may hold, nor the models asked for; and a
/// model that nobody configured as a fallback must be worth its price.
package struct FallbackOrder: Sendable {
    package struct Candidate: Sendable, Equatable {
        /// The provider entry's name.
        package let name: String
        package let key: Breakers.Key
        /// See `RoutableModel.endpoint`.
        package let endpoint: String
        package let contextWindow: Int
        /// Picodollars of value beyond what it costs and what the static rules find.
        package let gain: Double

        package init(name: String, key: Breakers.Key, endpoint: String, contextWindow: Int, gain: Double) {
            self.name = name
            self.key = key
            self.endpoint = endpoint
            self.contextWindow = contextWindow
            self.gain = gain
        }
    }

    /// One part of a unit.
    package struct Part {
        package let path: Path
        package let segment: Segment
        package let size: SegmentSize

        package init(path: Path, segment: Segment, size: SegmentSize) {
            self.path = path
            self.segment = segment
            self.size = size
        }
    }

    /// The first choice first, then the others; only those permitted.
    package let candidates: [Candidate]
    /// Whether the unit can be cut into smaller ones.
    package let canSplit: Bool

    package init(candidates: [Candidate], canSplit: Bool) {
        self.candidates = candidates
        self.canSplit = canSplit
    }

    /// - Parameters:
    ///   - request: What the plan was made from; breakers are not looked at, since they change while a review runs.
    ///   - first: The name of the planned model.
    package init(_ request: AllocationRequest, category: Category, parts: [Part], first: String) {
        var request = request
        request.resting = [:]
        let residency = parts.reduce(AllowedResidency.anywhere) { $0.narrowed(by: request.residency($1.path)) }
        let permitted = request.models.enumerated().compactMap { index, model -> (index: Int, candidate: Candidate)? in
            let terms = ModelTerms(model, request)
            let call = CallCost(model: model, category: category, request: request)
            guard model.isCallable, terms.barred == nil, residency.permits(model.residency), terms.supports(category),
                call.quality >= request.settings.qualityFloor[category] ?? 0
            else { return nil }
            let shape = FallbackOrder.shape(of: parts, for: model.kind, category, call, request.estimate)
            guard call.fitsWindow(shape), call.callLimit.map({ call.held(shape) <= $0 }) ?? true else { return nil }
            let risk = parts.reduce(0.0) { $0 + min(max($1.segment.risk, 0), 1) }
            let worth = Double(request.settings.valueOfFinding.picodollars) * request.settings.policy.valueScale
            let seconds = terms.seconds(
                input: shape.inputTokens, output: shape.answerTokens + shape.reasoningTokens, calls: 1)
            let gain =
                risk * worth * (call.quality * terms.patience - AllocationTable.staticQuality)
                - Double(call.expected(shape).picodollars) - terms.shadow(seconds: seconds)
            return (
                index,
                Candidate(
                    name: model.name, key: Breakers.Key(model), endpoint: model.endpoint,
                    contextWindow: model.contextWindow, gain: gain)
            )
        }
        let listed = request.settings.fallback[category] ?? []
        func rank(_ name: String) -> Int {
            name == first ? -1 : listed.firstIndex(of: name) ?? listed.count
        }
        candidates =
            permitted
            .filter { rank($0.candidate.name) < listed.count || $0.candidate.gain > 0 }
            .sorted { left, right in
                let (a, b) = (rank(left.candidate.name), rank(right.candidate.name))
                if a != b { return a < b }
                if left.candidate.gain != right.candidate.gain { return left.candidate.gain > right.candidate.gain }
                return left.index < right.index
            }
            .map(\.candidate)
        canSplit = parts.count > 1
    }

    static func shape(
        of parts: [Part], for kind: ProviderKind, _ category: Category, _ call: CallCost,
        _ estimate: any TokenEstimating
    ) -> CallShape {
        var shape = CallShape(
            inputTokens: estimate.fixedInputTokens + estimate.overheadTokens, answerTokens: estimate.fixedOutputTokens,
            reasoningTokens: call.expectedReasoning, serialisedBytes: estimate.fixedSerialisedBytes)
        for part in parts {
            shape.inputTokens += estimate.inputTokens(of: part.size, for: kind)
            shape.answerTokens += estimate.outputTokens(category: category, risk: part.segment.risk)
            shape.serialisedBytes += part.size.serialisedBytes
        }
        return shape
    }
}
