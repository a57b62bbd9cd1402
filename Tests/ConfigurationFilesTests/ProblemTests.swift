import Domain
import Testing

@testable import ConfigurationFiles

struct Mistake: Sendable, CustomTestStringConvertible {
    let text: String
    let said: String

    init(_ text: String, _ said: String) {
        self.text = text
        self.said = said
    }

    var testDescription: String { said }
}

/// Each mistake with the whole line that must be said of it.
private let mistakes: [Mistake] = [
    // Unknown keys, with the nearest valid one.
    Mistake("routng: {}", "1: routng: unknown key; did you mean \"routing\"?"),
    Mistake("\n\nrouting:\n  polcy: balanced", "4: routing.polcy: unknown key; did you mean \"policy\"?"),
    Mistake(
        "providers:\n  - name: a\n    qualty: 0.5",
        "3: providers[0].qualty: unknown key; did you mean \"quality\"?"),
    Mistake(
        "providers:\n  - name: a\n    cost_per_ouput_token: 0.5",
        "3: providers[0].cost_per_ouput_token: unknown key; did you mean \"cost_per_output_token\"?"),
    Mistake(
        "policy: economy",
        "1: policy: unknown key here; it belongs in routing; the nearest valid keys are mode, forges, routing, "
            + "data_policy, review, rules"),
    Mistake(
        "budgets: {global: {monthusd: 5}}", "1: budgets.global.monthusd: unknown key; did you mean \"month_usd\"?"),
    Mistake(
        "routing: {max_output_tokens: {reviews: 5}}",
        "1: routing.max_output_tokens.reviews: unknown category; did you mean \"review\"?"),
    // Given twice.
    Mistake("mode: off\nmode: review", "1: mode: is given twice"),
    Mistake("routing:\n  policy: economy\n  policy: balanced", "2: policy: is given twice"),
    Mistake(
        "providers:\n  - {name: a}\n  - {name: a}", "3: providers[1]: the name a is given twice, first on line 2"),
    // Wrong types.
    Mistake("routing: 5", "1: routing: must be a mapping (key: value)"),
    Mistake("routing:", "1: routing: has no value: give it one or remove it"),
    Mistake("providers: {name: a}", "1: providers: must be a list ([a, b])"),
    Mistake("routing: {default_budget_limit: lots}", "1: routing.default_budget_limit: must be a number, not \"lots\""),
    Mistake("routing: {default_budget_limit: \"5\"}", "1: routing.default_budget_limit: must be a number, not \"5\""),
    Mistake("validation: {enabled: yes}", "1: validation.enabled: must be true or false, not \"yes\""),
    Mistake("review: {max_comments: 2.5}", "1: review.max_comments: must be a whole number, not \"2.5\""),
    Mistake("mode: [review]", "1: mode: must be one of off, observe, summary, review"),
    Mistake("- a", "1: must be a mapping (key: value)"),
    // Impossible values.
    Mistake(
        "mode: revue", "1: mode: must be one of off, observe, summary, review, not \"revue\"; did you mean \"review\"?"),
    Mistake(
        "routing: {default_budget_limit: -1}", "1: routing.default_budget_limit: must be from 0 to 1000000, not \"-1\""),
    Mistake(
        "routing: {default_budget_limit: 1e-13}",
        "1: routing.default_budget_limit: is finer than a millionth of a millionth of a dollar"),
    Mistake("routing: {quality_floor: 11}", "1: routing.quality_floor: must be from 0 to 10, not \"11\""),
    Mistake(
        "routing: {value_of_finding_usd: 0}",
        "1: routing.value_of_finding_usd: must be more than 0: a finding that is worth nothing buys no look"),
    Mistake(
        "providers: [{name: a, cost_per_output_token: 0.25}]",
        "1: providers[0].cost_per_output_token: is dollars a token: 0.25 would be over $10,000 a million tokens; was it "
            + "a million's price?"),
    Mistake("providers: [{kind: openai}]", "1: providers[0]: needs name"),
    Mistake("providers: [{name: static}]", "1: providers[0].name: static is the static reviewer's own name"),
    Mistake(
        "providers: [{name: a, base_url: ftp://x}]",
        "1: providers[0].base_url: must be an address such as https://api.example.com/v1"),
    Mistake(
        "providers: [{name: a, base_url: \"http://api.example.com\"}]",
        "1: providers[0].base_url: must begin with https:// unless the host is on this machine or a private network"),
    Mistake(
        "providers: [{name: a, price_hours: [{hours_utc: \"25:00-26:00\"}]}]",
        "1: providers[0].price_hours[0].hours_utc: must be a span of hours such as \"16:30-00:30\""),
    Mistake(
        "validation: {gates: [sintax]}", "1: validation.gates[0]: unknown gate \"sintax\"; did you mean \"syntax\"?"),
    Mistake(
        "validation: {gates: [tests]}",
        "1: validation.gates[0]: the gate tests is not built yet in this version; remove it"),
    Mistake("ignore: [\"[\"]", "1: ignore: pattern '[' cannot be used"),
    Mistake(
        "classification: {rules: [{path: \"a/**\"}]}",
        "1: classification.rules[0]: needs category, min_risk or max_risk"),
    Mistake(
        "classification: {rules: [{pattern: \"(\", min_risk: 0.5}]}",
        "1: classification.rules[0].pattern: pattern '(' cannot be used"),
    Mistake(
        "classification: {rules: [{path: a, min_risk: 0.5, max_risk: 0.1}]}",
        "1: classification.rules[0]: min_risk is above max_risk"),
    Mistake("data_policy: [{paths: [a]}]", "1: data_policy[0]: needs allow: local, none, any or region names"),
    Mistake("data_policy: [{allow: [any, eu]}]", "1: data_policy[0].allow: any and none stand alone"),
    Mistake(
        "providers: [{name: flash}]\nbudgets: {providers: {flsh: {day_usd: 1}}}",
        "2: budgets.providers.flsh: is not the name of a provider; did you mean \"flash\"?"),
    // Secrets.
    Mistake(
        "providers: [{name: a, api_key: sk-123}]",
        "1: providers[0].api_key: unknown key; secrets are never written here: name an environment variable with "
            + "api_key_env, or a file with api_key_file"),
    Mistake(
        "providers: [{name: a, api_key_env: sk-proj-123}]",
        "1: providers[0].api_key_env: must be the name of an environment variable, such as OPENAI_API_KEY, not the key "
            + "itself"),
    Mistake(
        "providers: [{name: a, headers: {Authorization: Bearer sk-123}}]",
        "1: providers[0].headers.Authorization: carries a secret: name it with api_key_env or api_key_file instead"),
    Mistake(
        "providers: [{name: a, base_url: \"https://me:pw@x.example\"}]",
        "1: providers[0].base_url: holds credentials: name the key with api_key_env or api_key_file instead"),
    // The text itself.
    Mistake("mode: off\n  x: [", "2: not valid YAML: "),
    Mistake("ignore: [*.lock]", "1: not valid YAML: "),
    Mistake("a: &x 1\nb: *x", "1: anchors and aliases (&name, *name) are not accepted: write the value out"),
    Mistake("mode: off\n---\nmode: off", "2: not valid YAML: "),
]

@Suite struct ProblemTests {
    @Test("A mistake is told with file, line and key", arguments: mistakes)
    func told(_ mistake: Mistake) {
        let lines = problems(mistake.text).map(\.description)
        #expect(lines.contains { $0.hasPrefix("hunkwise.yaml:" + mistake.said) }, "said \(lines)")
        #expect(!lines.contains { $0.contains("sk-") || $0.contains("pw@") }, "a secret was repeated")
    }

    @Test func `All problems are told at once, in order of lines`() {
        let lines = problems(
            """
            forges: {}
            mode: loud
            storage: {url: x}
            routing:
              polcy: balanced
            server: []
            marker_key_env: "7"
            """
        ).map(\.line)
        #expect(lines == [1, 2, 3, 5, 6, 7])
    }

    @Test func `Bytes that are no text are refused with their line`() {
        let bytes = Array("mode: off\nx: ".utf8) + [0xFF]
        #expect {
            try Configuration(operator: ConfigurationFile(name: "f", bytes: bytes))
        } throws: { error in
            (error as? ConfigurationErrors)?.description == "f:2: is not valid UTF-8"
        }
    }

    @Test(
        "Hostile shapes end quickly with an error",
        arguments: [
            String(repeating: "[", count: 20_000), String(repeating: "{a: ", count: 5000),
            String(repeating: "- ", count: 20_000), String(repeating: "? ", count: 5000),
            (0..<400).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            "mode: " + String(repeating: "x", count: 2 << 20),
            "a: &a [x, x]\n" + (0..<40).map { "b\($0): &b\($0) [*a, *a, *a]\n" }.joined(),
            "? &k [a]\n: 1\n? [*k, *k]\n: 2\n",
        ])
    func hostile(text: String) {
        #expect(!problems(text).isEmpty)
    }

    @Test func `Random damage never crashes and never loads a wrong amount`() {
        var random = SplitMix(seed: 11)
        let base = Array((routerBlock + otherBlocks).utf8)
        let spice = Array("[]{}:,-#&*!|>'\"%@`\n\t 0.e\\?~".utf8) + [0x00, 0xC3, 0xFF]
        var refused = 0
        for _ in 0..<1500 {
            var bytes = base
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = spice.randomElement(using: &random) ?? 0
                case 1: bytes.insert(spice.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
                default:
                    let end = min(bytes.count, place + Int.random(in: 1...60, using: &random))
                    bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
                }
                if bytes.isEmpty { bytes = [0x61] }
            }
            do {
                let configuration = try Configuration(operator: ConfigurationFile(name: "f", bytes: bytes))
                for bound in configuration.bounds(repository: "acme/x") { #expect(bound.limit >= .zero) }
            } catch {
                refused += 1
                #expect(!error.problems.isEmpty)
                #expect(
                    error.problems.allSatisfy { !$0.description.contains("\n") && $0.description.utf8.count < 1500 })
            }
        }
        #expect(refused > 700)
    }
}

struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
