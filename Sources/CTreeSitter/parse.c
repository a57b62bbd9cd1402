#include "CTreeSitter.h"
#include "budget.h"
#include "scanner_guard.h"

struct text {
    const uint8_t *bytes;
    uint32_t count;
};

static const char *read_text(void *payload, uint32_t offset, TSPoint position, uint32_t *count) {
    (void)position;
    const struct text *text = payload;
    if (offset >= text->count) {
        *count = 0;
        return "";
    }
    *count = text->count - offset;
    return (const char *)text->bytes + offset;
}

static bool is_over(TSParseState *state) {
    return guard_has_failed() || budget_is_spent(state->payload);
}

TSTree *cts_parse(const cts_core *core, TSParser *parser, const TSLanguage *language, const uint8_t *bytes,
                  uint32_t count, int64_t cpu_nanoseconds) {
    struct text text = {bytes, count};
    struct budget budget = budget_of(cpu_nanoseconds);
    TSInput input = {&text, read_text, 0, NULL};
    TSParseOptions options = {&budget, is_over};
    guard_start(language);
    TSTree *tree = core->parser_parse_with_options(parser, NULL, input, options);
    if (tree && guard_has_failed()) {
        core->tree_delete(tree);
        tree = NULL;
    }
    if (!tree) core->parser_reset(parser);
    guard_end();
    return tree;
}
