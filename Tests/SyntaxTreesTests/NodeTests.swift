import Testing

@testable import SyntaxTrees

@Suite("Nodes")
struct NodeTests {
    private let text = "class A:\n    x = 1\n\n    def f(self, a):\n        return a\n"

    private func node(_ words: String) throws -> Node {
        let tree = try parsed(text, .python)
        let range = try #require(text.utf8ByteRange(of: words))
        return tree.root.descendant(of: range)
    }

    @Test("A node knows its kind, range and rows")
    func facts() throws {
        let function = try node("def f(self, a):\n        return a")
        #expect(function.kind == "function_definition")
        #expect(function.isNamed && function.isDeclaration)
        #expect(!function.isError && !function.isMissing && !function.hasError && !function.isComment)
        #expect(function.startRow == 3 && function.endRow == 4)
        #expect(function.startColumn == 4 && function.endColumn == 16)
        #expect(function.rows == 3...4)
        #expect(function.string.hasPrefix("def f"))
        #expect(function.text.startIndex == function.byteRange.lowerBound)
    }

    @Test("Children are reached by position, name and field, and nothing is there outside")
    func children() throws {
        let function = try node("def f(self, a):\n        return a")
        #expect(function.childCount == 5 && function.children.count == 5)
        #expect(function.namedChildCount == 3)
        #expect(function.namedChildren.map(\.kind) == ["identifier", "parameters", "block"])
        #expect(function.child(0)?.kind == "def")
        #expect(function.namedChild(1)?.kind == "parameters")
        #expect(function.child(field: "name")?.string == "f")
        #expect(function.children(field: "name").count == 1)
        #expect(function.child(field: "no_such_field") == nil)
        #expect(function.child(-1) == nil && function.child(5) == nil && function.child(.max) == nil)
        #expect(function.namedChild(-1) == nil && function.namedChild(3) == nil)
    }

    @Test("Parents and siblings lead back")
    func family() throws {
        let function = try node("def f(self, a):\n        return a")
        for (index, child) in function.children.enumerated() {
            #expect(child.parent == function)
            #expect(child.nextSibling == function.child(index + 1))
            #expect(child.previousSibling == function.child(index - 1))
        }
        #expect(function.ancestors.map(\.kind) == ["block", "class_definition", "module"])
        #expect(function.tree.root.parent == nil)
        #expect(function.tree.root.nextSibling == nil)
    }

    @Test("Every node of every snippet is its children's parent, in broken sources too", arguments: Snippet.all)
    func parents(snippet: Snippet) throws {
        for text in [snippet.good, snippet.broken] {
            let tree = try parsed(text, snippet.language)
            var count = 0
            tree.walk { node, _ in
                count += 1
                for child in node.children { #expect(child.parent == node) }
                return .descend
            }
            #expect(count == tree.nodeCount)
        }
    }

    @Test("The smallest node around some bytes is found, and a range outside gives the node itself")
    func descendants() throws {
        #expect(try node("return").kind == "return")
        #expect(try node("x = 1").kind == "assignment" || node("x = 1").kind == "expression_statement")
        let root = try parsed(text, .python).root
        #expect(root.descendant(of: 5_000..<6_000) == root)
        #expect(root.descendant(of: -5..<(-1)).byteRange.lowerBound == 0)
    }

    @Test("A walk gives each node once, in order, with its depth, and obeys what it is told")
    func walks() throws {
        let tree = try parsed(text, .python)
        var starts: [Int] = []
        var seen: Set<Node> = []
        tree.walk { node, depth in
            starts.append(node.byteRange.lowerBound)
            #expect(seen.insert(node).inserted)
            #expect(depth == node.ancestors.count)
            return .descend
        }
        #expect(starts == starts.sorted())
        var kinds: [String] = []
        tree.walk { node, _ in
            kinds.append(node.kind)
            return node.kind == "class_definition" ? .skip : .descend
        }
        #expect(kinds == ["module", "class_definition"])
        var visits = 0
        tree.walk { _, _ in
            visits += 1
            return visits == 3 ? .stop : .descend
        }
        #expect(visits == 3)
    }

    @Test("A walk of some bytes leaves out what stands before and after")
    func partialWalks() throws {
        let tree = try parsed(text, .python)
        let range = try #require(text.utf8ByteRange(of: "x = 1"))
        var texts: [String] = []
        tree.walk(in: range) { node, _ in
            if node.childCount == 0 { texts.append(node.string) }
            return .descend
        }
        #expect(texts == ["x", "=", "1"])
    }
}

extension String {
    /// Where a text stands first, in UTF-8 bytes.
    func utf8ByteRange(of words: String) -> Range<Int>? {
        let bytes = Array(utf8)
        let wanted = Array(words.utf8)
        guard bytes.count >= wanted.count else { return nil }
        return (0...(bytes.count - wanted.count)).first { bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) }
            .map { $0..<($0 + wanted.count) }
    }
}
