#ifndef SCANNER_GUARD_H
#define SCANNER_GUARD_H

#include "CTreeSitter.h"

/* A grammar may hold a scanner written by hand, whose state the library stores in 1024 bytes. Not every scanner minds
   that limit (YAML's writes past it where blocks are nested some hundred deep), so each gets a room of its own to write
   to, and a state that does not fit ends the parse. */

/* The language, or a copy with a guarded scanner. NULL: out of memory. Lives as long as the process. */
const TSLanguage *guard_language(const TSLanguage *language);

/* To be called before a parse on the thread of the parse; the library makes the scanner when it starts to parse. */
void guard_start(const TSLanguage *language);

/* Whether a state did not fit since `guard_start`; the tree is then worth nothing. */
bool guard_has_failed(void);

/* To be called after a parse on the thread of the parse. */
void guard_end(void);

#endif
