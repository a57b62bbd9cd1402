import SyntaxTrees

/// What a node is for the rules, whatever its grammar calls it.
enum Role: UInt8 {
    case other
    /// A call whose callee is one expression: `f(x)`, `a.b(x)`, `new A(x)`.
    case call
    /// A call whose receiver and name stand apart: Java, Ruby, PHP.
    case invoke
    /// Something the language does that rules treat as a call: `echo`, `include`, backticks, `print`.
    case intrinsic
    case macro
    /// A shell command.
    case command
    /// A literal of a structure with a type: Go, Rust, C++.
    case composite
    case member
    case index
    case identifier
    case string
    case number
    case constant
    case binary
    /// Wraps one value without changing it: parentheses, casts, `await`, references.
    case wrapper
    case conditional
    case assignment
    case declarator
    case pair
    case list
    case dictionary
    case function
    case lambda
    case classLike
    case parameters
    case decorator
    case importing
    case handler
    case loop
    case interpolation
    case comment
}

extension Role {
    private static let common: [String: Role] = {
        var table: [String: Role] = [:]
        func add(_ role: Role, _ kinds: String) {
            for kind in kinds.split(separator: " ") { table[String(kind)] = role }
        }
        add(.call, "call_expression new_expression invocation_expression function_call_expression")
        add(.call, "object_creation_expression implicit_object_creation_expression constructor_invocation")
        add(.invoke, "method_invocation member_call_expression nullsafe_member_call_expression scoped_call_expression")
        add(
            .intrinsic,
            """
            echo_statement print_intrinsic include_expression include_once_expression require_expression \
            require_once_expression shell_command_expression subshell
            """)
        add(.macro, "macro_invocation")
        add(.command, "command")
        add(.composite, "composite_literal struct_expression compound_literal_expression")
        add(
            .member,
            """
            member_expression field_access selector_expression field_expression member_access_expression \
            nullsafe_member_access_expression scoped_property_access_expression class_constant_access_expression \
            navigation_expression scoped_identifier scope_resolution qualified_identifier conditional_access_expression \
            scoped_type_identifier qualified_name qualified_type member_binding_expression method_reference dotted_name
            """)
        add(
            .index,
            """
            subscript subscript_expression element_reference index_expression element_access_expression array_access \
            indexing_expression element_binding_expression
            """)
        add(
            .identifier,
            """
            identifier name constant variable_name simple_identifier type_identifier field_identifier self this super \
            property_identifier shorthand_property_identifier instance_variable class_variable global_variable \
            namespace_identifier package_identifier word self_expression this_expression super_expression statement_identifier \
            generic_name generic_type template_function template_type user_type predefined_type relative_scope
            """)
        add(
            .string,
            """
            string string_literal interpreted_string_literal raw_string_literal encapsed_string template_string heredoc \
            nowdoc line_string_literal multi_line_string_literal interpolated_string_expression concatenated_string \
            verbatim_string_literal char_literal character_literal heredoc_body raw_string chained_string bare_string \
            simple_symbol hash_key_symbol delimited_symbol ansi_c_string multiline_string_literal text_block word_string \
            translated_string rune_literal regex raw_string_expression system_lib_string
            """)
        add(
            .number,
            """
            integer float number int_literal float_literal integer_literal real_literal number_literal hex_literal \
            decimal_integer_literal hex_integer_literal long_literal decimal_floating_point_literal octal_integer_literal \
            binary_integer_literal
            """)
        add(
            .constant,
            """
            true false null none nil boolean boolean_literal bool_literal null_literal undefined True False None nullptr
            """)
        add(
            .binary,
            """
            binary_expression binary_operator binary boolean_operator additive_expression multiplicative_expression \
            concatenation conjunction_expression disjunction_expression comparison_operator nil_coalescing_expression \
            elvis_expression infix_expression comparison_expression equality_expression range_expression
            """)
        add(
            .wrapper,
            """
            parenthesized_expression await_expression await as_expression satisfies_expression non_null_expression \
            type_assertion cast_expression reference_expression try_expression unary_expression pointer_expression \
            expression_list argument literal_element type_cast_expression postfix_expression postfix_unary_expression \
            prefix_unary_expression variadic_unpacking list_splat spread_element splat_argument block_argument \
            jsx_expression unary_operator not_operator unary type_conversion_expression checked_expression prefix_expression \
            value_argument sequence_expression expression_statement parenthesized_statements as_expression ref_expression \
            directly_assignable_expression type_conversion begin arrow_expression_clause lambda_body throw_expression \
            error_suppression_expression clone_expression co_await_expression function_body string_array_content generic
            """)
        add(
            .conditional,
            "conditional_expression ternary_expression conditional if_expression when_expression match_expression")
        add(
            .assignment,
            """
            assignment assignment_expression augmented_assignment augmented_assignment_expression operator_assignment \
            assignment_statement short_var_declaration compound_assignment_expr named_expression variable_assignment
            """)
        add(
            .declarator,
            """
            variable_declarator init_declarator const_spec var_spec let_declaration property_declaration const_item \
            static_item public_field_definition field_definition property_element const_element static_variable_declaration
            """)
        add(
            .pair,
            """
            pair keyword_argument keyed_element field_initializer array_element_initializer jsx_attribute \
            element_value_pair shorthand_property_assignment pair_pattern block_mapping_pair flow_pair attribute_assignment
            """)
        add(
            .list,
            "list tuple array set array_literal slice_literal array_expression initializer_list string_array symbol_array collection_literal array_creation_expression array_initializer implicit_array_creation_expression initializer_expression vec literal_value"
        )
        add(.dictionary, "dictionary object hash object_pattern dictionary_literal")
        add(
            .function,
            """
            function_definition function_declaration method_definition method_declaration function_item method \
            singleton_method constructor_declaration generator_function_declaration local_function_statement \
            function_signature init_declaration secondary_constructor compact_constructor_declaration
            """)
        add(
            .lambda,
            """
            lambda arrow_function function_expression func_literal lambda_expression closure_expression lambda_literal \
            anonymous_function anonymous_method_expression anonymous_function_creation_expression do_block block_lambda \
            generator_function
            """)
        add(
            .classLike,
            """
            class_definition class_declaration class interface_declaration trait_declaration enum_declaration struct_item \
            impl_item class_specifier struct_specifier object_declaration module struct_declaration record_declaration \
            protocol_declaration companion_object class_body_declaration trait_item mod_item namespace_declaration
            """)
        add(
            .parameters,
            """
            parameters formal_parameters parameter_list method_parameters function_value_parameters lambda_parameters \
            block_parameters closure_parameters class_parameters
            """)
        add(.decorator, "decorator annotation marker_annotation attribute_item")
        add(
            .importing,
            """
            import_statement import_from_statement import_declaration import_spec use_declaration preproc_include \
            using_directive namespace_use_declaration import_header import future_import_statement import_require_clause
            """)
        add(.handler, "except_clause catch_clause rescue catch_block rescue_modifier except_group_clause")
        add(
            .loop,
            "for_statement for_in_statement foreach_statement for_range_clause range_clause for_expression enhanced_for_statement for for_range_loop"
        )
        add(
            .interpolation,
            "interpolation template_substitution interpolated_expression simple_expansion expansion command_substitution interpolated_identifier"
        )
        add(.comment, "comment line_comment block_comment multiline_comment")
        return table
    }()

    private static let exceptions: [Language: [String: Role]] = [
        .python: [
            "attribute": .member, "call": .call, "import": .other, "type": .wrapper, "module": .other, "word": .other,
        ],
        .javascript: ["import": .other, "class": .classLike],
        .typescript: ["import": .other, "class": .classLike],
        .tsx: ["import": .other, "class": .classLike],
        .csharp: ["attribute": .decorator, "this": .identifier, "base": .identifier, "lambda_expression": .lambda],
        .ruby: ["call": .invoke, "super": .identifier, "lambda": .lambda, "if_modifier": .other],
        .php: [
            "attribute": .decorator, "argument": .wrapper, "namespace_name": .member,
            "array_creation_expression": .dictionary,
        ],
        .kotlin: ["lambda_literal": .lambda, "import": .importing, "type": .identifier],
        .swift: [
            "attribute": .decorator, "self_expression": .identifier, "assignment": .assignment,
            "modify_expression": .wrapper,
        ],
        .rust: [
            "self": .identifier, "unary_expression": .wrapper, "reference_expression": .wrapper,
            "use_declaration": .importing,
        ],
        .bash: [
            "word": .string, "command_name": .wrapper, "variable_name": .identifier, "concatenation": .string,
            "list": .other, "function_definition": .function,
        ],
        .cpp: ["concatenated_string": .string], .c: ["concatenated_string": .string],
        .html: ["attribute": .pair],
        .go: ["literal_value": .dictionary, "interpreted_string_literal": .string],
        .java: ["array_initializer": .list],
    ]

    /// The role of a node kind in a language.
    static func of(kind: String, in language: Language) -> Role {
        exceptions[language]?[kind] ?? common[kind] ?? .other
    }
}
