package import Domain
import Patterns

/// A limit in force, with the name people know it by.
package struct NamedClaim: Sendable, Hashable {
    /// For example "request", "repository month", "provider deepseek-v4-flash month".
    package let name: String
    package let claim: BudgetClaim
    /// The provider entry whose calls it concerns; nil for every call.
    package let provider: String?
}

/// What a review is about, in the words of the books.
package struct BudgetSubjects: Sendable, Hashable {
    /// Names the review.
    package var review: String
    /// The change's key.
    package var change: String
    /// `owner/name`, nil when not known.
    package var repository: String?
    /// What the repository's charges are kept under: its name, or its place on this machine.
    package var account: String
    /// The forge's name, "github.com"; nil for a local change, which the entries of every forge are taken to be about.
    package var forge: String?
    /// Who made the change, "github.com/1234", when they are an outsider whose changes have their own shares.
    package var outsider: String?

    package init(
        review: String, change: String, repository: String?, account: String, forge: String? = nil,
        outsider: String? = nil
    ) {
        self.review = review
        self.change = change
        self.repository = repository
        self.account = account
        self.forge = forge
        self.outsider = outsider
    }
}

extension Configuration {
    /// Every limit that calls of a review have to keep.
    package func claims(of subjects: BudgetSubjects) -> [NamedClaim] {
        var claims: [NamedClaim] = []
        if let limit = routing.requestLimit {
            claims.append(
                NamedClaim(
                    name: "request",
                    claim: BudgetClaim(scope: .request, subject: subjects.review, window: .none, limit: limit),
                    provider: nil))
        }
        var shared: [NamedClaim] = []
        func add(
            _ title: String, _ scope: BudgetScope, _ subject: String, _ limits: BudgetLimits, provider: String? = nil
        ) {
            if let limit = limits.change {
                claims.append(
                    NamedClaim(
                        name: "\(title) change",
                        claim: BudgetClaim(scope: .change, subject: subjects.change, window: .none, limit: limit),
                        provider: provider))
            }
            for (window, limit) in [
                (BudgetWindow.day, limits.day), (.week, limits.week), (.month, limits.month),
            ] {
                guard let limit else { continue }
                claims.append(
                    NamedClaim(
                        name: "\(title) \(window.rawValue)",
                        claim: BudgetClaim(scope: scope, subject: subject, window: window, limit: limit),
                        provider: provider))
                guard scope != .provider else { continue }
                shared.append(
                    NamedClaim(
                        name: "outsiders' share of \(title) \(window.rawValue)",
                        claim: BudgetClaim(
                            scope: .outsiders,
                            subject: subject.isEmpty ? scope.rawValue : "\(scope.rawValue) \(subject)",
                            window: window, limit: outsiders.share(of: limit)),
                        provider: nil))
            }
        }
        add("global", .global, "", budgets.global)
        if let organisation = subjects.repository?.split(separator: "/").first.map(String.init),
            let limits = budgets.organisations[organisation]
        {
            add("organisation \(organisation)", .organisation, organisation, limits)
        }
        add("repository", .repository, subjects.account, repositoryLimits(subjects))
        for name in budgets.providers.keys.sorted() {
            if let limits = budgets.providers[name] { add("provider \(name)", .provider, name, limits, provider: name) }
        }
        guard let outsider = subjects.outsider else { return claims }
        if let limit = outsiders.authorDay {
            let claim = BudgetClaim(scope: .author, subject: outsider, window: .day, limit: limit)
            shared.append(NamedClaim(name: "outsider's day", claim: claim, provider: nil))
        }
        return claims + shared
    }

    /// The same limits where no review is under way; `repository` is `owner/name`, nil when not known.
    package func bounds(repository: String?) -> [BudgetBound] {
        claims(of: BudgetSubjects(review: "", change: "", repository: repository, account: repository ?? ""))
            .map { BudgetBound(name: $0.name, limit: $0.claim.limit, model: $0.provider) }
    }

    /// The limits of the most specific (longest) glob that matches, narrowed by the forge's entry and by the repository's
    /// own.
    private func repositoryLimits(_ subjects: BudgetSubjects) -> BudgetLimits {
        let name = subjects.repository ?? "local/local"
        let matching = budgets.repositories.filter { entry in
            (try? Glob(entry.match))?.matches(name) ?? false
        }
        let best = matching.max { $0.match.utf8.count < $1.match.utf8.count }
        var limits = best?.limits ?? BudgetLimits()
        if let repository = RepositoryName(name) {
            for forge in forges where subjects.forge.map({ $0 == forge.name }) ?? true {
                if let served = forge.service(of: repository, otherwise: mode) {
                    limits = limits.narrowed(by: served.budget)
                }
            }
        }
        return limits.narrowed(by: repositoryBudget)
    }
}
