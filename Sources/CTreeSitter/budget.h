#ifndef BUDGET_H
#define BUDGET_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* How much processor time of this thread some work may use. */
struct budget {
    int64_t end;
    uint32_t calls;
};

static inline int64_t thread_time(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline struct budget budget_of(int64_t nanoseconds) {
    return (struct budget){thread_time() + nanoseconds, 0};
}

/* The library asks every hundred steps; looking at the clock is a system call, so only every sixteenth time. */
static inline bool budget_is_spent(struct budget *budget) {
    return (budget->calls++ & 15) == 15 && thread_time() > budget->end;
}

#endif
