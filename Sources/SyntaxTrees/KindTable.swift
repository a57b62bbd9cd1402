/// What a sort of node is for, where that matters to Hunkwise.
struct KindRoles: OptionSet, Sendable {
    let rawValue: UInt16

    static let comment = Self(rawValue: 1 << 0)
    /// A string with its quotes; what is interpolated into it belongs to it.
    static let string = Self(rawValue: 1 << 1)
    /// Imports, includes, package clauses.
    static let importing = Self(rawValue: 1 << 2)
    static let function = Self(rawValue: 1 << 3)
    static let type = Self(rawValue: 1 << 4)
    static let module = Self(rawValue: 1 << 5)
    /// Gives a name to a value; a declaration if the value is a function or class without a name.
    static let binding = Self(rawValue: 1 << 6)
    /// A function or class that may stand as a value.
    static let nameless = Self(rawValue: 1 << 7)
    /// Stands around a declaration and belongs to it: decorators, `export`, `template`.
    static let wrapper = Self(rawValue: 1 << 8)
    /// Stands before a declaration and belongs to it: attributes, annotations.
    static let prefix = Self(rawValue: 1 << 9)
    /// Code inside a string.
    static let interpolation = Self(rawValue: 1 << 11)
    /// An import, include or package clause only in some forms; see `Node.isImport`.
    static let perhapsImporting = Self(rawValue: 1 << 12)
    /// A statement or element with a body, before which a long hunk can be cut.
    static let block = Self(rawValue: 1 << 10)

    static let declaration: Self = [.function, .type, .module]
}

/// The roles of one language's node kinds.
struct KindTable {
    private var roles: [String: KindRoles] = [:]

    init(_ language: Language) {
        for (role, kinds) in Self.kinds(of: language) {
            for kind in kinds.split(separator: " ") { roles[String(kind), default: []].insert(role) }
        }
    }

    func roles(of kind: String) -> KindRoles { roles[kind] ?? [] }

    /// Every kind that the table names.
    var kinds: [String] { roles.keys.sorted() }
}

extension KindTable {
    private static func kinds(of language: Language) -> [(KindRoles, String)] {
        switch language {
        case .python: python
        case .javascript: ecmascript + [(.binding, "field_definition")]
        case .typescript, .tsx: ecmascript + typescript
        case .go: go
        case .java: java
        case .ruby: ruby
        case .rust: rust
        case .c: c
        case .cpp: c + cpp
        case .csharp: csharp
        case .php: php
        case .kotlin: kotlin
        case .swift: swift
        case .bash: bash
        case .json: [(.comment, "comment"), (.string, "string"), (.block, "pair object array")]
        case .yaml:
            [
                (.comment, "comment"),
                (.string, "double_quote_scalar single_quote_scalar block_scalar"),
                (.block, "block_mapping_pair block_sequence_item document"),
            ]
        case .html:
            [
                (.comment, "comment"), (.string, "quoted_attribute_value"),
                (.block, "element script_element style_element"),
            ]
        case .css:
            [
                (.comment, "comment js_comment"), (.string, "string_value"),
                (.importing, "import_statement charset_statement"),
                (.type, "rule_set media_statement keyframes_statement supports_statement at_rule"),
            ]
        }
    }

    private static let python: [(KindRoles, String)] = [
        (.comment, "comment"), (.string, "string concatenated_string"),
        (.interpolation, "interpolation"),
        (.importing, "import_statement import_from_statement future_import_statement"),
        (.function, "function_definition"), (.type, "class_definition"), (.wrapper, "decorated_definition"),
        (.block, "if_statement for_statement while_statement try_statement with_statement match_statement"),
    ]

    private static let ecmascript: [(KindRoles, String)] = [
        (.comment, "comment html_comment"), (.string, "string template_string"), (.importing, "import_statement"),
        (.interpolation, "template_substitution"),
        (.perhapsImporting, "lexical_declaration variable_declaration export_statement"),
        (.function, "function_declaration generator_function_declaration method_definition"),
        (.type, "class_declaration"),
        (.binding, "variable_declarator pair assignment_expression"),
        (.nameless, "arrow_function function_expression generator_function class"),
        (.wrapper, "export_statement lexical_declaration variable_declaration expression_statement"),
        (.prefix, "decorator"),
        (.block, "if_statement for_statement for_in_statement while_statement do_statement try_statement"),
        (.block, "switch_statement with_statement labeled_statement"),
    ]

    private static let typescript: [(KindRoles, String)] = [
        (.importing, "import_alias"), (.binding, "public_field_definition"),
        (.function, "function_signature method_signature abstract_method_signature"),
        (.type, "abstract_class_declaration interface_declaration enum_declaration type_alias_declaration"),
        (.module, "internal_module module"), (.wrapper, "ambient_declaration"),
    ]

    private static let go: [(KindRoles, String)] = [
        (.comment, "comment"), (.string, "interpreted_string_literal raw_string_literal"),
        (.importing, "import_declaration package_clause"),
        (.function, "function_declaration method_declaration"), (.type, "type_spec type_alias"),
        (.wrapper, "type_declaration"),
        (.block, "if_statement for_statement expression_switch_statement type_switch_statement select_statement"),
    ]

    private static let java: [(KindRoles, String)] = [
        (.comment, "line_comment block_comment"), (.string, "string_literal"),
        (.interpolation, "string_interpolation"), (.importing, "import_declaration package_declaration"),
        (.function, "method_declaration constructor_declaration compact_constructor_declaration"),
        (.type, "class_declaration interface_declaration enum_declaration record_declaration"),
        (.type, "annotation_type_declaration"), (.module, "module_declaration"),
        (.block, "if_statement for_statement enhanced_for_statement while_statement do_statement try_statement"),
        (.block, "try_with_resources_statement switch_expression synchronized_statement labeled_statement"),
    ]

    private static let ruby: [(KindRoles, String)] = [
        (.comment, "comment"), (.string, "string heredoc_body chained_string subshell"),
        (.interpolation, "interpolation"), (.perhapsImporting, "call"),
        (.function, "method singleton_method"), (.type, "class singleton_class"), (.module, "module"),
        (.block, "if unless case while until for begin do_block case_match"),
    ]

    private static let rust: [(KindRoles, String)] = [
        (.comment, "line_comment block_comment"), (.string, "string_literal raw_string_literal"),
        (.importing, "use_declaration extern_crate_declaration"), (.perhapsImporting, "mod_item"),
        (.function, "function_item function_signature_item macro_definition"),
        (.type, "struct_item enum_item union_item trait_item impl_item type_item"),
        (.module, "mod_item foreign_mod_item"), (.prefix, "attribute_item"),
        (.block, "if_expression match_expression while_expression loop_expression for_expression unsafe_block"),
    ]

    private static let c: [(KindRoles, String)] = [
        (.comment, "comment"), (.string, "string_literal concatenated_string"), (.importing, "preproc_include"),
        (.function, "function_definition"),
        (.type, "struct_specifier union_specifier enum_specifier type_definition"),
        (.block, "if_statement for_statement while_statement do_statement switch_statement preproc_if preproc_ifdef"),
    ]

    private static let cpp: [(KindRoles, String)] = [
        (.string, "raw_string_literal"), (.importing, "using_declaration"), (.type, "class_specifier"),
        (.type, "alias_declaration concept_definition"), (.module, "namespace_definition"),
        (.wrapper, "template_declaration"), (.block, "for_range_loop try_statement"),
    ]

    private static let csharp: [(KindRoles, String)] = [
        (.comment, "comment"),
        (.string, "string_literal verbatim_string_literal raw_string_literal interpolated_string_expression"),
        (.interpolation, "interpolation"), (.importing, "using_directive extern_alias_directive"),
        (.function, "method_declaration constructor_declaration destructor_declaration operator_declaration"),
        (.function, "conversion_operator_declaration local_function_statement property_declaration"),
        (.function, "indexer_declaration event_declaration"),
        (.type, "class_declaration struct_declaration interface_declaration enum_declaration record_declaration"),
        (.type, "delegate_declaration"),
        (.module, "namespace_declaration file_scoped_namespace_declaration"),
        (.block, "if_statement for_statement foreach_statement while_statement do_statement try_statement"),
        (.block, "switch_statement using_statement lock_statement"),
    ]

    private static let php: [(KindRoles, String)] = [
        (.comment, "comment"), (.string, "string encapsed_string heredoc nowdoc shell_command_expression"),
        (.interpolation, "variable_name dynamic_variable_name member_access_expression subscript_expression"),
        (.interpolation, "member_call_expression nullsafe_member_access_expression function_call_expression"),
        (.interpolation, "scoped_call_expression scoped_property_access_expression"),
        (.importing, "namespace_use_declaration"), (.perhapsImporting, "expression_statement"),
        (.function, "function_definition method_declaration"),
        (.type, "class_declaration interface_declaration trait_declaration enum_declaration"),
        (.module, "namespace_definition"),
        (.binding, "assignment_expression"), (.nameless, "anonymous_function arrow_function"),
        (.wrapper, "expression_statement"),
        (.block, "if_statement for_statement foreach_statement while_statement do_statement try_statement"),
        (.block, "switch_statement"),
    ]

    private static let kotlin: [(KindRoles, String)] = [
        (.comment, "line_comment block_comment"), (.string, "string_literal multiline_string_literal"),
        (.interpolation, "interpolation"), (.importing, "import package_header"),
        (.function, "function_declaration secondary_constructor"),
        (.type, "class_declaration object_declaration companion_object type_alias"),
        (.block, "if_expression when_expression for_statement while_statement do_while_statement try_expression"),
    ]

    private static let swift: [(KindRoles, String)] = [
        (.comment, "comment multiline_comment"),
        (.string, "line_string_literal multi_line_string_literal raw_string_literal"),
        (.interpolation, "interpolated_expression raw_str_interpolation"), (.importing, "import_declaration"),
        (.function, "function_declaration init_declaration deinit_declaration subscript_declaration"),
        (.function, "protocol_function_declaration macro_declaration operator_declaration"),
        (.type, "class_declaration protocol_declaration typealias_declaration"),
        (.block, "if_statement guard_statement for_statement while_statement repeat_while_statement"),
        (.block, "switch_statement do_statement"),
    ]

    private static let bash: [(KindRoles, String)] = [
        (.comment, "comment"), (.string, "string raw_string heredoc_body ansi_c_string translated_string"),
        (.interpolation, "expansion simple_expansion command_substitution arithmetic_expansion"),
        (.perhapsImporting, "command"),
        (.function, "function_definition"),
        (.block, "if_statement for_statement c_style_for_statement while_statement case_statement subshell"),
    ]
}
