import ConfigurationFiles
import Diffs
import Domain
import Reviewing
import Routing
import Server
import Storage
import SyntaxTrees
import Synchronization

/// Reviews changes of forges by the configuration the service holds.
struct ServiceReviewer: ChangeReviewer {
    let setup: Setup
    let room: ModelRoom

    var policyVersion: String { ModelBench.policyVersion }

    func review(
        _ order: ReviewOrder, of input: ChangeInput, mayCall: @escaping @Sendable () async -> Bool
    ) async throws -> ReviewedChange {
        var (settings, staticOnly, notes) = try settings(order, input)
        if let limit = order.changeLimit { settings.narrowChangeLimit(to: limit) }
        let review = StaticReview(
            classifier: settings.classifier, reviewer: settings.reviewer, secrets: settings.secrets,
            grammars: setup.grammars, validation: settings.configuration.validation, isIgnored: settings.isIgnored)
        var shelf = SourceShelf(input, grammars: setup.grammars)
        var keys = ReviewedKeys()
        var result = review.run(input) {
            shelf.keep($0)
            keys.keep($0)
        }
        let reviewedKeys = result.hunks.map { keys.key(of: $0, policyVersion: policyVersion) }
        result.hunks = zip(result.hunks, reviewedKeys).map { hunk, key in
            guard let key, order.reviewed.contains(key), hunk.assessment.skip == nil else { return hunk }
            return hunk.skipped(by: "reviewed-before")
        }
        let stop = StopFlag()
        var outcome = Outcome()
        if staticOnly == nil, settings.hasModels {
            outcome = try await askModels(settings, order, input, result, review, shelf) {
                if await mayCall() { return true }
                stop.raise()
                return false
            }
            notes += settings.unroutableNotes
        } else if let staticOnly, settings.hasModels {
            notes.append(Note(kind: "static-only", text: "Static rules only: \(staticOnly)."))
        }
        var policy = settings.findingPolicy(isComment: false)
        policy.unproven = outcome.bench?.unproven ?? []
        let report = ReviewReport(
            result, of: input, notes: settings.notes + notes + outcome.notes, plan: outcome.plan,
            models: outcome.models, whyNoModel: outcome.whyNoModel, account: outcome.account, policy: policy)
        if !stop.isRaised { await outcome.bench?.record(report) }
        return ReviewedChange(
            report: report,
            // Where no model could be asked, one that comes later is to see these hunks.
            reviewed: outcome.models != nil && !stop.isRaised ? Self.done(result.hunks, reviewedKeys, report) : [],
            explanations: explanations(report, result.hunks, outcome, settings), wasStopped: stop.isRaised,
            review: settings.configuration.review)
    }

    /// What models had to do with the review.
    private struct Outcome {
        var plan: Plan?
        var models: ModelReviewResult?
        var account: ReviewAccount?
        var whyNoModel = ""
        var notes: [Note] = []
        var bench: ModelBench?
    }

    /// The settings, why no model may look, and what is to be said. A base whose own configuration cannot be read may
    /// have wished for a stricter data policy: nothing is sent then.
    private func settings(
        _ order: ReviewOrder, _ input: ChangeInput
    ) throws -> (Settings, staticOnly: String?, notes: [Note]) {
        let adjust = { (configuration: inout Configuration) in
            for (index, override) in order.categories.enumerated() {
                var rule = ClassificationRuleSettings(name: "command \(index + 1)", isRepositorys: false)
                rule.path = override.path
                rule.category = override.category
                configuration.classificationRules.append(rule)
            }
        }
        let name = order.pullRequest.address.repository
        do throws(Failure) {
            return (try setup.settings(for: input, repository: name, adjust: adjust), order.staticOnly, [])
        } catch {
            guard input.baseConfiguration != nil else { throw error }
            let settings = try setup.settings(
                for: input.withoutBaseConfiguration, repository: name, adjust: adjust)
            let why = "the base's .hunkwise.yaml is not valid"
            return (
                settings, order.staticOnly ?? why,
                [Note(kind: "configuration", text: "It was left aside: \(Printable.text(error.message, limit: 300))")]
            )
        }
    }

    private func askModels(
        _ settings: Settings, _ order: ReviewOrder, _ input: ChangeInput, _ result: StaticReviewResult,
        _ review: StaticReview, _ shelf: SourceShelf, mayCall: @escaping @Sendable () async -> Bool
    ) async throws -> Outcome {
        let address = order.pullRequest.address
        let subjects = BudgetSubjects(
            review: order.key, change: address.key, repository: address.repository.description,
            account: address.repository.description, forge: address.forge,
            outsider: order.isOutsiders ? "\(address.forge)/\(order.pullRequest.author.id)" : nil)
        let bench = try await ModelBench(
            settings, subjects, hunks: result.hunks, in: room, configurationDigest: setup.digest(for: input),
            forge: address.forge)
        guard bench.hasCallable else {
            return Outcome(
                plan: bench.plan, whyNoModel: "no configured model can be called", notes: bench.notes, bench: bench)
        }
        let models = try await bench.run(input, gates: review, shelf: shelf, mayCall: mayCall)
        return Outcome(
            plan: bench.plan, models: models, account: await bench.account(),
            notes: bench.notes + bench.unprovenNotes(models), bench: bench)
    }

    /// Keys of the hunks that everybody looked at who was meant to.
    private static func done(
        _ hunks: [AssessedHunk], _ keys: [String?], _ report: ReviewReport
    ) -> [String] {
        var missed: Set<String> = []
        for item in report.notReviewed { missed.insert("\(item.hunkIndex ?? -1) \(item.path.display)") }
        return zip(hunks, keys).compactMap { hunk, key in
            missed.contains("\(hunk.hunkIndex ?? -1) \(hunk.file.path.display)") ? nil : key
        }
    }

    // MARK: Explanations

    private func explanations(
        _ report: ReviewReport, _ hunks: [AssessedHunk], _ outcome: Outcome, _ settings: Settings
    ) -> [String: FindingExplanation] {
        var result: [String: FindingExplanation] = [:]
        for finding in (report.findings + report.folded).prefix(500) {
            guard let hunk = hunks.first(where: { $0.holds(finding) }) else { continue }
            let segment = hunk.assessment.segments.first { $0.ranges.holds(finding) }
            let planned = outcome.plan?.hunks.first { $0.hunk.fingerprint == hunk.fingerprint }?.segments
                .first { $0.segment.ranges.holds(finding) }
            let model = settings.resolution.models.first { $0.name == finding.model }
            let rates = model?.prices.tiers.first?.rates
            let row = report.cost.rows.first { $0.model == finding.model && $0.category == finding.category }
            result[finding.identity] = FindingExplanation(
                hunk: hunk.hunk.map { Printable.text($0.header, limit: 120) } ?? "",
                category: segment?.category ?? hunk.assessment.category, risk: segment?.risk ?? hunk.assessment.risk,
                reasons: segment?.reasons ?? hunk.assessment.reasons, rule: finding.rule,
                confidence: finding.confidence, model: finding.model, tier: planned?.tier,
                inputPrice: rates?.input.perMillion, outputPrice: rates?.output.perMillion, spent: row?.spent.usd,
                why: planned?.why ?? "static rules run on every hunk",
                gates: report.gates.prefix(20).map(\.text))
        }
        return result
    }
}

/// Raised once, from any task.
private final class StopFlag: Sendable {
    private let raised = Mutex(false)

    var isRaised: Bool { raised.withLock { $0 } }

    func raise() { raised.withLock { $0 = true } }
}

extension AssessedHunk {
    fileprivate func holds(_ finding: Finding) -> Bool {
        guard file.path == finding.path, let hunk else { return file.path == finding.path && hunkIndex == nil }
        guard let line = finding.line else { return true }
        let (start, count) = finding.side == .old ? (hunk.oldStart, hunk.oldLines) : (hunk.newStart, hunk.newLines)
        return line >= start && line < start + max(1, count)
    }
}

extension LineRanges {
    fileprivate func holds(_ finding: Finding) -> Bool {
        guard let line = finding.line else { return true }
        let (start, count) = finding.side == .old ? (oldStart, oldLines) : (newStart, newLines)
        return line >= start && line < start + max(1, count)
    }
}

extension GateCount {
    fileprivate var text: String {
        let why = verdict.reason.map { " (\($0))" } ?? ""
        return "\(verdict.gate.rawValue): \(verdict.outcome.rawValue)\(why) × \(count)"
    }
}
