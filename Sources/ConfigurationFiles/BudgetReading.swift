import Domain
import Patterns

extension SectionReader {
    func limits(_ field: Field, keys: [KeyName]) -> BudgetLimits {
        var limits = BudgetLimits()
        guard let fields = section(field, keys: keys) else { return limits }
        limits.change = fields["change_usd"].flatMap { money($0) }
        limits.day = fields["day_usd"].flatMap { money($0) }
        limits.week = fields["week_usd"].flatMap { money($0) }
        limits.month = fields["month_usd"].flatMap { money($0) }
        return limits
    }

    func budgets(_ field: Field) -> BudgetSettings {
        var budgets = BudgetSettings()
        guard let fields = section(field, keys: KeyNames.budgets) else { return budgets }
        if let field = fields["global"] { budgets.global = limits(field, keys: KeyNames.windows) }
        if let field = fields["pace"], let pace = choice(field, of: BudgetSettings.Pace.self) { budgets.pace = pace }
        for entry in fields["organisations"].flatMap({ mapping($0) }) ?? [] {
            budgets.organisations[entry.name] = limits(entry, keys: KeyNames.windows)
        }
        for entry in fields["providers"].flatMap({ mapping($0) }) ?? [] {
            budgets.providers[entry.name] = limits(entry, keys: KeyNames.windows)
        }
        for entry in fields["repositories"].flatMap({ mapping($0) }) ?? [] {
            do {
                _ = try Glob(entry.name)
            } catch {
                refuse(entry, error.description)
            }
            budgets.repositories.append((entry.name, limits(entry, keys: KeyNames.repositoryWindows)))
        }
        return budgets
    }
}
