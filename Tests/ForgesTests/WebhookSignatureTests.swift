import Domain
import Forges
import Testing

@Suite("A delivery's signature")
struct WebhookSignatureTests {
    // docs.github.com, "Validating webhook deliveries", read 2026-11-21: the example to test with.
    private let body = Array("Hello, World!".utf8)
    private let secret = Secret("It's a Secret to Everybody")
    private let header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

    @Test("is taken when it is GitHub's own example")
    func example() {
        #expect(WebhookSignature.verify(header: header, body: body, secrets: [secret]))
    }

    @Test("is taken for any of several secrets, so that one can follow the other")
    func rotation() {
        #expect(WebhookSignature.verify(header: header, body: body, secrets: [Secret("new"), secret]))
        #expect(WebhookSignature.verify(header: header, body: body, secrets: [secret, Secret("new")]))
    }

    @Test("is not taken for another body, another secret, no secret or an empty one")
    func refusals() {
        #expect(!WebhookSignature.verify(header: header, body: body + [33], secrets: [secret]))
        #expect(!WebhookSignature.verify(header: header, body: body, secrets: [Secret("other")]))
        #expect(!WebhookSignature.verify(header: header, body: body, secrets: []))
        // HMAC-SHA256 of the body with an empty key.
        let ofEmptyKey = "sha256=b4d8d4ccac0d5ad3b2d2d29fdbd8a2f2b8ccd8d52b4d0f6d2f9ea5ebd0b1b1ea"
        #expect(!WebhookSignature.verify(header: ofEmptyKey, body: body, secrets: [Secret("")]))
    }

    @Test(
        "is not taken when it is malformed",
        arguments: [
            nil, "", "sha256=", "sha1=757107ea0eb2509fc211221cce984b8a37570b6d",
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e177",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043eg7",
            " sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
            "SHA256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
            "sha256=٧57107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1",
        ])
    func malformed(_ header: String?) {
        #expect(!WebhookSignature.verify(header: header, body: body, secrets: [secret]))
    }

    @Test("is the same in capitals")
    func capitals() {
        let header = "sha256=" + header.dropFirst(7).uppercased()
        #expect(WebhookSignature.verify(header: header, body: body, secrets: [secret]))
    }
}

@Suite("A form-encoded delivery")
struct FormBodyTests {
    private func payload(_ text: String) -> String? {
        FormBody.payload(of: Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "gives its payload",
        arguments: [
            ("payload=%7B%22a%22%3A+1%7D", #"{"a": 1}"#), ("x=1&payload=%7b%7d&y=2", "{}"), ("payload=", ""),
            ("payload=a%2Bb%26c%3Dd", "a+b&c=d"), ("payload=%C3%A9", "é"),
        ])
    func found(_ form: String, _ expected: String) {
        #expect(payload(form) == expected)
    }

    @Test(
        "gives nothing without exactly one well-formed payload",
        arguments: ["", "{}", "Payload=%7B%7D", "payload=%7", "payload=%", "payload=%zz", "payload=a&payload=b"])
    func absent(_ form: String) {
        #expect(payload(form) == nil)
    }
}
