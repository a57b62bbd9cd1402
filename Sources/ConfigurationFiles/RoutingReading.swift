import Domain

extension SectionReader {
    func routing(_ fields: [String: Field]) -> RoutingSettings {
        var routing = RoutingSettings()
        routing.requestLimit = fields["default_budget_limit"].flatMap { money($0) }
        if let field = fields["max_output_tokens"] {
            for (category, field) in byCategory(field) ?? [] {
                if let tokens = count(field, in: 16...200_000) { routing.maxOutputTokens[category] = tokens }
            }
        }
        if let field = fields["policy"], let policy = choice(field, of: RoutingPolicy.self) { routing.policy = policy }
        if let field = fields["value_of_finding_usd"], let value = money(field) {
            if value > .zero {
                routing.valueOfFinding = value
            } else {
                refuse(field, "must be more than 0: a finding that is worth nothing buys no look")
            }
        }
        if let field = fields["quality_floor"] {
            routing.qualityFloor = perCategory(field) { field in
                self.quality(field)?.value.map { $0 > 1 ? $0 / 10 : $0 }
            }
        }
        if let field = fields["fallback"] {
            for (category, field) in byCategory(field) ?? [] {
                if let names = texts(field, maxCount: 32) { routing.fallback[category] = names }
            }
        }
        routing.baselineModel = fields["baseline_model"].flatMap { text($0) }
        if let field = fields["deadline_seconds"], let seconds = count(field, in: 1...86_400) {
            routing.deadlineSeconds = seconds
        }
        return routing
    }

    func validation(_ field: Field) -> ValidationSettings {
        var validation = ValidationSettings()
        guard let fields = section(field, keys: KeyNames.validation) else { return validation }
        if let field = fields["enabled"], let flag = flag(field) { validation.enabled = flag }
        if let field = fields["fallback_on_failure"], let flag = flag(field) { validation.fallbackOnFailure = flag }
        if let field = fields["gates"], let items = list(field) {
            validation.gates = Set(items.compactMap { gate($0) })
        }
        return validation
    }

    /// A gate by its name, or by the name that files of this form have long used.
    private func gate(_ field: Field) -> GateName? {
        let older = ["syntax_check": GateName.syntax, "security_scan": .security, "complexity_annotation": .complexity]
        guard let name = text(field) else { return nil }
        if let gate = older[name] ?? GateName(rawValue: name) { return gate }
        if ["analysers", "tests"].contains(name) {
            refuse(field, "the gate \(name) is not built yet in this version; remove it")
        } else {
            let names = GateName.allCases.map(\.rawValue) + older.keys.sorted()
            refuse(field, "unknown gate \"\(printable(name))\"" + NearestName.hint(name, among: names, noun: "gates"))
        }
        return nil
    }

    // MARK: By category

    /// The entries of a mapping from categories.
    func byCategory(_ field: Field) -> [(Category, Field)]? {
        guard let entries = mapping(field) else { return nil }
        let names = Category.allCases.map(\.rawValue)
        return entries.compactMap { entry in
            if let category = Category(rawValue: entry.name) { return (category, entry) }
            refuse(entry, "unknown category" + NearestName.hint(entry.name, among: names, noun: "categories"))
            return nil
        }
    }

    /// One value for all, or a mapping from categories.
    func perCategory<Value: Sendable & Hashable>(_ field: Field, _ read: (Field) -> Value?) -> PerCategory<Value> {
        guard isMapping(field) else { return PerCategory(all: read(field)) }
        var result = PerCategory<Value>()
        for (category, entry) in byCategory(field) ?? [] {
            if let value = read(entry) { result.byCategory[category] = value }
        }
        return result
    }

    /// 0 to 1, or above 1 out of ten.
    func quality(_ field: Field) -> ExactDecimal? {
        decimal(field, in: 0...10)
    }
}
