import ArgumentParser
import Glibc
import ModelServer

/// The server as a process of its own.
@main
struct Command: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hunkwise-model-server",
        abstract: "A model provider on loopback for trying things out: no model, no cost, strict about requests.",
        discussion: """
            Speaks OpenAI's chat completions (Azure's form too), Anthropic's Messages and Ollama's chat. Answers reviews
            by finding lines that hold the marker. Prints one line of JSON with its port, then serves until it is ended.
            GET /_ledger shows what it would bill.
            """)

    @Option(help: "Port on 127.0.0.1; 0 takes a free one.")
    var port = 0

    @Option(
        help: ArgumentHelp(
            "A model and its picodollars a token, NAME:INPUT:OUTPUT[:WINDOW[:REASONING]]; may be given again.",
            valueName: "price"))
    var price: [String] = ["test-model:1000000:4000000"]

    @Option(help: "A key that is let in; may be given again.")
    var key: [String] = ["test-key"]

    @Option(help: "Milliseconds before each answer.")
    var latencyMs = 0

    @Option(
        help: ArgumentHelp(
            "Behaviour of all requests, or of a share of them: WORDS[@PROBABILITY], e.g. rate-limited+retry-after=1@0.1.",
            valueName: "fault"))
    var fault: [String] = []

    @Option(help: "Repeats the chances of a run.")
    var seed: UInt64 = 0

    @Option(help: "What a line must hold to be found.")
    var marker = "BUG:"

    func run() async throws {
        let plan = FaultPlan(seed: seed)
        var usual = Behaviour.prompt
        var chances: [FaultPlan.Chance] = []
        for text in fault {
            let parts = text.split(separator: "@", maxSplits: 1)
            guard var behaviour = Behaviour(words: String(parts.first ?? "")) else {
                throw ValidationError("not a behaviour: \(text)")
            }
            if behaviour.latency == 0 { behaviour.latency = latencyMs }
            if parts.count == 2 {
                guard let probability = Double(parts[1]), (0...1).contains(probability) else {
                    throw ValidationError("not a probability: \(text)")
                }
                chances.append(FaultPlan.Chance(behaviour, probability: probability))
            } else {
                usual = behaviour
            }
        }
        if usual.latency == 0 { usual.latency = latencyMs }
        plan.setUsual(usual, chances: chances)
        let models = try price.map { text in
            guard let model = ServedModel(words: text) else { throw ValidationError("not a model's price: \(text)") }
            return model
        }
        let settings = ServerSettings(models: models, keys: Set(key), port: port, marker: marker)
        let server = try await ModelServer.start(settings, faults: plan)
        print("{\"port\":\(server.port)}")
        fflush(nil)
        try await server.wait()
    }
}

extension ServedModel {
    /// NAME:INPUT:OUTPUT[:WINDOW[:REASONING]], prices in picodollars a token.
    init?(words text: String) {
        let parts = text.split(separator: ":").map(String.init)
        guard (3...5).contains(parts.count), let input = Int64(parts[1]), let output = Int64(parts[2]) else {
            return nil
        }
        self.init(parts[0], prices: TruePrices(input: input, output: output))
        if parts.count > 3 {
            guard let window = Int(parts[3]) else { return nil }
            self.window = window
        }
        if parts.count > 4 {
            guard let reasoning = Int(parts[4]) else { return nil }
            reasoningTokens = reasoning
        }
    }
}
