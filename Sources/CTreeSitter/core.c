#include "CTreeSitter.h"
#include "scanner_guard.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void explain(char *problem, size_t size, const char *reason) {
    snprintf(problem, size, "%s", reason ? reason : "unknown reason");
}

const cts_core *cts_open_core(const char *file, char *problem, size_t problem_size) {
    /* Global, because the grammars find the stand-ins for Python's functions in it. */
    void *library = dlopen(file, RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        explain(problem, problem_size, dlerror());
        return NULL;
    }
    cts_core *core = calloc(1, sizeof *core);
    if (!core) {
        explain(problem, problem_size, "out of memory");
        return NULL;
    }
#define CTS_FIND(result, name, parameters)                                                                             \
    core->name = (result(*) parameters)dlsym(library, "ts_" #name);                                                    \
    if (!core->name) {                                                                                                 \
        free(core);                                                                                                    \
        explain(problem, problem_size, "the library has no function ts_" #name);                                       \
        return NULL;                                                                                                   \
    }
    CTS_FUNCTIONS(CTS_FIND)
#undef CTS_FIND
    return core;
}

/* The start of a PyMethodDef and a PyModuleDef as Python's stable ABI fixes them. */
struct method {
    const char *name;
    void *(*call)(void *self, void *arguments);
    int flags;
    const char *text;
};

struct module {
    intptr_t references;
    void *type, *init;
    intptr_t index;
    void *copy;
    const char *name, *text;
    intptr_t size;
    const struct method *methods;
};

const TSLanguage *cts_open_language(const char *file, const char *symbol, const char *method, char *problem,
                                    size_t problem_size) {
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    if (!library) {
        explain(problem, problem_size, dlerror());
        return NULL;
    }
    const TSLanguage *(*direct)(void) = (const TSLanguage *(*)(void))dlsym(library, symbol);
    if (direct) return guard_language(direct());
    const struct module *(*start)(void) = (const struct module *(*)(void))dlsym(library, "PyInit__binding");
    /* Lazy binding ends the process when a function is missing, so look before calling. */
    if (start && !(dlsym(RTLD_DEFAULT, "PyModuleDef_Init") && dlsym(RTLD_DEFAULT, "PyModule_Create2") &&
                   dlsym(RTLD_DEFAULT, "PyCapsule_New"))) {
        explain(problem, problem_size, "the core library lacks the stand-ins for Python's functions");
        return NULL;
    }
    const struct module *module = start ? start() : NULL;
    for (const struct method *m = module ? module->methods : NULL; m && m->name; m++) {
        const char *a = m->name, *b = method;
        while (*a && *a == *b) a++, b++;
        if (*a == *b) return guard_language(m->call(NULL, NULL));
    }
    explain(problem, problem_size, "the file holds no such grammar");
    return NULL;
}
