package import Domain

/// `plan --format json`.
package enum PlanJSON {
    package static func document(_ plan: Plan) -> [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.field("policy", plan.policy)
            json.field("baseline_model", plan.baselineModel)
            json.field("estimate", plan.estimate)
            json.object("totals") { json in
                json.field("expected_cost_usd", plan.totals.expectedCost.usd)
                json.field("held_cost_usd", plan.totals.heldCost.usd)
                json.field("all_dearest_cost_usd", plan.totals.allDearestCost.usd)
                json.field("all_cheapest_cost_usd", plan.totals.allCheapestCost.usd)
                json.field("baseline_cost_usd", plan.totals.baselineCost.usd)
            }
            json.budget(plan.budgets)
            json.strings("warnings", plan.warnings)
            json.array("hunks", plan.hunks) { $0.hunk($1) }
        }
        writer.endLine()
        return writer.bytes
    }
}

extension JSONWriter {
    mutating func budget(_ lines: [BudgetLine]) {
        array("budget", lines) { json, line in
            json.object { json in
                json.field("name", line.name)
                json.field("limit_usd", line.limit.usd)
                json.field("spent_usd", line.spent?.usd)
            }
        }
    }

    mutating func strings(_ key: StaticString, _ texts: [String]) {
        array(key, texts) { $0.string($1) }
    }

    fileprivate mutating func hunk(_ planned: PlannedHunk) {
        object { json in
            json.identity(of: planned.hunk)
            json.field("category", planned.hunk.assessment.category.rawValue)
            json.field("risk", planned.hunk.assessment.risk)
            json.array("segments", planned.segments) { $0.segment($1) }
        }
    }

    private mutating func segment(_ planned: PlannedSegment) {
        object { json in
            json.ranges(planned.segment.ranges)
            json.field("category", planned.segment.category.rawValue)
            json.field("risk", planned.segment.risk)
            json.field("decision", planned.decision.rawValue)
            json.field("model", planned.model)
            json.field("tier", planned.tier?.rawValue)
            json.field("unit", planned.unit)
            json.field("callable", planned.callable)
            json.field("expected_cost_usd", planned.expectedCost.usd)
            json.field("held_cost_usd", planned.heldCost.usd)
            json.field("expected_value_usd", planned.expectedValue.usd)
            json.field("why", planned.why)
            json.array("alternatives", planned.alternatives) { json, alternative in
                json.object { json in
                    json.field("option", alternative.option)
                    json.field("expected_cost_usd", alternative.expectedCost.usd)
                    json.field("expected_value_usd", alternative.expectedValue.usd)
                    json.field("why", alternative.why)
                }
            }
        }
    }
}
