import Domain
import Testing

@Suite struct SettingProblemTests {
    @Test(
        "what a file put into a message stays on one line and shows",
        arguments: [
            ("a\nb", "f:3: k: a\\u{a}b"), ("\u{1b}[31mred", "f:3: k: \\u{1b}[31mred"),
            ("a\u{202e}b\tc", "f:3: k: a\\u{202e}b\\u{9}c"),
            ("plain – ünicode", "f:3: k: plain – ünicode"),
        ])
    func staysOnOneLine(_ message: String, _ description: String) {
        #expect(SettingProblem(file: "f", line: 3, key: "k", message: message).description == description)
    }

    @Test("keys are escaped as messages are")
    func escapesKeys() {
        #expect(SettingProblem(file: "f", line: nil, key: "a\rb", message: "m").description == "f: a\\u{d}b: m")
    }
}
