/// Values that stand where a secret would stand, and are none.
enum Placeholder {
    private static let words: [String] = [
        "example", "placeholder", "changeme", "change_me", "change-me", "change_this", "replaceme", "replace_me",
        "replace-me", "replace_with", "replace-with", "insert_", "insert-", "your_", "your-", "yourapi", "yourkey",
        "yourtoken", "yoursecret", "yourpass", "redacted", "dummy", "fake", "sample", "todo", "fixme", "notreal",
        "not-real", "not_real", "notasecret", "not-a-secret", "not_a_secret", "undefined", "lorem", "foobar", "foo-bar",
        "foo_bar", "mysecret", "my-secret", "my_secret", "mytoken", "my-token", "my_token", "mypassword", "my-password",
        "my_password", "some-secret", "some_secret", "somesecret", "testtest", "test-secret", "test_secret",
        "testsecret", "test-token", "test_token", "testtoken", "test-key", "test_key", "testkey", "testpass",
        "secret-key", "secretkey", "secret_key", "supersecret", "super-secret", "super_secret", "topsecret",
        "passw0rd", "p@ssw0rd", "p@ssword", "password", "hunter2", "correcthorse", "xxxx", "****", "....", "0000000",
        "1111111", "1234567", "abcdefg", "abcdef0", "abcd1234", "abc123", "deadbeef", "qwerty", "asdf", "none", "null",
        "invalid", "unused", "default", "localhost", "mock", "stub", "<your", "enter_", "enter-", "here>", "bogus",
    ]

    /// For any value: words of placeholders, one byte repeated, runs of the alphabet or of digits.
    static func isPlaceholder(_ value: some Collection<UInt8>) -> Bool {
        let lowered = value.map(\.asciiLowercased)
        if words.contains(where: { lowered.containsBytes(of: $0) }) { return true }
        if letters(lowered).containsBytes(of: "password") { return true }
        return isRepetitive(lowered) || isMostlySequence(lowered)
    }

    /// The letters alone, those written as look-alikes too: "p@ss#w0rd!" as "password".
    private static func letters(_ lowered: [UInt8]) -> [UInt8] {
        lowered.compactMap { byte in
            switch byte {
            case UInt8(ascii: "@"), UInt8(ascii: "4"): UInt8(ascii: "a")
            case UInt8(ascii: "0"): UInt8(ascii: "o")
            case UInt8(ascii: "$"), UInt8(ascii: "5"): UInt8(ascii: "s")
            default: byte.isASCIILetter ? byte : nil
            }
        }
    }

    /// For values of a provider's own format, where only a clear sign counts.
    static func isClearlyNoSecret(_ value: some Collection<UInt8>) -> Bool {
        let lowered = value.map(\.asciiLowercased)
        if ["example", "placeholder", "xxxxxx", "redacted", "******"].contains(where: { lowered.containsBytes(of: $0) })
        {
            return true
        }
        return isRepetitive(lowered)
    }

    /// At most three different bytes, or one byte that makes up most of the text.
    static func isRepetitive(_ value: [UInt8]) -> Bool {
        guard value.count >= 6 else { return true }
        var counts = [Int](repeating: 0, count: 256)
        for byte in value { counts[Int(byte)] += 1 }
        let distinct = counts.count { $0 > 0 }
        let most = counts.max() ?? 0
        return distinct <= 3 || most * 2 > value.count
    }

    /// More than half of the bytes follow their neighbour in the alphabet or in the digits ("12345678", "abcdefgh").
    static func isMostlySequence(_ value: [UInt8]) -> Bool {
        guard value.count >= 6 else { return false }
        var steps = 0
        for index in 1..<value.count where value[index] == value[index - 1] &+ 1 || value[index] == value[index - 1] {
            steps += 1
        }
        return steps * 2 >= value.count
    }

    /// Text that is filled in later or computed: environment look-ups, templates, calls, interpolation.
    static func isTemplate(_ value: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = value.first else { return true }
        if first == UInt8(ascii: "$") || first == UInt8(ascii: "<") || first == UInt8(ascii: "{") { return true }
        if first == UInt8(ascii: "%"), value.count > 2 { return true }
        let marks = [
            "${", "{{", "<%", "%(", "#{", "$(", "%s", "%d", "\\(", "}}", "%v", "{0}", "[[", "[secret-", "env.",
            "getenv",
        ]
        if marks.contains(where: { value.containsBytes(of: $0) }) { return true }
        // f-strings and the like: {name} around an identifier.
        if let open = value.firstIndex(of: UInt8(ascii: "{")), let close = value.lastIndex(of: UInt8(ascii: "}")),
            open < close, value[open..<close].dropFirst().allSatisfy(\.isNameByte)
        {
            return true
        }
        return false
    }
}
