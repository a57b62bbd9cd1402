/// The service's limits, as its documentation gives them (docs.github.com, "Rate limits for the REST API", "Limits for
/// viewing content and diffs in a repository", read on 2026-11-21). Tests lower them.
package struct ServiceLimits: Sendable {
    /// Requests an hour by one token, installation or person.
    package var requestsPerHour = 5000
    /// Requests an hour from one address without credentials.
    package var anonymousRequestsPerHour = 60
    /// Writes a minute that make content, the secondary limit; nil: no such limit. The service's own is about 80.
    package var contentPerMinute: Int?
    /// Seconds that a secondary limit asks to wait.
    package var secondaryWait = 60
    /// Whether a secondary limit answers 429 instead of 403.
    package var secondaryAnswersTooMany = false
    /// Files of a diff that is served as text, and its lines.
    package var diffFiles = 300
    package var diffLines = 20_000
    /// Files that a pull request's list shows.
    package var listedFiles = 3000
    /// Files of a comparison, and commits of a pull request's list.
    package var comparedFiles = 300
    package var listedCommits = 250
    /// A file whose patch has more lines or bytes is listed without it; so are those after the sum of either.
    package var patchLines = 20_000
    package var patchBytes = 500_000
    package var allPatchesLines = 20_000
    package var allPatchesBytes = 1_000_000
    /// Characters of a comment or review.
    package var bodyLength = 65_536
    package var labelsPerIssue = 100
    package var statusesPerContext = 1000
    /// Bytes of a file that the contents pages give inline; above it up to `largestBlob` only raw.
    package var inlineContent = 1_048_576
    package var largestBlob = 104_857_600
    package var treeEntries = 100_000

    package init() {}
}
