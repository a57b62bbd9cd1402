import Diffs
import Testing

@testable import SyntaxTrees

@Suite("Languages")
struct LanguageTests {
    static let names: [(String, Language?)] = [
        ("a.py", .python), ("src/a.pyi", .python), ("a.mjs", .javascript), ("a.jsx", .javascript),
        ("a.d.ts", .typescript), ("a.mts", .typescript), ("a.tsx", .tsx), ("a.go", .go), ("A.java", .java),
        ("Gemfile", .ruby), ("lib/Rakefile", .ruby), ("a.gemspec", .ruby), ("a.rs", .rust), ("a.c", .c), ("a.h", .c),
        ("a.cc", .cpp), ("a.hpp", .cpp), ("a.C", .cpp), ("a.CPP", .cpp), ("a.cs", .csharp), ("a.php", .php),
        ("build.gradle.kts", .kotlin), ("Package.swift", .swift), ("a.sh", .bash), (".bashrc", .bash),
        ("a.json", .json), ("a.JSON", .json), (".eslintrc", .json), (".github/workflows/a.yml", .yaml),
        ("a.html", .html),
        ("a.css", .css), ("Dockerfile", nil), ("Makefile", nil), ("a.scss", nil), ("a.md", nil), ("a.vue", nil),
        ("a.sql", nil), ("a", nil), ("", nil), (".py", nil), ("a.", nil), ("a.py/b", nil), ("py", nil),
    ]

    @Test("A language is known by its file's name", arguments: names)
    func byName(name: String, expected: Language?) {
        #expect(Language(path: Path(name)) == expected)
    }

    static let firstLines: [(String, Language?)] = [
        ("#!/usr/bin/python3\n", .python), ("#!/usr/bin/env python3.12 -u\n", .python), ("#!/bin/sh -e\n", .bash),
        ("#! /usr/bin/env -S FOO=1 node --x\r\n", .javascript), ("#!/usr/bin/env ts-node\n", .typescript),
        ("#!/usr/bin/ruby2.7\n", .ruby), ("#!/usr/bin/perl\n", nil), ("#!", nil), ("#!\n/bin/sh", nil), ("", nil),
        ("x#!/bin/sh\n", nil), ("#!/usr/bin/env\n", nil),
    ]

    @Test("A script without an extension is known by its first line", arguments: firstLines)
    func byFirstLine(line: String, expected: Language?) {
        #expect(Language(path: Path("bin/tool"), contents: Array(line.utf8)[...]) == expected)
        #expect(Language(path: Path("a.md"), contents: Array(line.utf8)[...]) == nil)
    }

    static let headers: [(String, Language)] = [
        ("#ifndef A\nint f(void);\nstruct s { int class_; };\n", .c), ("#include <stdio.h>\n/* class of x */\n", .c),
        ("#pragma once\nnamespace a {\n}\n", .cpp), ("  template<typename T>\nvoid f();\n", .cpp),
        ("struct A {\npublic:\n  int x;\n};\n", .cpp), ("class A;\n", .cpp),
    ]

    @Test("A header is C or C++ by what stands in it", arguments: headers)
    func byContents(text: String, expected: Language) {
        #expect(Language(path: Path("a.h"), contents: Array(text.utf8)[...]) == expected)
    }

    @Test("A path that is not UTF-8 has a language all the same")
    func bytes() {
        #expect(Language(path: Path(bytes: [0xFF, 0x2E, 0x70, 0x79])) == .python)
        #expect(Language(path: Path(bytes: [0x61, 0x2E, 0xFF])) == nil)
    }
}
