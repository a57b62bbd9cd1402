import Foundation
import Testing

@testable import HTTPClient

@Suite("Proxies", .timeLimit(.minutes(5)))
struct ProxyTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy"

    @Test("a request goes through the configured proxy, which looks the name up")
    func plain() async throws {
        let proxy = try RawServer.answering(Self.ok)
        let client = try makeClient(
            allowing: ["http://model.example"], proxy: "http://me:s%40fe@127.0.0.1:\(proxy.port)")
        let response = try await client.send(
            HTTPRequest(
                method: "POST", url: "http://model.example/v1",
                headers: [HTTPHeader("Authorization", sensitive: Array("Bearer k".utf8))]))
        #expect(text(response.body) == "proxy")
        let request = try #require(proxy.requests.first)
        #expect(request.line == "POST http://model.example/v1 HTTP/1.1")
        #expect(request.fields.contains("Host: model.example"))
        #expect(request.fields.contains("Proxy-Authorization: Basic \(Data("me:s@fe".utf8).base64EncodedString())"))
    }

    @Test("TLS goes through a tunnel; a proxy that refuses it has seen nothing of the request")
    func refusedTunnel() async throws {
        let proxy = try RawServer.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        let client = try makeClient(allowing: ["https://model.example"], proxy: "127.0.0.1:\(proxy.port)")
        let error = try await failure(
            of: client,
            HTTPRequest(
                method: "POST", url: "https://model.example/v1?secret",
                headers: [HTTPHeader("Authorization", sensitive: Array("Bearer k".utf8))], body: Array("code".utf8)))
        #expect(error.kind == .connect)
        #expect(!error.wasSent)
        let request = try #require(proxy.requests.first)
        #expect(request.line == "CONNECT model.example:443 HTTP/1.1")
        #expect(!request.head.contains("Bearer") && !request.head.contains("secret"))
    }

    @Test("a proxy that is not there is named, without its password")
    func absentProxy() async throws {
        let port = try UnlistenedPort()
        let client = try makeClient(
            allowing: ["http://model.example"], proxy: "http://me:hunter2@127.0.0.1:\(port.number)")
        let error = try await failure(of: client, HTTPRequest(url: "http://model.example"))
        #expect(error.kind == .connect)
        #expect(!error.wasSent)
        #expect(error.message == "no connection to the proxy 127.0.0.1:\(port.number): Connection refused")
        withExtendedLifetime(port) {}
    }

    @Test(
        "hosts excepted from the proxy are reached directly",
        arguments: ["127.0.0.1", "127.0.0.0/8", "*", "0.0.0.0/0"])
    func exempt(entry: String) async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ndirect")
        let proxy = try RawServer.answering(Self.ok)
        let client = try makeClient(server, proxy: "http://127.0.0.1:\(proxy.port)", noProxy: [entry])
        let response = try await client.send(HTTPRequest(url: server.origin, addresses: .privateOnly))
        #expect(text(response.body) == "direct")
        #expect(proxy.connectionCount == 0)
    }

    @Test(
        "exceptions hold for a name and all below it, for addresses and ranges",
        arguments: [
            ("example.com", "example.com", true), ("example.com", "a.b.example.com", true),
            (".example.com", "a.example.com", true), ("example.com", "notexample.com", false),
            ("example.com", "example.com.evil", false), ("EXAMPLE.com.", "example.com", true),
            ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.1.2.3", false), ("::1", "::1", true),
            ("fd00::/8", "fd00::9", true), ("10.0.0.1", "10.0.0.1.example", false), ("*", "any", true),
            ("", "any", false),
            ("a b", "a b", false),
        ])
    func exceptions(entry: String, host: String, isExempt: Bool) {
        #expect(ProxyExemptions([entry]).contains(host: host) == isExempt)
    }

    @Test("where the address must be checked, a proxy is refused", arguments: [AddressRule.privateOnly, .publicOnly])
    func checkedAddress(rule: AddressRule) async throws {
        let proxy = try RawServer.answering(Self.ok)
        let client = try makeClient(allowing: ["http://model.example"], proxy: "http://127.0.0.1:\(proxy.port)")
        let error = try await failure(of: client, HTTPRequest(url: "http://model.example", addresses: rule))
        #expect(error.kind == .forbiddenAddress)
        #expect(!error.wasSent)
        #expect(proxy.connectionCount == 0)
    }

    @Test(
        "what is no proxy is an error, not a direct connection",
        arguments: ["", "nonsense", "ftp://127.0.0.1:1", "http://", "http://127.0.0.1:1/path", "http://a b:1", "proxy"])
    func wrongProxy(text: String) async throws {
        let server = try RawServer.answering(Self.ok)
        let error = try await failure(of: makeClient(server, proxy: text), HTTPRequest(url: server.origin))
        #expect(error.kind == .invalidURL)
        #expect(!error.wasSent)
        #expect(server.connectionCount == 0)
    }

    @Test("proxies in the environment are nobody's wish")
    func environment() async {
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"] {
                setenv(name, "http://127.0.0.1:1", 1)
            }
            let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            let status = try await makeClient(server).send(HTTPRequest(url: server.origin)).head.status
            exit(status == 200 ? 0 : 1)
        }
    }
}
