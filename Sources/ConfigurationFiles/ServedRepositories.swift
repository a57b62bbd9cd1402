package import Domain
import Patterns

/// Which repositories of a forge are served and how: the entries of `forges[].repositories` in the order in which they
/// win. Exact names come before patterns, then the longer part before the first wildcard, then the longer pattern.
/// Names are compared without regard to case, as GitHub does.
package struct ServedRepositories: Sendable {
    private struct Candidate: Sendable {
        let glob: Glob
        let served: ServedRepository
    }

    private let candidates: [Candidate]

    /// - Parameter mode: What holds for exactly named repositories when neither entry nor forge says otherwise.
    package init(_ forge: ForgeSettings, otherwise mode: ReviewMode) {
        candidates = forge.repositories.compactMap { entry -> (Candidate, Specificity)? in
            guard let glob = try? Glob(entry.match.lowercased()) else { return nil }
            let specificity = Specificity(entry.match)
            // Nobody meant this very repository: it is looked at, and nothing is written there until somebody says so.
            let byWildcard = mode == .off ? ReviewMode.off : .observe
            let served = ServedRepository(
                match: entry.match,
                mode: entry.mode ?? forge.mode ?? (specificity.isExact ? mode : byWildcard), budget: entry.budget)
            return (Candidate(glob: glob, served: served), specificity)
        }
        .enumerated()
        .sorted { left, right in
            left.element.1 == right.element.1 ? left.offset < right.offset : left.element.1 > right.element.1
        }
        .map(\.element.0)
    }

    /// Nil for a repository that is not served.
    package func service(of repository: RepositoryName) -> ServedRepository? {
        let name = Array(repository.description.lowercased().utf8)
        return candidates.first { $0.glob.matches(name) }?.served
    }
}

/// How closely a pattern names what it matches.
private struct Specificity: Comparable {
    let isExact: Bool
    let literalPrefix: Int
    let length: Int

    init(_ pattern: String) {
        let wildcards: [UInt8] = [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\")]
        literalPrefix = pattern.utf8.prefix { !wildcards.contains($0) }.count
        length = pattern.utf8.count
        isExact = literalPrefix == length && RepositoryName(pattern) != nil
    }

    static func < (left: Specificity, right: Specificity) -> Bool {
        (left.isExact ? 1 : 0, left.literalPrefix, left.length)
            < (right.isExact ? 1 : 0, right.literalPrefix, right.length)
    }
}

extension ForgeSettings {
    /// What holds for one repository; where many are asked for, keep a `ServedRepositories`.
    package func service(of repository: RepositoryName, otherwise mode: ReviewMode) -> ServedRepository? {
        ServedRepositories(self, otherwise: mode).service(of: repository)
    }
}
