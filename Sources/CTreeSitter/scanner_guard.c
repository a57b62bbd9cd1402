#define _GNU_SOURCE
#include "scanner_guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The layout of a language of format 13 to 15; what is of no use here has no type. */
struct language {
    uint32_t format, counts[8];
    uint16_t longest_alias;
    const void *tables[13];
    void *lex[2];
    uint16_t keyword;
    struct {
        const bool *states;
        const uint16_t *symbols;
        void *(*create)(void);
        void (*destroy)(void *);
        bool (*scan)(void *, void *, const bool *);
        unsigned (*serialize)(void *, char *);
        void (*deserialize)(void *, const char *, unsigned);
    } scanner;
    const void *primary_states; /* from format 14 */
    const void *name;           /* from format 15, as all that follows */
    const void *reserved_words;
    uint16_t reserved_words_size;
    uint32_t supertype_count;
    const void *supertypes[3];
    uint8_t version[3];
};

struct guarded {
    const struct language *original;
    void *scanner;
};

/* A copied language remembers what it was copied from. */
struct copy {
    struct language language;
    const struct language *original;
};

enum { STATE_SIZE = 1024 };
/* A source has at most 2 MB, and a scanner remembers a few bytes for each place that opens something. Only the pages
   that are written to take memory. */
static const size_t ROOM_SIZE = 32 << 20;

static _Thread_local const struct language *being_parsed;
static _Thread_local char *room;
static _Thread_local bool has_failed;

static void *create(void) {
    struct guarded *guarded = calloc(1, sizeof *guarded);
    if (!guarded || !being_parsed) {
        free(guarded);
        return NULL;
    }
    guarded->original = being_parsed;
    guarded->scanner = being_parsed->scanner.create();
    return guarded;
}

static void destroy(void *payload) {
    struct guarded *guarded = payload;
    if (!guarded) return;
    if (guarded->original->scanner.destroy) guarded->original->scanner.destroy(guarded->scanner);
    free(guarded);
}

static bool scan(void *payload, void *lexer, const bool *wanted) {
    struct guarded *guarded = payload;
    return guarded && !has_failed && guarded->original->scanner.scan(guarded->scanner, lexer, wanted);
}

static unsigned serialize(void *payload, char *buffer) {
    struct guarded *guarded = payload;
    if (!guarded || has_failed) return 0;
    if (!room) {
        void *mapped = mmap(NULL, ROOM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (mapped == MAP_FAILED) {
            has_failed = true;
            return 0;
        }
        room = mapped;
    }
    unsigned size = guarded->original->scanner.serialize(guarded->scanner, room);
    if (size > STATE_SIZE) {
        has_failed = true;
        return 0;
    }
    memcpy(buffer, room, size);
    return size;
}

static void deserialize(void *payload, const char *buffer, unsigned size) {
    struct guarded *guarded = payload;
    if (guarded) guarded->original->scanner.deserialize(guarded->scanner, buffer, size);
}

const TSLanguage *guard_language(const TSLanguage *language) {
    const struct language *original = (const struct language *)language;
    if (original->format < 13 || original->format > 15 || !original->scanner.states || !original->scanner.create) {
        return language;
    }
    struct copy *copy = calloc(1, sizeof *copy);
    if (!copy) return NULL;
    size_t size = original->format >= 15   ? sizeof(struct language)
                  : original->format == 14 ? offsetof(struct language, name)
                                           : offsetof(struct language, primary_states);
    memcpy(&copy->language, original, size);
    copy->original = original;
    copy->language.scanner.create = create;
    copy->language.scanner.destroy = destroy;
    copy->language.scanner.scan = scan;
    copy->language.scanner.serialize = serialize;
    copy->language.scanner.deserialize = deserialize;
    return (const TSLanguage *)&copy->language;
}

void guard_start(const TSLanguage *language) {
    const struct copy *copy = (const struct copy *)language;
    being_parsed = copy->language.scanner.create == create ? copy->original : NULL;
    has_failed = false;
}

bool guard_has_failed(void) {
    return has_failed;
}

void guard_end(void) {
    if (room) munmap(room, ROOM_SIZE);
    room = NULL;
    being_parsed = NULL;
    has_failed = false;
}
