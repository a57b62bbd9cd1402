extension Node {
    /// Whether this statement does nothing but make names of other files known: imports, includes, package clauses,
    /// `require` in Ruby, JavaScript and PHP, `export … from`, `mod x;`, `source` in a shell.
    package var isImport: Bool {
        let roles = tree.grammar.roles(of: kindID)
        if roles.contains(.importing) { return true }
        return roles.contains(.perhapsImporting) && isImportByForm
    }

    private var isImportByForm: Bool {
        switch kind {
        case "call":
            return child(field: "receiver") == nil
                && child(field: "method").map { Self.rubyImports.contains($0.string) } == true
        case "export_statement":
            return child(field: "source") != nil
        case "lexical_declaration", "variable_declaration":
            return namedChildren.allSatisfy { $0.isComment || $0.child(field: "value")?.isRequireCall == true }
        case "mod_item":
            return child(field: "body") == nil
        case "expression_statement":
            return namedChild(0).map { Self.phpImports.contains($0.kind) } == true
        case "command":
            return child(field: "name").map { $0.string == "source" || $0.string == "." } == true
        default:
            return false
        }
    }

    private var isRequireCall: Bool {
        kind == "call_expression" && child(field: "function").map { $0.text.elementsEqual("require".utf8) } == true
    }

    private static let rubyImports: Set<String> = ["require", "require_relative", "load", "autoload"]
    private static let phpImports: Set<String> = [
        "require_expression", "require_once_expression", "include_expression", "include_once_expression",
    ]
}
