import Domain

/// Adds up what the calls of a review did, by category and model.
struct CostTally {
    private struct Key: Hashable {
        let category: Category
        let model: String
    }

    private var rows: [Key: CostRow] = [:]
    private var hunks: [Key: Set<String>] = [:]
    private var tierOfHunk: [String: Tier] = [:]

    mutating func add(_ calls: [LoggedCall], tier: (String, Category) -> Tier?) {
        for call in calls {
            let key = Key(category: call.category, model: call.model)
            var row =
                rows[key]
                ?? CostRow(category: call.category, model: call.model, tier: tier(call.model, call.category))
            if let record = call.record {
                if record.outcome.wasSent { row.calls += 1 }
                row.held += record.held
                if let usage = record.outcome.usage {
                    row.usage = row.usage + usage
                    row.seconds += record.outcome.duration
                }
                row.reasoningTokens += record.outcome.reasoningTokens ?? 0
                if record.outcome.settlement == .bounded {
                    row.bounded += record.charged
                } else {
                    row.exact += record.charged
                }
                if let returned = record.outcome.returnedModel { row.returnedModel = returned }
            } else {
                row.reused += 1
            }
            rows[key] = row
        }
    }

    /// A model looked at these hunks.
    mutating func reviewed(_ unit: ReviewUnit, by model: String, tier: Tier?, baseline: Money) {
        let key = Key(category: unit.category, model: model)
        for hunk in unit.hunks {
            if hunks[key, default: []].insert(hunk.fingerprint).inserted { rows[key]?.hunks += 1 }
            if let tier, tierOfHunk[hunk.fingerprint].map({ $0.rank < tier.rank }) ?? true {
                tierOfHunk[hunk.fingerprint] = tier
            }
        }
        rows[key]?.baseline += baseline
    }

    /// - Parameter sentModels: The name each entry sends, to leave out an answer's model that is the same.
    func sorted(sentModels: (String) -> String?) -> [CostRow] {
        rows.values.map { row in
            var row = row
            if let sent = sentModels(row.model), row.returnedModel == sent { row.returnedModel = nil }
            return row
        }.sorted { left, right in
            let order = Category.allCases
            let (a, b) = (order.firstIndex(of: left.category) ?? 0, order.firstIndex(of: right.category) ?? 0)
            return a != b ? a < b : left.model < right.model
        }
    }

    var hunksByTier: [Tier: Int] {
        tierOfHunk.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    var reviewedHunks: Set<String> { hunks.values.reduce(into: []) { $0.formUnion($1) } }
}

extension Tier {
    fileprivate var rank: Int {
        switch self {
        case .cheap: 0
        case .standard: 1
        case .strong: 2
        }
    }
}
