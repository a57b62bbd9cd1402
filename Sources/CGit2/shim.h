#ifndef HUNKWISE_CGIT2_SHIM_H
#define HUNKWISE_CGIT2_SHIM_H
#include <fcntl.h>
#include <spawn.h>
#include <stddef.h>

#include <git2.h>
#include <git2/sys/repository.h>
#if __has_include(<git2/sys/errors.h>)
#include <git2/sys/errors.h>  // git_error_clear, from libgit2 1.8 on
#endif

// git_libgit2_opts takes variable arguments, which Swift cannot call: one function for each use.

// No configuration and attributes of the system or the user. Here, because newer versions give the levels another type.
static inline void cgit2_clear_search_paths(void) {
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, (int)GIT_CONFIG_LEVEL_PROGRAMDATA, "");
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, (int)GIT_CONFIG_LEVEL_SYSTEM, "");
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, (int)GIT_CONFIG_LEVEL_XDG, "");
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, (int)GIT_CONFIG_LEVEL_GLOBAL, "");
}

static inline int cgit2_set_owner_validation(int enabled) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

static inline int cgit2_set_extensions(const char **names, size_t count) {
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}

static inline int cgit2_set_cache_limit(ptrdiff_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)bytes);
}

// For starting the git command: GNU's, which Swift's view of the C library leaves out.
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

static inline int cgit2_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

static inline int cgit2_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

static inline int cgit2_set_hash_verification(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

#endif
