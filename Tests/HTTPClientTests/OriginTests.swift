import TestKit
import Testing

@testable import HTTPClient

@Suite("Origins")
struct OriginTests {
    @Test(
        "one place has one spelling",
        arguments: [
            ("https://api.example.com", "https://api.example.com"),
            ("HTTPS://API.Example.COM:443/v1?x", "https://api.example.com"),
            ("https://api.example.com.", "https://api.example.com"),
            ("https://api.example.com:/", "https://api.example.com"),
            ("https://api.example.com:8443/v1", "https://api.example.com:8443"),
            ("https://api.example.com:0443", "https://api.example.com"),
            ("http://localhost:80", "http://localhost"),
            ("http://LOCALHOST.:8080/v1", "http://localhost:8080"),
            ("http://127.0.0.1:8080?q", "http://127.0.0.1:8080"),
            ("http://127.0.0.1.:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
            ("http://[2001:DB8::A]", "http://[2001:db8::a]"),
            ("http://[::FFFF:10.0.0.1]", "http://[::ffff:10.0.0.1]"),
            ("http://llama_server:8080", "http://llama_server:8080"),
            ("http://xn--bcher-kva.example", "http://xn--bcher-kva.example"),
            ("http://1.2.3.4.example", "http://1.2.3.4.example"),
        ])
    func spelling(url: String, origin: String) throws {
        let parsed = try #require(HTTPOrigin(url: url))
        #expect(parsed.description == origin)
        #expect(HTTPOrigin(url: parsed.description) == parsed)
    }

    @Test(
        "what two parsers might read differently is no origin",
        arguments: [
            "", "example.com", "//example.com", "https:", "https:/", "https://", "https:///path", "https:example.com",
            "ftp://example.com", "file:///etc/passwd", "httpss://example.com", "unix://x", "javascript:alert(1)",
            // Userinfo, and what looks like it.
            "https://user@example.com", "https://user:pw@example.com", "https://allowed.com@evil.com",
            "https://allowed.com:443@evil.com", "https://@example.com", "https://allowed.com\\@evil.com",
            "https://allowed.com%40evil.com", "https://allowed.com#@evil.com", "https://allowed.com/#x",
            // Characters.
            "https://exa mple.com", " https://example.com", "https://example.com ", "https://example.com/a b",
            "https://example.com/\n", "https://example.com\t", "https://exam\u{0}ple.com", "https://example.com\\path",
            "https:\\\\example.com", "https://exämple.com", "https://example.com/ä", "https://example\u{3002}com",
            "https://ex%61mple.com", "https://example.com/%", "https://example.com/%4", "https://example.com/%zz",
            "https://example.com/{a}", "https://example.com/<a>", "https://example.com/[a]", "https://example.com/^",
            // Labels.
            "https://example..com", "https://.example.com", "https://example.com..", "https://.",
            "https://\(String(repeating: "a", count: 64)).com",
            "https://\(String(repeating: "a.", count: 127))aa",
            // Ports.
            "https://example.com:0", "https://example.com:65536", "https://example.com:99999",
            "https://example.com:000443", "https://example.com:-1", "https://example.com:+1", "https://example.com:a",
            "https://example.com:80:80", "https://example.com: 80",
            // Addresses in other notations than the usual.
            "http://2130706433", "http://0x7f000001", "http://0x7f.0.0.1", "http://0177.0.0.1", "http://127.1",
            "http://127.0.1", "http://127.0.0.01", "http://127.0.0.1.1", "http://256.0.0.1", "http://127.0.0.0x1",
            "http://1.2.3.4.5.", "http://017700000001", "http://0", "http://example.0x1", "http://a.1", "http://0x",
            "http://[127.0.0.1]", "http://[::1", "http://::1", "http://[::1]x", "http://[fe80::1%25eth0]",
            "http://[fe80::1%eth0]", "http://[v1.x]", "http://[]", "http://[:::]", "http://[::1]@evil.com",
        ])
    func refused(url: String) {
        #expect(HTTPOrigin(url: url) == nil)
    }

    @Test("what is checked is what is sent: the address is put together again from its parts")
    func rebuilt() throws {
        let address = try #require(RequestAddress("HTTPS://Example.COM.:443/v1/../a%2Fb?q=/?:@!$&'()*+,;="))
        #expect(address.url == "https://example.com/v1/../a%2Fb?q=/?:@!$&'()*+,;=")
        #expect(try #require(RequestAddress("http://a?q")).url == "http://a/?q")
        #expect(try #require(RequestAddress("http://a")).url == "http://a/")
    }

    @Test("random bytes never trap, and what is read reads itself again")
    func random() {
        var numbers = SeededGenerator(seed: 1)
        let parts = [
            "http", "https", ":", "//", "/", "a", ".", "[", "]", "::1", "@", "1", "0x", "%", "41", "?", "#", "\\", " ",
            "é",
        ]
        var read = 0
        for _ in 0..<20_000 {
            let prefix = Bool.random(using: &numbers) ? "http://" : ""
            let count = Int.random(in: 0..<9, using: &numbers)
            let url = prefix + (0..<count).map { _ in parts.randomElement(using: &numbers) ?? "" }.joined()
            guard let address = RequestAddress(url) else { continue }
            read += 1
            #expect(RequestAddress(address.url) == address, "\(url)")
        }
        #expect(read > 200)
    }
}
