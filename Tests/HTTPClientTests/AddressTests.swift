import Testing

@testable import HTTPClient

@Suite("How far addresses reach")
struct AddressReachTests {
    @Test(
        "loopback, private, link-local and unique local addresses are private",
        arguments: [
            "127.0.0.1", "127.255.255.255", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1",
            "169.254.169.254", "::1", "fe80::1", "febf::1", "fc00::1", "fdff::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3",
            "64:ff9b::192.168.0.1",
        ])
    func isPrivate(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.reach == .private)
        #expect(AddressRule.privateOnly.allows(address) && !AddressRule.publicOnly.allows(address))
    }

    @Test(
        "addresses of the Internet are public",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.0.1",
            "192.169.0.0", "100.63.255.255", "100.128.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
            "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        ])
    func isPublic(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.reach == .public)
        #expect(!AddressRule.privateOnly.allows(address) && AddressRule.publicOnly.allows(address))
    }

    @Test(
        "the rest is neither",
        arguments: [
            "0.0.0.0", "0.1.2.3", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
            "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::127.0.0.1", "::ffff:0.0.0.0", "ff02::1",
            "2001::1", "2001:db8::1", "2002:7f00:1::", "100::1", "fec0::1", "3fff::1", "64:ff9b:1::1", "4000::1",
        ])
    func isSpecial(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.reach == .special)
        #expect(!AddressRule.privateOnly.allows(address) && !AddressRule.publicOnly.allows(address))
        #expect(AddressRule.any.allows(address))
    }

    @Test(
        "what is no address",
        arguments: ["", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", " 1.2.3.4", "::g", "1.2.3.4\u{0}", "[::1]"])
    func noAddress(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "ranges hold what shares their first bits",
        arguments: [
            ("10.0.0.0/8", "10.9.9.9", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.128.0.0/9", "10.128.0.1", true),
            ("10.128.0.0/9", "10.127.0.1", false), ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false),
            ("0.0.0.0/0", "9.9.9.9", true), ("fd00::/8", "fd12::1", true), ("fd00::/8", "fe00::1", false),
            ("::/0", "1.2.3.4", false), ("::1/128", "::1", true),
        ])
    func ranges(range: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(
        "what is no range",
        arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10/8", "::/129", "a/8", "10.0.0.0/8/8"])
    func noRange(text: String) {
        #expect(AddressRange(text) == nil)
    }
}

@Suite("Where a request may go", .timeLimit(.minutes(5)))
struct DestinationTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    @Test("only configured origins are reached, compared by their parts")
    func onlyAllowed() async throws {
        let server = try RawServer.answering(Self.ok)
        let port = server.port
        let client = try makeClient(allowing: ["http://localhost:\(port)"])
        #expect(try await client.send(HTTPRequest(url: "HTTP://LOCALHOST.:\(port)/")).head.status == 200)
        let others = [
            "http://127.0.0.1:\(port)", "http://[::ffff:127.0.0.1]:\(port)", "http://localhost",
            "https://localhost:\(port)", "http://localhost:\(port)0", "http://localhost.evil:\(port)",
            "http://evil-localhost:\(port)", "http://127.0.0.1.nip.io:\(port)",
        ]
        for url in others {
            let error = try await failure(of: client, HTTPRequest(method: "POST", url: url))
            #expect(error.kind == .forbiddenHost || error.kind == .invalidURL, "\(url)")
            #expect(!error.wasSent)
        }
        let tricks = [
            "http://localhost:\(port)@127.0.0.1:\(port)/", "http://2130706433:\(port)/", "http://0x7f.1:\(port)/",
            "http://localhost:\(port)\\@127.0.0.1:\(port)/", "http://0177.0.0.1:\(port)", "gopher://localhost:\(port)",
        ]
        for url in tricks {
            let error = try await failure(of: client, HTTPRequest(method: "POST", url: url))
            #expect(error.kind == .invalidURL, "\(url)")
            #expect(!error.wasSent)
        }
        #expect(server.requests.count == 1)
    }

    @Test("nothing configured: nothing is reached")
    func nothingAllowed() async throws {
        let server = try RawServer.answering(Self.ok)
        let error = try await failure(of: HTTPClient(.init(allowed: [])), HTTPRequest(url: server.origin))
        #expect(error.kind == .forbiddenHost)
        #expect(server.connectionCount == 0)
    }

    @Test(
        "an address of the wrong class is not connected to, by number or by name",
        arguments: ["127.0.0.1", "localhost"])
    func wrongClass(host: String) async throws {
        let server = try RawServer.answering(Self.ok)
        let origin = "http://\(host):\(server.port)"
        let client = try makeClient(allowing: [origin])
        let refused = HTTPRequest(method: "POST", url: origin, addresses: .publicOnly)
        let error = try await failure(of: client, refused)
        #expect(error.kind == .forbiddenAddress)
        #expect(!error.wasSent)
        #expect(server.connectionCount == 0)
        let allowed = HTTPRequest(method: "POST", url: origin, addresses: .privateOnly)
        #expect(try await client.send(allowed).head.status == 200)
        // The kept connection is of the wrong class as well.
        #expect(try await failure(of: client, refused).kind == .forbiddenAddress)
        #expect(server.requests.count == 1)
        #expect(try await client.send(allowed).head.status == 200)
        #expect(server.connectionCount <= 2)
    }

    @Test("an IPv4 address in IPv6 clothes is what it holds")
    func mapped() async throws {
        let server = try RawServer.answering(Self.ok)
        let origin = "http://[::ffff:127.0.0.1]:\(server.port)"
        let client = try makeClient(allowing: [origin])
        let error = try await failure(of: client, HTTPRequest(url: origin, addresses: .publicOnly))
        #expect(error.kind == .forbiddenAddress)
        #expect(server.connectionCount == 0)
        #expect(try await client.send(HTTPRequest(url: origin, addresses: .privateOnly)).head.status == 200)
    }

    @Test(
        "the unspecified address, which leads to this machine, is not private",
        arguments: [AddressRule.privateOnly, .publicOnly])
    func unspecified(rule: AddressRule) async throws {
        let server = try RawServer.answering(Self.ok)
        let origin = "http://0.0.0.0:\(server.port)"
        let error = try await failure(of: makeClient(allowing: [origin]), HTTPRequest(url: origin, addresses: rule))
        #expect(error.kind == .forbiddenAddress)
        #expect(server.connectionCount == 0)
    }
}
