import Domain
import Patterns

extension SectionReader {
    func server(_ field: Field) -> ServiceSettings {
        var result = ServiceSettings()
        guard let fields = section(field, keys: KeyNames.server) else { return result }
        if let field = fields["listen"], let address = listenAddress(field) { result.listen = address }
        if let field = fields["admin_listen"], let address = listenAddress(field) { result.adminListen = address }
        result.adminToken = secret("admin_token", fields, suchAs: "HUNKWISE_ADMIN_TOKEN")
        if let field = fields["admin_listen"], fields["admin_token_env"] == nil, fields["admin_token_file"] == nil,
            !result.adminListen.isLoopback
        {
            refuse(field, "is open to other machines without a token: add admin_token_env: HUNKWISE_ADMIN_TOKEN")
        }
        if let field = fields["admin_listen"] ?? fields["listen"], result.listen.port != 0,
            result.listen.port == result.adminListen.port
        {
            refuse(field, "listen and admin_listen have the same port, \(result.listen.port)")
        }
        if let field = fields["workers"], let count = count(field, in: 1...256) { result.workers = count }
        if let field = fields["quiet_seconds"], let count = count(field, in: 0...3600) { result.quietSeconds = count }
        result.publicURL = fields["public_url"].flatMap { forgeURL($0, allowsPath: true) }
        if let field = fields["log_level"], let level = choice(field, of: LogLevel.self) { result.logLevel = level }
        return result
    }

    private func listenAddress(_ field: Field) -> ListenAddress? {
        guard let text = text(field, maxBytes: 300, noted: false) else { return nil }
        guard let address = ListenAddress(text) else {
            refuse(field, "must be an address and port such as 127.0.0.1:8080")
            return nil
        }
        note(field, address.description)
        return address
    }

    func git(_ field: Field) -> GitSettings {
        var result = GitSettings()
        guard let fields = section(field, keys: KeyNames.git) else { return result }
        if let field = fields["enabled"], let flag = flag(field) { result.isEnabled = flag }
        result.directory = fields["directory"].flatMap { text($0, maxBytes: 4096) }
        if let field = fields["max_megabytes"], let count = count(field, in: 1...1_000_000) {
            result.maxMegabytes = count
        }
        if let field = fields["timeout_seconds"], let count = count(field, in: 5...3600) {
            result.timeoutSeconds = count
        }
        return result
    }

    func commands(_ field: Field) -> CommandSettings {
        var result = CommandSettings()
        guard let fields = section(field, keys: KeyNames.commands) else { return result }
        if let field = fields["enabled"], let flag = flag(field) { result.isEnabled = flag }
        if let field = fields["per_person_hour"], let count = count(field, in: 1...10_000) {
            result.perPersonHour = count
        }
        if let field = fields["per_change_hour"], let count = count(field, in: 1...10_000) {
            result.perChangeHour = count
        }
        return result
    }

    func checks(_ field: Field) -> CheckSettings {
        var result = CheckSettings()
        guard let fields = section(field, keys: KeyNames.checks) else { return result }
        if let field = fields["on_skip"], let choice = choice(field, of: CheckSettings.OnSkip.self) {
            result.onSkip = choice
        }
        if let field = fields["name"], let name = text(field, maxBytes: 100) { result.name = name }
        return result
    }

    func outsiders(_ field: Field) -> OutsiderSettings {
        var result = OutsiderSettings()
        guard let fields = section(field, keys: KeyNames.outsiders) else { return result }
        if let field = fields["review"], let choice = choice(field, of: OutsiderTreatment.self) {
            result.review = choice
        }
        if let field = fields["window_share"], let share = decimal(field, in: 0...1) {
            if let thousandths = share.scaled(byPowerOfTen: 3) {
                result.windowShareThousandths = Int(thousandths)
            } else {
                refuse(field, "has more than three decimals")
            }
        }
        result.authorDay = fields["author_day_usd"].flatMap { money($0) }
        return result
    }

    /// What a file says of the `skip` block, applied to what holds so far; a repository can only skip more.
    func skip(_ field: Field, within current: SkipSettings, notes: inout [String]) -> SkipSettings {
        var result = current
        guard let fields = section(field, keys: isRepositorys ? KeyNames.repositorySkip : KeyNames.skip) else {
            return result
        }
        if let field = fields["drafts"], let flag = flag(field) {
            if isRepositorys, current.drafts, !flag {
                keep(field, "true", &notes)
            } else {
                result.drafts = flag
            }
        }
        if let field = fields["bots"], let bots = choice(field, of: BotTreatment.self) { result.bots = bots }
        result.authors += fields["authors"].flatMap { globTexts($0) } ?? []
        result.labels += fields["labels"].flatMap { globTexts($0) } ?? []
        result.titles += fields["titles"].flatMap { globTexts($0) } ?? []
        result.branches += fields["branches"].flatMap { globTexts($0) } ?? []
        result.baseBranches += fields["base_branches"].flatMap { globTexts($0) } ?? []
        result.maxFiles = ceiling("max_files", fields, current.maxFiles, &notes)
        result.maxChangedLines = ceiling("max_changed_lines", fields, current.maxChangedLines, &notes)
        return result
    }

    private func ceiling(
        _ name: String, _ fields: [String: Field], _ current: Int?, _ notes: inout [String]
    ) -> Int? {
        guard let field = fields[name], let value = count(field, in: 1...10_000_000) else { return current }
        if isRepositorys, let current, value > current {
            keep(field, String(current), &notes)
            return current
        }
        return value
    }

    private func globTexts(_ field: Field) -> [String]? {
        guard let globs = globs(field) else { return nil }
        if globs.globs.contains(where: \.isException) {
            refuse(field, "must not hold patterns that begin with !")
            return nil
        }
        return globs.globs.map(\.source)
    }

    /// A repository's wish that would loosen what the operator set.
    func keep(_ field: Field, _ limit: String, _ notes: inout [String]) {
        retract(field)
        notes.append("\(file):\(field.line): \(field.key) would loosen the operator's \(limit), which stays")
    }
}
