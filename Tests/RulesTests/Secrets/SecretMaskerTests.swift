import Diffs
import Testing

@testable import Rules

@Suite("Masking of secrets")
struct SecretMaskerTests {
    private let token = SecretSample(rule: "", template: "ghp_{w36}").text(seed: 31)
    private let secret = SecretSample(rule: "", template: "{w32}").text(seed: 32)

    @Test("the same secret gets the same mask, also where only memory tells")
    func masksAlike() {
        var masker = SecretMasker()
        let first = masker.mask("api_secret = \"\(secret)\"\nt = \"\(token)\"\n")
        #expect(first == "api_secret = \"[secret-1]\"\nt = \"[secret-2]\"\n")
        #expect(masker.mask("print(\(token) + x)  # \(secret)") == "print([secret-2] + x)  # [secret-1]")
        #expect(masker.secretCount == 2)
    }

    @Test("two maskers that see the same texts write the same bytes")
    func isDeterministic() {
        let texts = (0..<20 as Range<UInt64>).map { seed in
            SecretSample(rule: "", template: "auth_token = \"{w40}\" # {w9} ghp_{w36}").text(seed: seed % 7)
        }
        var left = SecretMasker()
        var right = SecretMasker()
        #expect(texts.map { left.mask($0) } == texts.map { right.mask($0) })
    }

    @Test("a masked text has the lines of the original and no part of the key")
    func keepsLines() {
        let lines = (0..<5).map { SecretSample(rule: "", template: "{w64}").text(seed: $0) }
        let key =
            "  -----BEGIN " + "PRIVATE KEY-----\n  " + lines.joined(separator: "\n  ") + "\n  -----END X-----\nrest\n"
        var masker = SecretMasker()
        let masked = masker.mask(key)
        #expect(masked.split(separator: "\n", omittingEmptySubsequences: false).count == 9)
        for line in lines { #expect(!masked.contains(line.prefix(16))) }
        #expect(masked.hasSuffix("-----END X-----\nrest\n"))
    }

    @Test("secrets that findings let pass are masked all the same")
    func masksDoubtfulSecrets() {
        var masker = SecretMasker()
        let text = Array("TOKEN = \"\(token)\"  # gitleaks:allow".utf8)
        let masked = String(decoding: masker.mask(text, path: Path("tests/fixtures/a.py")), as: UTF8.self)
        #expect(masked == "TOKEN = \"[secret-1]\"  # gitleaks:allow")
    }

    @Test("text without secrets comes back as it was, whatever its bytes")
    func leavesOtherText() {
        var random = SecretRandom(seed: 8)
        for _ in 0..<50 {
            let bytes = (0..<400).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            var masker = SecretMasker()
            #expect(masker.mask(bytes) == bytes || masker.secretCount > 0)
        }
    }

    @Test("masking twice changes nothing more")
    func isIdempotent() {
        for sample in SecretSample.all {
            var masker = SecretMasker()
            let once = masker.mask("a \(sample.text(seed: 3)) b\n")
            #expect(masker.mask(once) == once, "\(sample.rule)")
        }
    }
}
