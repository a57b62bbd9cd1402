import Foundation
import FoundationNetworking
import TestKit
import Testing

/// A model server in a process of its own, which keeps books of what it answered.
final class ServedModels: Sendable {
    struct Call: Decodable {
        let state: String
        let status: Int
        let cost: Int64
        let bodyDigest: String

        enum CodingKeys: String, CodingKey {
            case state, status, cost
            case bodyDigest = "body_digest"
        }
    }

    static let key = "sk-test-7c1d0b55e2aa4931"
    private let process: ChildProcess
    private let url: String

    /// - Parameter latency: Before each answer, in milliseconds.
    init(latency: Int = 0) async throws {
        process = try ChildProcess(
            "hunkwise-model-server",
            ["--price", "cheap:100000:400000", "--key", Self.key, "--latency-ms", "\(latency)"])
        var port: Int?
        for await line in process.lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            port = object?["port"] as? Int
            break
        }
        url = "http://127.0.0.1:\(try #require(port))"
    }

    deinit { process.kill() }

    /// For the configuration of a service; the key is in SERVED_MODELS_KEY.
    var configuration: String {
        """
        routing:
          providers:
            - {name: cheap, kind: openai, base_url: "\(url)/v1", model: cheap, api_key_env: SERVED_MODELS_KEY,
               cost_per_input_token: 0.0000001, cost_per_output_token: 0.0000004, quality: 0.8, residency: eu,
               context_window: 32000, supports: [json_schema, streaming]}
        """
    }

    /// In the order of arrival.
    func calls() async throws -> [Call] {
        let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: url + "/_ledger")))
        return try JSONDecoder().decode([Call].self, from: data)
    }
}
