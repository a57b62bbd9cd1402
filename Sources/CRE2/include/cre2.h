// A C face for RE2, the linear-time pattern engine: only what `Patterns` needs, and no exception or C++ type outside.
#ifndef HUNKWISE_CRE2_H
#define HUNKWISE_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;
typedef struct cre2_set cre2_set;

typedef struct {
    bool utf8;  // false: every byte is one character (Latin-1)
    bool case_insensitive;
    bool multi_line;  // "^" and "$" match at line ends too
    bool dot_matches_newline;
    bool literal;     // the source is text to find, not a pattern
    int64_t max_memory;  // bytes for the compiled pattern and its automaton
} cre2_options;

// A group that took no part in the match has start -1.
typedef struct {
    ptrdiff_t start;
    ptrdiff_t end;
} cre2_range;

// Never NULL unless memory is exhausted; check `cre2_pattern_error`.
cre2_pattern *cre2_pattern_new(const char *source, size_t length, cre2_options options);
void cre2_pattern_free(cre2_pattern *pattern);
// NULL when the pattern is good; owned by the pattern.
const char *cre2_pattern_error(const cre2_pattern *pattern);
// The part of the source the error is about, copied into `buffer` (ended by NUL); its whole length is returned.
size_t cre2_pattern_error_part(const cre2_pattern *pattern, char *buffer, size_t capacity);
int cre2_pattern_group_count(const cre2_pattern *pattern);
// Index of a named group, or -1.
int cre2_pattern_group_index(const cre2_pattern *pattern, const char *name);
// Searches text[from..<to], with the whole text as context for "^", "$" and "\b".
bool cre2_pattern_find(
    const cre2_pattern *pattern, const char *text, size_t length, size_t from, size_t to, cre2_range *groups,
    int group_capacity);

cre2_set *cre2_set_new(cre2_options options);
void cre2_set_free(cre2_set *set);
// Index of the pattern, or -1 when it does not parse.
int cre2_set_add(cre2_set *set, const char *source, size_t length);
bool cre2_set_compile(cre2_set *set);
// Number of patterns that match, their indexes in `indexes` in no order; -1 when the memory limit stopped the search.
int cre2_set_find(const cre2_set *set, const char *text, size_t length, int *indexes, int capacity);

#ifdef __cplusplus
}
#endif

#endif
