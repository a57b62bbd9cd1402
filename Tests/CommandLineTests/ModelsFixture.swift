import Foundation
import FoundationNetworking
import Glibc
import TestKit
import Testing

/// What the model server says it did.
struct ServedCall: Decodable {
    let state: String
    let status: Int
    let cost: Int64
    let bodyDigest: String
    let model: String

    enum CodingKeys: String, CodingKey {
        case state, status, cost, model
        case bodyDigest = "body_digest"
    }
}

/// A model server in a process of its own, with a key that lets nobody else in.
final class ServedModels: Sendable {
    static let key = "sk-test-4f9c1e7ab2d84f60"
    private let process: ChildProcess
    let url: String

    init(_ arguments: String...) async throws {
        process = try ChildProcess(
            "hunkwise-model-server",
            ["--price", "cheap:100000:400000", "--price", "strong:3000000:15000000", "--key", Self.key] + arguments)
        var port: Int?
        for await line in process.lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            port = object?["port"] as? Int
            break
        }
        url = "http://127.0.0.1:\(try #require(port))"
    }

    deinit { process.kill() }

    /// In the order of arrival.
    func ledger() async throws -> [ServedCall] {
        let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: url + "/_ledger")))
        return try JSONDecoder().decode([ServedCall].self, from: data)
    }

    /// How all later requests are answered, in words such as "latency=100+not-json".
    func behave(_ words: String) async throws {
        var request = URLRequest(url: try #require(URL(string: url + "/_behaviour")))
        request.httpMethod = "PUT"
        request.httpBody = Data(words.utf8)
        let (_, response) = try await URLSession.shared.data(for: request)
        try #require((response as? HTTPURLResponse)?.statusCode == 200)
    }
}

/// A port that nobody answers at, but that notices whoever comes.
final class Listener: Sendable {
    private let descriptor: Int32
    let port: Int

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        try #require(isBound)
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }

    /// Whether anybody has connected since the last time.
    var wasVisited: Bool {
        let visitor = accept(descriptor, nil, nil)
        guard visitor >= 0 else { return false }
        close(visitor)
        return true
    }
}

/// A repository with faults that the server's reviewer finds, and a configuration that names its models.
struct ModelsFixture {
    let shell: Shell

    /// - Parameter files: Of the change; each is new, and faulty in one line.
    init(files: Int = 1) throws {
        shell = try Shell()
        try shell.write("# Payments\n", to: "README.md")
        try shell.git("init", "-q")
        try shell.git("add", ".")
        try shell.git("commit", "-q", "-m", "Start")
        for number in 0..<files {
            try shell.write(Self.source(number), to: "pay\(number).py")
        }
        try shell.git("add", ".")
        try shell.git("commit", "-q", "-m", "Charge")
    }

    private static func source(_ number: Int) -> String {
        """
        def charge_\(number)(amount, rate, account):
            if account is None:
                raise ValueError("no account")
            total = amount / rate  # BUG: rate may be zero
            account.balance -= total
            return total


        def pages_\(number)(items, size):
            out = []
            for start in range(0, len(items), size):
                out.append(items[start:start + size])
            return out

        """
    }

    /// The usual configuration: a cheap and a strong model at one address.
    func configure(
        _ url: String, kind: String = "openai", models: [String] = ["cheap", "strong"], extra: String = ""
    ) throws {
        let prices = [
            "cheap": "cost_per_input_token: 0.0000001, cost_per_output_token: 0.0000004, quality: 0.6",
            "strong": "cost_per_input_token: 0.000003, cost_per_output_token: 0.000015, quality: 0.9",
        ]
        let entries = models.map { name in
            "    - {name: \(name), kind: \(kind), base_url: \"\(url)\", model: \(name), api_key_env: PAY_KEY, "
                + "\(prices[name] ?? ""), supports: [json_schema, streaming], residency: eu, context_window: 32000}"
        }
        try write(configuration: "routing:\n  providers:\n" + entries.joined(separator: "\n") + "\n" + extra)
    }

    func write(configuration: String) throws { try shell.write(configuration, to: "hunkwise.yaml") }

    var environment: [String: String] {
        ["PAY_KEY": ServedModels.key, "XDG_STATE_HOME": shell.directory.appending(path: "state").path]
    }

    /// The folder of the database.
    var books: URL { shell.directory.appending(path: "state/hunkwise") }

    func review(_ arguments: String..., environment extra: [String: String] = [:]) throws -> Finished {
        try shell.run(
            ["review", "--range", "HEAD~1..HEAD"] + arguments, environment: environment.merging(extra) { $1 })
    }

    func report(_ arguments: String...) throws -> ReviewDocument {
        let run = try shell.run(
            ["review", "--range", "HEAD~1..HEAD", "--format", "json"] + arguments, environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        return try ReviewDocument(run)
    }
}

/// What `review --format json` wrote, as far as these tests look.
struct ReviewDocument: Decodable {
    struct Finding: Decodable, Equatable {
        let path: String
        let line: Int?
        let title: String
        let model: String
        let severity: String
        let identity: String
    }

    struct NotReviewed: Decodable, Equatable {
        let path: String
        let hunk_index: Int?
        let reason: String
    }

    struct Row: Decodable {
        let model: String
        let calls: Int
        let reused: Int
    }

    struct Cost: Decodable {
        let spent_usd: String
        let bounded_usd: String
        let calls: Int
        let models: [Row]
    }

    let findings: [Finding]
    let folded: [Finding]
    let not_reviewed: [NotReviewed]
    let cost: Cost

    init(_ run: Finished) throws {
        self = try JSONDecoder().decode(ReviewDocument.self, from: Data(run.output.utf8))
    }

    /// Those that no static rule made.
    var ofModels: [Finding] { findings.filter { $0.model != "builtin" } }
}

/// Picodollars as the report writes them.
func usd(_ picodollars: Int64) -> String {
    var digits = String(picodollars)
    if digits.count < 13 { digits = String(repeating: "0", count: 13 - digits.count) + digits }
    var text = digits.dropLast(12) + "." + digits.suffix(12)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return String(text)
}
