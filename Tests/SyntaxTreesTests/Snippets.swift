import Testing

@testable import SyntaxTrees

/// The installed grammars. Without them the tests fail: they would prove nothing.
func installedGrammars(_ location: SourceLocation = #_sourceLocation) throws -> Grammars {
    let directory = try #require(
        Grammars.locate(), "no grammars: run deploy/setup/grammars.sh .build/grammars, or set HUNKWISE_GRAMMARS",
        sourceLocation: location)
    return Grammars(directory: directory)
}

func parsed(_ text: String, _ language: Language) throws -> SyntaxTree {
    try #require(try installedGrammars().parse(Array(text.utf8), as: language), "no tree for \(language)")
}

/// A source that is right, and one that is not.
struct Snippet: Sendable, CustomTestStringConvertible {
    let language: Language
    let good: String
    let broken: String

    var testDescription: String { language.rawValue }

    static let all: [Snippet] = [
        Snippet(
            language: .python,
            good: "@cache\nasync def total(xs: list[int], *, start=0) -> int:\n    return start + sum(x for x in xs)\n",
            broken: "def total(xs:\n    return xs +\n"),
        Snippet(
            language: .javascript,
            good: "import data from './a.json' with { type: 'json' };\nconst f = async (x) => x?.y ?? 1;\n",
            broken: "function f( { return ;\n"),
        Snippet(
            language: .typescript,
            good: "export function f<const T extends string>(a: T): a is T { return a satisfies T; }\n",
            broken: "interface A { x: ; } function (\n"),
        Snippet(
            language: .tsx, good: "const X = (p: { n: number }) => <div className=\"a\">{p.n}</div>;\n",
            broken: "const X = () => <div>{p.n</span>;\n"),
        Snippet(
            language: .go,
            good:
                "package a\n\nfunc Map[T, U any](xs []T, f func(T) U) (ys []U) {\n\tfor range 3 {\n\t}\n\treturn\n}\n",
            broken: "package a\nfunc F(x int int { return x +\n"),
        Snippet(
            language: .java,
            good:
                "record P(int x) {}\nclass A { int f(Object o) { return switch (o) { case P(int x) -> x; default -> 0; }; } }\n",
            broken: "class A { int f(int x { return x + ; }\n"),
        Snippet(
            language: .ruby, good: "def f(x, y: 1) = x + y\nclass A < B\n  attr_reader :c\nend\n",
            broken: "def f(x\n  x +\n"),
        Snippet(
            language: .rust,
            good:
                "async fn f<'a>(x: &'a str) -> Result<(), E> { let Some(y) = g(x) else { return Ok(()) }; y.await? }\n",
            broken: "fn f(x: i32 -> i32 { x +\n"),
        Snippet(
            language: .c, good: "static int f(const char *x, ...) { return x ? (int)*x : 0; }\n",
            broken: "int f(int x { return x + ;\n"),
        Snippet(
            language: .cpp,
            good: "template <typename T> requires std::integral<T> auto f(T x) -> T { return [=] { return x; }(); }\n",
            broken: "template <class T T f(T x { return x +\n"),
        Snippet(
            language: .csharp,
            good:
                "namespace N;\npublic record P(int X) { public required string Y { get; init; } int F() => X switch { > 1 => 2, _ => 3 }; }\n",
            broken: "class A { int F(int x { return x + ; }\n"),
        Snippet(
            language: .php,
            good:
                "<?php\nenum S: string { case A = 'a'; }\nfinal class C { public function __construct(private readonly ?int $x = null) {} }\n",
            broken: "<?php\nfunction f(int $x { return $x + ;\n"),
        Snippet(
            language: .kotlin,
            good: "data class A(val x: Int)\nfun f(x: Int?): Int = when (x) { null -> 0; else -> x + 1 }\n",
            broken: "fun f(x: Int: Int { return x +\n"),
        Snippet(
            language: .swift,
            good:
                "actor A { func f(_ x: Int) async throws -> Int { guard x > 0 else { throw E.e }\n return try await g(x) } }\n",
            broken: "func f(_ x: Int -> Int { return x +\n"),
        Snippet(
            language: .bash, good: "f() { local x=\"${1:-a}\"; echo \"$x\"; }\nif [[ -n $X ]]; then f a | grep b; fi\n",
            broken: "if [ -n \"$X\" ; then f( a\n"),
        Snippet(language: .json, good: "{\"a\": [1, 2.5e3, null, true], \"b\": {}}\n", broken: "{\"a\": [1, 2, }\n"),
        Snippet(
            language: .yaml, good: "a: &x\n  - b: 1\n    c: |\n      text\n  - {d: [1, 2]}\n---\ne: *x\n",
            broken: "a: [1, 2\nb: {x\n"),
        Snippet(
            language: .html, good: "<!doctype html>\n<html><body><p class=\"a\">x<br>y</p></body></html>\n",
            broken: "<html><body><p <b>x</</p>\n"),
        Snippet(
            language: .css, good: "@media (min-width: 1px) { a > b:hover { color: red; margin: 0 auto; } }\n",
            broken: "a > { color red; margin 0\n"),
    ]
}
