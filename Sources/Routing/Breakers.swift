package import Domain

/// The breakers of all endpoints under one configuration.
package struct Breakers: Sendable, Codable, Equatable {
    package struct Key: Sendable, Codable, Hashable {
        /// The provider entry's name.
        package let provider: String
        /// The model's name as sent.
        package let model: String

        package init(provider: String, model: String) {
            self.provider = provider
            self.model = model
        }

        package init(_ model: RoutableModel) {
            self.init(provider: model.name, model: model.model)
        }
    }

    package private(set) var configurationDigest: String
    private let rule: Breaker.Rule
    private var breakers: [Key: Breaker] = [:]

    package init(configurationDigest: String, rule: Breaker.Rule = Breaker.Rule()) {
        self.configurationDigest = configurationDigest
        self.rule = rule
    }

    /// Takes a configuration up: under another one than before, every breaker starts afresh.
    package mutating func use(configurationDigest digest: String) {
        guard digest != configurationDigest else { return }
        configurationDigest = digest
        breakers = [:]
    }

    package mutating func admit(_ key: Key, at now: Instant) -> Breaker.Admission {
        breakers[key, default: Breaker(rule: rule)].admit(at: now)
    }

    package mutating func succeeded(_ key: Key, _ ticket: Breaker.Ticket) {
        breakers[key]?.succeeded(ticket)
    }

    package mutating func failed(_ key: Key, _ ticket: Breaker.Ticket, with failure: CallFailure, at now: Instant) {
        breakers[key]?.failed(ticket, with: failure, at: now)
    }

    package mutating func abandoned(_ key: Key, _ ticket: Breaker.Ticket, at now: Instant) {
        breakers[key]?.abandoned(ticket, at: now)
    }

    package func state(of key: Key) -> Breaker.State { breakers[key]?.state ?? .closed }

    /// When a call could pass: now, later, or (nil) not before the configuration changes.
    package func opening(of key: Key, at now: Instant) -> Instant? {
        switch state(of: key) {
        case .closed: now
        case .open(let until), .probing(let until): max(now, until)
        case .barred: nil
        }
    }

    /// Names of the provider entries that an allocation leaves out, with the reason in words. One that may be probed
    /// again is not among them.
    package func closedTo(_ models: [RoutableModel], at now: Instant) -> [String: String] {
        var reasons: [String: String] = [:]
        for model in models {
            switch state(of: Key(model)) {
            case .closed: break
            case .barred(let kind): reasons[model.name] = "barred until the configuration changes (\(kind.rawValue))"
            case .open(let until), .probing(let until):
                guard until > now else { break }
                let seconds = Int(until.seconds(since: now).rounded(.up))
                reasons[model.name] = "it failed repeatedly and rests for another \(seconds) s"
            }
        }
        return reasons
    }
}
