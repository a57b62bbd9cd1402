#include "CTreeSitter.h"
#include "scanner_guard.h"

#include <time.h>

struct text {
    const uint8_t *bytes;
    uint32_t count;
};

struct budget {
    int64_t end;
    uint32_t calls;
};

static int64_t thread_time(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

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

/* Called every hundred parse operations; looking at the clock is a system call, so only every sixteenth time. */
static bool is_over(TSParseState *state) {
    struct budget *budget = state->payload;
    return guard_has_failed() || ((budget->calls++ & 15) == 15 && thread_time() > budget->end);
}

TSTree *cts_parse(const cts_core *core, TSParser *parser, const TSLanguage *language, const uint8_t *bytes,
                  uint32_t count, int64_t cpu_nanoseconds) {
    struct text text = {bytes, count};
    struct budget budget = {thread_time() + cpu_nanoseconds, 0};
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
