import Domain
import Yams

extension SectionReader {
    func providers(_ field: Field) -> [ProviderSettings] {
        guard let items = list(field) else { return [] }
        guard items.count <= 500 else {
            refuse(field, "has more than 500 entries")
            return []
        }
        var seen: [String: Int] = [:]
        return items.compactMap { item in
            guard let settings = provider(item) else { return nil }
            if let line = seen[settings.name] {
                refuse(item, "the name \(printable(settings.name)) is given twice, first on line \(line)")
            }
            seen[settings.name] = seen[settings.name] ?? item.line
            return settings
        }
    }

    private func provider(_ item: Field) -> ProviderSettings? {
        guard let fields = section(item, keys: KeyNames.provider) else { return nil }
        guard let nameField = fields["name"] else {
            refuse(item, "needs name")
            return nil
        }
        guard let name = text(nameField, maxBytes: 200) else { return nil }
        if name == "static" || name == "builtin" {
            refuse(nameField, "\(name) is the static reviewer's own name")
            return nil
        }
        var entry = ProviderSettings(name: name)
        entry.file = file
        entry.line = item.line
        entry.lines = fields.mapValues(\.line)
        entry.kind = fields["kind"].flatMap { choice($0, of: ProviderKind.self) }
        entry.baseURL = fields["base_url"].flatMap { baseURL($0) }
        entry.model = fields["model"].flatMap { text($0, maxBytes: 300) }
        entry.apiKeyVariable = fields["api_key_env"].flatMap { variable($0, suchAs: "OPENAI_API_KEY") }
        entry.apiKeyFile = fields["api_key_file"].flatMap { text($0) }
        if let field = fields["api_key_file"], entry.apiKeyVariable != nil {
            refuse(field, "stands beside api_key_env: keep one of them")
        }
        readPrices(fields, into: &entry)
        readAbilities(fields, into: &entry)
        entry.temperature = fields["temperature"].flatMap { decimal($0, in: 0...2)?.value }
        entry.headers = fields["headers"].map { headers($0) } ?? [:]
        entry.extraBody = fields["extra_body"].flatMap { jsonObject($0) }
        entry.residency = fields["residency"].flatMap { text($0, maxBytes: 64) }
        entry.isResidencyAttested = fields["residency_attested"].flatMap { flag($0) } ?? false
        entry.retention = fields["retention"].flatMap { text($0, maxBytes: 64) }
        entry.hardwarePerHour = fields["hardware_usd_per_hour"].flatMap { money($0) }
        return entry
    }

    private func readAbilities(_ fields: [String: Field], into entry: inout ProviderSettings) {
        entry.contextWindow = fields["context_window"].flatMap { count($0, in: 512...100_000_000) }
        entry.maxOutput = fields["max_output"].flatMap { count($0, in: 16...10_000_000) }
        entry.quality = fields["quality"].map { perCategory($0) { self.quality($0) } } ?? PerCategory()
        entry.tier = fields["tier"].flatMap { choice($0, of: Tier.self) }
        entry.reasoning =
            fields["reasoning"].map { perCategory($0) { self.choice($0, of: ReasoningEffort.self) } } ?? PerCategory()
        entry.reasoningTokens = fields["reasoning_tokens"].flatMap { count($0, in: 0...1_000_000) }
        entry.maxConcurrency = fields["max_concurrency"].flatMap { count($0, in: 1...10_000) }
        entry.requestsPerMinute = fields["requests_per_minute"].flatMap { count($0, in: 1...1_000_000) }
        entry.latencyTargetMilliseconds = fields["latency_target_ms"].flatMap { count($0, in: 1...3_600_000) }
        entry.tokensPerSecond = fields["tokens_per_second"].flatMap { count($0, in: 1...1_000_000) }
        entry.supports = fields["supports"].flatMap { choices($0, of: Capability.self) }
        entry.supportedTasks = fields["supported_tasks"].flatMap { choices($0, of: Category.self) }
        if let field = fields["supported_tasks"], let tasks = entry.supportedTasks, tasks.isEmpty {
            refuse(field, "names no category, so nothing could be sent")
        }
        entry.isDynamic = fields["routing_mode"].flatMap { choice($0, of: RoutingMode.self) } == .dynamic
    }

    private enum RoutingMode: String, CaseIterable {
        case fixed, dynamic
    }

    private func choices<Value: RawRepresentable & CaseIterable & Hashable>(
        _ field: Field, of type: Value.Type
    ) -> Set<Value>? where Value.RawValue == String {
        guard let items = list(field) else { return nil }
        let values = items.compactMap { choice($0, of: type, noted: false) }
        guard values.count == items.count else { return nil }
        note(field, "[" + values.map(\.rawValue).joined(separator: ", ") + "]")
        return Set(values)
    }

    // MARK: Prices

    private func readPrices(_ fields: [String: Field], into entry: inout ProviderSettings) {
        entry.prices = prices(fields)
        if let field = fields["price"] {
            if text(field) == "contract" {
                entry.priceIsContract = true
            } else {
                refuse(field, "must be contract; prices themselves are cost_per_input_token and its kin")
            }
        }
        for item in fields["context_tiers"].flatMap({ list($0) }) ?? [] {
            guard let fields = section(item, keys: KeyNames.contextTier) else { continue }
            guard let above = fields["above"] else {
                refuse(item, "needs above: the number of input tokens beyond which it holds")
                continue
            }
            guard let tokens = count(above, in: 1...100_000_000) else { continue }
            let prices = prices(fields)
            if entry.contextTiers.contains(where: { $0.above == tokens }) {
                refuse(above, "is given twice")
            } else if prices.isEmpty {
                refuse(item, "has no price")
            }
            entry.contextTiers.append(ProviderSettings.ContextTier(above: tokens, prices: prices))
        }
        for item in fields["price_hours"].flatMap({ list($0) }) ?? [] {
            guard let fields = section(item, keys: KeyNames.priceHours), let hours = weeklyHours(item, fields) else {
                continue
            }
            entry.priceHours.append(ProviderSettings.HourlyPrices(hours: hours, prices: prices(fields)))
        }
    }

    private func prices(_ fields: [String: Field]) -> WrittenPrices {
        WrittenPrices(
            input: fields["cost_per_input_token"].flatMap { price($0) },
            output: fields["cost_per_output_token"].flatMap { price($0) },
            cachedInput: fields["cost_per_cached_input_token"].flatMap { price($0) },
            cacheWrite: fields["cost_per_cache_write_token"].flatMap { price($0) })
    }

    private func weeklyHours(_ item: Field, _ fields: [String: Field]) -> WeeklyHours? {
        guard let field = fields["hours_utc"] else {
            refuse(item, "needs hours_utc, for example \"16:30-00:30\"")
            return nil
        }
        guard let text = text(field) else { return nil }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(SectionReader.minute(of:))
        guard ends.count == 2, let start = ends[0], let end = ends[1], start < 1440 else {
            refuse(field, "must be a span of hours such as \"16:30-00:30\"")
            return nil
        }
        var weekdays = Set(1...7)
        if let field = fields["weekdays"] {
            guard let items = list(field) else { return nil }
            let days = items.compactMap { count($0, in: 1...7) }
            guard days.count == items.count, !days.isEmpty else { return nil }
            weekdays = Set(days)
        }
        return WeeklyHours(weekdays: weekdays, startMinute: start, endMinute: end)
    }

    private static func minute(of time: Substring) -> Int? {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count <= 2, parts[1].utf8.count == 2, let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0...24).contains(hour), (0...59).contains(minute), hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    // MARK: Endpoints

    private func baseURL(_ field: Field) -> String? {
        guard let text = text(field, maxBytes: 2000, noted: false) else { return nil }
        guard !text.contains("@") else {
            refuse(field, "holds credentials: name the key with api_key_env or api_key_file instead")
            return nil
        }
        guard let host = KnownProvider.host(of: text), !text.contains("#"), !text.contains("?"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            refuse(field, "must be an address such as https://api.example.com/v1")
            return nil
        }
        if text.lowercased().hasPrefix("http://"), !SectionReader.isPrivate(host: host) {
            refuse(field, "must begin with https:// unless the host is on this machine or a private network")
            return nil
        }
        note(field, text)
        return text
    }

    /// Names without a dot and private addresses; where they really lead is checked when a connection is made.
    private static func isPrivate(host: String) -> Bool {
        if KnownProvider.isLoopback(host: host) || !host.contains(".") && !host.contains(":") { return true }
        for ending in [".local", ".internal", ".lan", ".home.arpa"] where host.hasSuffix(ending) { return true }
        if host.hasPrefix("fd") || host.hasPrefix("fc") || host.hasPrefix("fe80:"), host.contains(":") { return true }
        let parts = host.split(separator: ".").compactMap { UInt8($0) }
        guard parts.count == 4 else { return false }
        return parts[0] == 10 || parts[0] == 192 && parts[1] == 168 || parts[0] == 172 && (16...31).contains(parts[1])
    }

    private func headers(_ field: Field) -> [String: String] {
        var headers: [String: String] = [:]
        for entry in mapping(field) ?? [] {
            let name = entry.name.lowercased()
            if KeyNames.namesSecret(name) || name == "cookie" || name.hasSuffix("authorization") {
                refuse(entry, "carries a secret: name it with api_key_env or api_key_file instead")
            } else if !name.utf8.allSatisfy({
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
            }) {
                refuse(entry, "is not the name of a header")
            } else if let value = text(entry, noted: false) {
                if value.contains("\n") {
                    refuse(entry, "must be one line")
                } else {
                    note(entry, value)
                    headers[entry.name] = value
                }
            }
        }
        return headers
    }

    /// A mapping as JSON text.
    private func jsonObject(_ field: Field) -> String? {
        guard mapping(field) != nil else { return nil }
        guard let text = json(field.node, field) else { return nil }
        note(field, printable(text))
        return text
    }

    private func json(_ node: Node, _ field: Field) -> String? {
        switch node {
        case .scalar(let scalar):
            let text = scalar.string
            guard scalar.style == .plain || scalar.style == .any else { return JSONText.quoted(text) }
            if ["true", "false", "null"].contains(text) { return text }
            if ["", "~"].contains(text) { return "null" }
            return ExactDecimal(text) != nil && JSONText.isNumber(text) ? text : JSONText.quoted(text)
        case .sequence(let items):
            let parts = items.compactMap { json($0, field) }
            return parts.count == items.count ? "[" + parts.joined(separator: ",") + "]" : nil
        case .mapping(let pairs):
            var parts: [String] = []
            for (key, value) in pairs {
                guard case .scalar(let name) = key else {
                    refuse(field, "has a key that is not a name")
                    return nil
                }
                if KeyNames.namesSecret(name.string) {
                    refuse(
                        key: field.key + "." + printable(name.string), line: key.mark?.line,
                        "carries a secret: name it with api_key_env or api_key_file instead")
                    return nil
                }
                guard let text = json(value, field) else { return nil }
                parts.append(JSONText.quoted(name.string) + ":" + text)
            }
            return "{" + parts.joined(separator: ",") + "}"
        case .alias:
            return nil
        }
    }
}

/// The little JSON that `extra_body` needs.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// Whether a number is spelt as JSON wants it: no plus sign, no bare point, no needless zero in front.
    static func isNumber(_ text: String) -> Bool {
        let digits = text.first == "-" ? text.dropFirst() : text[...]
        guard let first = digits.first, first.isNumber, text.last != "." else { return false }
        let second = digits.dropFirst().first
        if first == "0", let second, second.isNumber { return false }
        return !text.contains(".e") && !text.contains(".E")
    }
}
