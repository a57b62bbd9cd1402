import Domain
import Testing

@testable import ConfigurationFiles

@Suite struct ListingTests {
    @Test func `The listing names every value with its origin`() throws {
        let configuration = try load(
            """
            routing:
              policy: thorough
              providers:
                - {name: a, cost_per_output_token: 0.00000025, quality: 8.7}
            budgets: {global: {month_usd: 20}}
            """, repository: "ignore: [\"*.snap\"]")
        let lines = configuration.listing.map { "\($0.key) = \($0.value)  (\($0.origin))" }
        #expect(
            lines == [
                "budgets.global.month_usd = $20  (hunkwise.yaml:5)",
                "routing.policy = thorough  (hunkwise.yaml:2)",
                "routing.providers[0].name = a  (hunkwise.yaml:4)",
                "routing.providers[0].cost_per_output_token = 0.00000025  (hunkwise.yaml:4)",
                "routing.providers[0].quality = 8.7  (hunkwise.yaml:4)",
                "ignore = [*.snap]  (.hunkwise.yaml:1)",
                "mode = review  (default)",
                "routing.value_of_finding_usd = $1  (default)",
                "routing.default_budget_limit = no limit  (default)",
                "routing.deadline_seconds = 600  (default)",
                "routing.max_output_tokens.boilerplate = 500  (default)",
                "routing.max_output_tokens.debugging = 800  (default)",
                "routing.max_output_tokens.algorithm = 1500  (default)",
                "routing.max_output_tokens.review = 1200  (default)",
                "routing.max_output_tokens.architecture = 2000  (default)",
                "budgets.pace = smooth  (default)",
                "review.severity_floor = medium  (default)",
                "review.max_comments = 8  (default)",
                "review.confidence_floor = 0.6  (default)",
                "validation.enabled = true  (default)",
                "validation.gates = all  (default)",
                "validation.fallback_on_failure = true  (default)",
            ])
    }

    @Test(
        "A first file has six lines or fewer, loads, and holds no key",
        arguments: [
            [], ["OPENAI_API_KEY"], ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"], ["GEMINI_API_KEY"], ["OPENROUTER_API_KEY"],
            ["OLLAMA_HOST"], ["OLLAMA_HOST", "DEEPSEEK_API_KEY"],
            KnownProvider.all.flatMap(\.keyVariables) + ["OLLAMA_HOST"],
        ])
    func starter(variables: [String]) throws {
        let starter = StarterFile(isSet: Set(variables).contains)
        #expect(starter.text.split(separator: "\n").count <= 6)
        let configuration = try load(starter.text)
        #expect(configuration.routing.providers.isEmpty == variables.isEmpty)
        for entry in configuration.routing.providers {
            #expect(entry.apiKeyVariable.map(variables.contains) ?? (entry.kind == .ollama))
        }
        if !variables.isEmpty { #expect(configuration.budgets.global.month?.usd == "20") }
    }

    @Test func `Files are looked for in the stated order`() {
        let environment = ["XDG_CONFIG_HOME": "/x", "HOME": "/h"]
        #expect(
            ConfigurationSearch.places { environment[$0] } == [
                "hunkwise.yaml", "/x/hunkwise/hunkwise.yaml", "/etc/hunkwise/hunkwise.yaml",
            ])
        #expect(ConfigurationSearch.places { $0 == "HOME" ? "/h" : nil }[1] == "/h/.config/hunkwise/hunkwise.yaml")
    }

    @Test("A named file must be there and be a file", arguments: ["/nonexistent/x.yaml", "/", "/dev/zero"])
    func named(path: String) {
        #expect { try ConfigurationSearch.read(option: path, environment: { _ in nil }) } throws: { error in
            let problems = (error as? ConfigurationErrors)?.problems ?? []
            return problems.count == 1 && problems[0].description.hasPrefix(path + ": ")
        }
    }

    @Test func `A secret cannot be printed`() {
        let secret = Secret("sk-very-secret")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), dumped, "\([secret])"] {
            #expect(!text.contains("very"), "\(text)")
        }
        #expect(secret.reveal { $0.count } == 14)
    }
}
