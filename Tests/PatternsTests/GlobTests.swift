import Patterns
import Testing

struct GlobTests {
    @Test(arguments: [
        // Without a slash: any depth; a directory's content counts.
        ("*.lock", "Cargo.lock", true), ("*.lock", "a/b/yarn.lock", true), ("*.lock", "lock", false),
        ("vendor", "vendor/a/b.go", true), ("vendor", "x/vendor/a.go", true), ("vendor", "vendors/a.go", false),
        ("vendor/", "vendor", false), ("vendor/", "a/vendor/x", true),
        // With a slash: from the root.
        ("/build", "build/x", true), ("/build", "a/build/x", false), ("docs/*.md", "docs/a.md", true),
        ("docs/*.md", "docs/b/a.md", false), ("docs/*.md", "x/docs/a.md", false), ("a/b", "a/b/c", true),
        // Whole directories.
        ("**/foo", "foo", true), ("**/foo", "a/b/foo", true), ("**/foo", "xfoo", false),
        ("**/foo/bar", "a/foo/bar", true),
        ("a/**", "a/b/c", true), ("a/**", "a", false), ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true),
        ("a/**/b", "a/xb", false), ("**", "any/thing", true), ("a**b", "axxb", true), ("a**b", "a/b", false),
        ("a/**/b/**/c", "a/1/b/2/3/c", true), ("a/**/b/**/c", "a/1/c", false),
        // One byte and classes.
        ("?.c", "a.c", true), ("?.c", "ab.c", false), ("a?b", "a/b", false), ("[ab].c", "b.c", true),
        ("[!ab].c", "b.c", false), ("[^ab].c", "c.c", true), ("[a-c]x", "bx", true), ("[a-c]x", "dx", false),
        ("[]a]x", "]x", true), ("[a-]x", "-x", true), ("[[:digit:]]x", "7x", true), ("[![:digit:]]x", "7x", false),
        ("a[!x]b", "a/b", false), (#"[\]]x"#, "]x", true),
        // Escapes.
        (#"\*"#, "*", true), (#"\*"#, "a", false), (#"\!a"#, "!a", true), ("\\#a", "#a", true),
        // Names of repositories.
        ("acme/*", "acme/shop", true), ("acme/*", "acmes/shop", false), ("acme/pay*", "acme/payments", true),
        ("!a", "a", true), ("*", "a/b", true),
    ])
    func `matches as a line of an ignore file does`(source: String, path: String, expected: Bool) throws {
        #expect(try Glob(source).matches(path) == expected)
    }

    @Test(arguments: ["[a", "[[:digit:", "[[:nope:]]", "a\\", "!", "/", ""])
    func `a bad glob is refused`(source: String) {
        #expect(throws: PatternError.self) { try Glob(source) }
    }

    @Test func `the last glob that matches decides`() throws {
        let list = try GlobList(["*.js", "!keep.js", "/dist/"])
        #expect(list.matches(Array("a/x.js".utf8)))
        #expect(list.matches(Array("a/keep.js".utf8)) == false)
        #expect(list.matches(Array("dist/keep.js".utf8)))
        #expect(list.match(for: Array("x.js".utf8))?.source == "*.js")
    }

    @Test func `many stars stay fast`() throws {
        let glob = try Glob(String(repeating: "**/*a*", count: 200) + "b")
        let path = [UInt8](repeating: UInt8(ascii: "a"), count: 4000)
        let elapsed = ContinuousClock().measure { #expect(glob.matches(path) == false) }
        #expect(elapsed < .seconds(10))
    }
}
