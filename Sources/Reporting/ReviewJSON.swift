import Diffs
package import Domain

/// `review --format json`.
package enum ReviewJSON {
    package static func document(_ report: ReviewReport) -> [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.object("change") { $0.change(report.change) }
            json.array("findings", report.findings) { $0.finding($1) }
            json.array("folded", report.folded) { $0.finding($1) }
            json.array("not_reviewed", report.notReviewed) { json, item in
                json.object { json in
                    json.path("path", base64Key: "path_base64", item.path)
                    json.field("hunk_index", item.hunkIndex)
                    json.field("reason", item.reason)
                }
            }
            json.array("gates", report.gates) { json, item in
                json.object { json in
                    json.field("gate", item.verdict.gate.rawValue)
                    json.field("outcome", item.verdict.outcome.rawValue)
                    json.field("reason", item.verdict.reason)
                    json.field("count", item.count)
                }
            }
            json.object("cost") { $0.cost(report.cost) }
            json.array("notes", report.notes) { json, note in
                json.object { json in
                    json.field("kind", note.kind)
                    json.field("text", note.text)
                }
            }
        }
        writer.endLine()
        return writer.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func change(_ change: ChangeSummary) {
        field("title", change.title)
        field("repository", change.repository)
        field("base", change.base)
        field("head", change.head)
        field("files", change.files)
        field("hunks", change.hunks)
        field("added", change.added)
        field("removed", change.removed)
    }

    fileprivate mutating func finding(_ finding: Finding) {
        object { json in
            json.path("path", base64Key: "path_base64", finding.path)
            json.field("side", finding.side.rawValue)
            json.field("start_line", finding.startLine)
            json.field("line", finding.line)
            json.field("severity", finding.severity.rawValue)
            json.field("category", finding.category.rawValue)
            json.field("rule", finding.rule)
            json.field("cwe", finding.cwe)
            json.field("title", finding.title)
            json.field("explanation", finding.explanation)
            if let suggestion = finding.suggestion {
                json.object("suggestion") { json in
                    json.field("start_line", suggestion.startLine)
                    json.field("line", suggestion.line)
                    json.field("replacement", suggestion.replacement)
                }
            } else {
                json.null("suggestion")
            }
            json.field("confidence", finding.confidence)
            json.field("model", finding.model)
            json.field("identity", finding.identity)
        }
    }

    fileprivate mutating func cost(_ cost: CostReport) {
        field("spent_usd", cost.spent.usd)
        field("held_usd", cost.held.usd)
        field("calls", cost.calls)
        field("hunks_skipped", cost.hunksSkipped)
        field("hunks_static", cost.hunksStatic)
        field("hunks_without_model", cost.hunksWithoutModel)
        field("bounded_usd", cost.bounded.usd)
        field("change_spent_usd", cost.spentOnChange?.usd)
        object("hunks_by_tier") { json in
            json.field("cheap", cost.hunksByTier[.cheap] ?? 0)
            json.field("standard", cost.hunksByTier[.standard] ?? 0)
            json.field("strong", cost.hunksByTier[.strong] ?? 0)
        }
        field("baseline_model", cost.baselineModel)
        field("baseline_usd", cost.baselineModel == nil ? nil : cost.baseline.usd)
        field("saved_usd", cost.baselineModel == nil ? nil : cost.saved.usd)
        field("masked_secrets", cost.maskedSecrets)
        array("models", cost.rows) { $0.row($1) }
        budget(cost.budgets)
    }

    private mutating func row(_ row: CostRow) {
        object { json in
            json.field("category", row.category.rawValue)
            json.field("model", row.model)
            json.field("returned_model", row.returnedModel)
            json.field("tier", row.tier?.rawValue)
            json.field("hunks", row.hunks)
            json.field("calls", row.calls)
            json.field("reused", row.reused)
            json.field("input_tokens", row.usage.uncachedInput)
            json.field("cached_input_tokens", row.usage.cachedInput)
            json.field("cache_write_tokens", row.usage.cacheWrite + row.usage.longCacheWrite)
            json.field("output_tokens", row.usage.output)
            json.field("reasoning_tokens", row.reasoningTokens)
            json.field("held_usd", row.held.usd)
            json.field("spent_usd", row.spent.usd)
            json.field("bounded_usd", row.bounded.usd)
            json.field("baseline_usd", row.baseline.usd)
        }
    }
}
