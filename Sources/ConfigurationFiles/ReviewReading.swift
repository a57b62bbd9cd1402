import Domain

extension SectionReader {
    /// What a file says of the `review` block, applied to what holds so far; a repository can only be stricter.
    func review(_ field: Field, within current: ReviewSettings, notes: inout [String]) -> ReviewSettings {
        var result = current
        guard let fields = section(field, keys: isRepositorys ? KeyNames.repositoryReview : KeyNames.review) else {
            return result
        }
        if let field = fields["severity_floor"], let floor = choice(field, of: Severity.self) {
            if isRepositorys, floor < current.severityFloor {
                keep(field, current.severityFloor.rawValue, &notes)
            } else {
                result.severityFloor = floor
            }
        }
        if let field = fields["max_comments"], let cap = count(field, in: 0...100) {
            if isRepositorys, cap > current.maxComments {
                keep(field, String(current.maxComments), &notes)
            } else {
                result.maxComments = cap
            }
        }
        if let field = fields["confidence_floor"], let floor = share(field) {
            if isRepositorys, floor < current.confidenceFloor {
                keep(field, String(current.confidenceFloor), &notes)
            } else {
                result.confidenceFloor = floor
            }
        }
        if let field = fields["comment_when_clean"], let flag = flag(field) {
            if isRepositorys, flag, !current.commentsWhenClean {
                keep(field, "false", &notes)
            } else {
                result.commentsWhenClean = flag
            }
        }
        if let field = fields["cost_report"], let place = choice(field, of: CostReportPlace.self) {
            result.costReport = place
        }
        if let field = fields["request_changes_from"] { result.requestsChangesFrom = severityOrNone(field) }
        return result
    }

    private enum SeverityOrNone: String, CaseIterable { case critical, high, medium, low, none }

    private func severityOrNone(_ field: Field) -> Severity? {
        choice(field, of: SeverityOrNone.self).flatMap { Severity(rawValue: $0.rawValue) }
    }
}
