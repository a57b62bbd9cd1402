#ifndef CTREESITTER_H
#define CTREESITTER_H

/* The part of tree-sitter's C interface that Hunkwise uses, reached through a table filled by dlsym: nothing of
   tree-sitter is needed to build, and a machine without it only loses the syntax trees. The types below are those of
   tree-sitter 0.26, whose layout is its public interface. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Only what Swift must see as never null, or possibly null, is marked. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-completeness"

typedef struct TSLanguage TSLanguage;
typedef struct TSParser TSParser;
typedef struct TSTree TSTree;
typedef struct TSQuery TSQuery;
typedef struct TSQueryCursor TSQueryCursor;

typedef struct TSPoint {
    uint32_t row;
    uint32_t column;
} TSPoint;

typedef struct TSNode {
    uint32_t context[4];
    const void *id;
    const TSTree *tree;
} TSNode;

typedef struct TSTreeCursor {
    const void *tree;
    const void *id;
    uint32_t context[3];
} TSTreeCursor;

typedef struct TSQueryCapture {
    TSNode node;
    uint32_t index;
} TSQueryCapture;

typedef struct TSQueryMatch {
    uint32_t id;
    uint16_t pattern_index;
    uint16_t capture_count;
    const TSQueryCapture *captures;
} TSQueryMatch;

/* 0 ends a predicate, 1 is a capture, 2 is a string. */
typedef struct TSQueryPredicateStep {
    uint32_t type;
    uint32_t value_id;
} TSQueryPredicateStep;

typedef struct TSInput {
    void *payload;
    const char *(*read)(void *payload, uint32_t offset, TSPoint position, uint32_t *count);
    uint32_t encoding;
    uint32_t (*decode)(const uint8_t *text, uint32_t length, int32_t *code_point);
} TSInput;

typedef struct TSParseState {
    void *payload;
    uint32_t current_byte_offset;
    bool has_error;
} TSParseState;

typedef struct TSParseOptions {
    void *payload;
    bool (*progress_callback)(TSParseState *state);
} TSParseOptions;

typedef struct TSQueryCursorState {
    void *payload;
    uint32_t current_byte_offset;
} TSQueryCursorState;

typedef struct TSQueryCursorOptions {
    void *payload;
    bool (*progress_callback)(TSQueryCursorState *state);
} TSQueryCursorOptions;

/* Every function that is looked up: result, name without "ts_", parameters. */
#define CTS_FUNCTIONS(F)                                                                                               \
    F(uint32_t, language_abi_version, (const TSLanguage *))                                                            \
    F(uint32_t, language_symbol_count, (const TSLanguage *))                                                           \
    F(const char *, language_symbol_name, (const TSLanguage *, uint16_t))                                              \
    F(uint32_t, language_symbol_type, (const TSLanguage *, uint16_t))                                                  \
    F(uint16_t, language_field_id_for_name, (const TSLanguage *, const char *, uint32_t))                              \
    F(TSParser *, parser_new, (void))                                                                                  \
    F(void, parser_delete, (TSParser *))                                                                               \
    F(bool, parser_set_language, (TSParser *, const TSLanguage *))                                                     \
    F(void, parser_reset, (TSParser *))                                                                                \
    F(TSTree *, parser_parse_with_options, (TSParser *, const TSTree *, TSInput, TSParseOptions))                      \
    F(void, tree_delete, (TSTree *))                                                                                   \
    F(TSNode, tree_root_node, (const TSTree *))                                                                        \
    F(uint16_t, node_symbol, (TSNode))                                                                                 \
    F(uint32_t, node_start_byte, (TSNode))                                                                             \
    F(uint32_t, node_end_byte, (TSNode))                                                                               \
    F(TSPoint, node_start_point, (TSNode))                                                                             \
    F(TSPoint, node_end_point, (TSNode))                                                                               \
    F(bool, node_is_null, (TSNode))                                                                                    \
    F(bool, node_is_named, (TSNode))                                                                                   \
    F(bool, node_is_missing, (TSNode))                                                                                 \
    F(bool, node_is_extra, (TSNode))                                                                                   \
    F(bool, node_has_error, (TSNode))                                                                                  \
    F(uint32_t, node_child_count, (TSNode))                                                                            \
    F(uint32_t, node_named_child_count, (TSNode))                                                                      \
    F(uint32_t, node_descendant_count, (TSNode))                                                                       \
    F(TSNode, node_child, (TSNode, uint32_t))                                                                          \
    F(TSNode, node_named_child, (TSNode, uint32_t))                                                                    \
    F(TSNode, node_child_by_field_id, (TSNode, uint16_t))                                                              \
    F(TSTreeCursor, tree_cursor_new, (TSNode))                                                                         \
    F(void, tree_cursor_delete, (TSTreeCursor *))                                                                      \
    F(TSNode, tree_cursor_current_node, (const TSTreeCursor *))                                                        \
    F(uint16_t, tree_cursor_current_field_id, (const TSTreeCursor *))                                                  \
    F(bool, tree_cursor_goto_first_child, (TSTreeCursor *))                                                            \
    F(bool, tree_cursor_goto_next_sibling, (TSTreeCursor *))                                                           \
    F(bool, tree_cursor_goto_previous_sibling, (TSTreeCursor *))                                                       \
    F(bool, tree_cursor_goto_parent, (TSTreeCursor *))                                                                 \
    F(int64_t, tree_cursor_goto_first_child_for_byte, (TSTreeCursor *, uint32_t))                                      \
    F(TSQuery *, query_new, (const TSLanguage *, const char *, uint32_t, uint32_t *, uint32_t *))                      \
    F(void, query_delete, (TSQuery *))                                                                                 \
    F(uint32_t, query_pattern_count, (const TSQuery *))                                                                \
    F(uint32_t, query_capture_count, (const TSQuery *))                                                                \
    F(uint32_t, query_string_count, (const TSQuery *))                                                                 \
    F(const TSQueryPredicateStep *, query_predicates_for_pattern, (const TSQuery *, uint32_t, uint32_t *))             \
    F(const char *, query_capture_name_for_id, (const TSQuery *, uint32_t, uint32_t *))                                \
    F(const char *, query_string_value_for_id, (const TSQuery *, uint32_t, uint32_t *))                                \
    F(TSQueryCursor *, query_cursor_new, (void))                                                                       \
    F(void, query_cursor_delete, (TSQueryCursor *))                                                                    \
    F(void, query_cursor_exec_with_options,                                                                            \
      (TSQueryCursor *, const TSQuery *, TSNode, const TSQueryCursorOptions *))                                        \
    F(void, query_cursor_set_match_limit, (TSQueryCursor *, uint32_t))                                                 \
    F(bool, query_cursor_set_byte_range, (TSQueryCursor *, uint32_t, uint32_t))                                        \
    F(bool, query_cursor_next_match, (TSQueryCursor *, TSQueryMatch *))

/* The core library's functions; complete once opened, and never changed or released afterwards. */
typedef struct cts_core {
#define CTS_MEMBER(result, name, parameters) result(*_Nonnull name) parameters;
    CTS_FUNCTIONS(CTS_MEMBER)
#undef CTS_MEMBER
} cts_core;

/* Opens the core library. NULL: it does not load or lacks a function; `problem` then says why. */
const cts_core *_Nullable cts_open_core(const char *_Nonnull file, char *_Nonnull problem, size_t problem_size);

/* Opens a grammar: by its exported symbol `tree_sitter_X`, else by the method of the Python module it is.
   NULL: it does not load or has neither; `problem` then says why. */
const TSLanguage *_Nullable cts_open_language(const char *_Nonnull file, const char *_Nonnull symbol,
                                              const char *_Nonnull method, char *_Nonnull problem,
                                              size_t problem_size);

/* Parses UTF-8 text with a parser that is set to the language. NULL: more than `cpu_nanoseconds` of this thread's time
   were used, or the grammar's scanner had more to remember than the library can store; the parser is then reset. */
TSTree *_Nullable cts_parse(const cts_core *_Nonnull core, TSParser *_Nonnull parser,
                            const TSLanguage *_Nonnull language, const uint8_t *_Nullable bytes, uint32_t count,
                            int64_t cpu_nanoseconds);

/* Hands every match of a query in a node that touches the bytes [start, end) to `use`, until that returns false or more
   than `cpu_nanoseconds` of this thread's time were used. */
void cts_run_query(const cts_core *_Nonnull core, const TSQuery *_Nonnull query, TSNode node, uint32_t start,
                   uint32_t end, int64_t cpu_nanoseconds, void *_Nonnull context,
                   bool (*_Nonnull use)(void *_Nonnull context, const TSQueryMatch *_Nonnull match));

#pragma clang diagnostic pop

#endif
