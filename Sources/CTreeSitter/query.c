#include "CTreeSitter.h"
#include "budget.h"

/* States beyond this are dropped by the library: a bound on memory for hostile sources. */
static const uint32_t MOST_STATES = 4096;

static bool is_over(TSQueryCursorState *state) {
    return budget_is_spent(state->payload);
}

void cts_run_query(const cts_core *core, const TSQuery *query, TSNode node, uint32_t start, uint32_t end,
                   int64_t cpu_nanoseconds, void *context, bool (*use)(void *context, const TSQueryMatch *match)) {
    TSQueryCursor *cursor = core->query_cursor_new();
    if (!cursor) return;
    struct budget budget = budget_of(cpu_nanoseconds);
    TSQueryCursorOptions options = {&budget, is_over};
    core->query_cursor_set_match_limit(cursor, MOST_STATES);
    core->query_cursor_set_byte_range(cursor, start, end);
    core->query_cursor_exec_with_options(cursor, query, node, &options);
    TSQueryMatch match;
    while (core->query_cursor_next_match(cursor, &match) && use(context, &match) && !budget_is_spent(&budget)) {}
    core->query_cursor_delete(cursor);
}
