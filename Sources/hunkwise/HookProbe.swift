import ConfigurationFiles
import Domain
import Fingerprints
import HTTPClient

/// Fires a signed ping at the service's own door, as the forge would.
enum HookProbe {
    /// Adds what came of it, for each secret of each forge.
    static func run(_ configuration: Configuration, _ checks: inout Checks) async {
        let base: String
        if let url = configuration.server.publicURL {
            base = url
        } else {
            let listen = configuration.server.listen
            let isEverywhere = ["0.0.0.0", "::"].contains(listen.host)
            base =
                "http://" + ListenAddress(host: isEverywhere ? "127.0.0.1" : listen.host, port: listen.port).description
        }
        let url = base + "/webhooks/github"
        guard let origin = HTTPOrigin(url: url) else { return }
        let network = configuration.network
        let client = HTTPClient(
            HTTPClientConfiguration(
                allowed: [origin], proxy: network.proxy, noProxy: network.noProxy, caFile: network.caFile,
                userAgent: "hunkwise/" + Version.text))
        defer { client.shutdown() }
        let reader = SecretReader(environment: environmentValue)
        for entry in configuration.forges {
            for (index, source) in entry.webhookSecrets.enumerated() {
                let subject = "\(entry.name) webhook secret \(index + 1)"
                do throws(SettingProblem) {
                    await fire(url, try reader.read(source), subject, client, &checks)
                } catch {
                    checks.fail(subject, error.description)
                }
            }
        }
    }

    private static func fire(
        _ url: String, _ secret: Secret, _ subject: String, _ client: HTTPClient, _ checks: inout Checks
    ) async {
        let body = Array(#"{"zen":"Mind your words, they are important.","hook_id":1}"#.utf8)
        let signature = secret.reveal { RequestDigest.keyed(body, key: $0) }
        let digits = Array("0123456789abcdef")
        let text = signature.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
        do throws(HTTPError) {
            let answer = try await client.send(
                HTTPRequest(
                    method: "POST", url: url,
                    headers: [
                        HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-GitHub-Event", "ping"),
                        HTTPHeader("X-GitHub-Delivery", "hunkwise-doctor"),
                        HTTPHeader("X-Hub-Signature-256", "sha256=" + text),
                    ], body: body, limits: HTTPLimits(connectSeconds: 5, totalSeconds: 10)))
            switch answer.head.status {
            case 200, 202: checks.pass(subject, "a signed ping is taken at \(url)")
            case 401:
                checks.fail(
                    subject, "the service at \(url) does not know this secret",
                    advice: "restart it, or send it SIGHUP, so that it reads the present secrets")
            default:
                checks.fail(
                    subject, "\(url) answers a signed ping with \(answer.head.status)",
                    advice: "is it `hunkwise serve` that answers there, and does the proxy before it pass /webhooks on?"
                )
            }
        } catch {
            checks.warn(
                subject, "no service answers at \(url): \(Printable.text(error.message, limit: 200))",
                advice: "start `hunkwise serve`, or set server.public_url to where the forge reaches it")
        }
    }
}
