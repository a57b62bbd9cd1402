// Loaded with LD_PRELOAD into the service that tests run, and into nothing else: the disk is full, and the wall clock
// is off, as the file says that the tests and the service map together. Without the file it changes nothing.
#define _GNU_SOURCE
#include "FaultShim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static volatile struct hunkwise_faults *faults;

// System calls, as this may run before the functions of the same names can be looked up.
__attribute__((constructor)) static void map_faults(void) {
    const char *path = getenv("HUNKWISE_TEST_FAULTS");
    if (!path) return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (file < 0) return;
    void *mapped = mmap(NULL, sizeof *faults, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED) faults = mapped;
}

// MARK: The clock

int clock_gettime(clockid_t clock, struct timespec *time) {
    int code = (int)syscall(SYS_clock_gettime, clock, time);
    if (code == 0 && faults && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        time->tv_sec += faults->clock_shift;
    return code;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

// MARK: The disk

static int refuse(void) {
    __atomic_fetch_add(&faults->refused, 1, __ATOMIC_RELAXED);
    return ENOSPC;
}

/// Sockets, pipes and terminals take what they are given.
static int is_full(int file) {
    struct stat status;
    return faults && faults->is_disk_full && fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

static int is_growing(int file, off_t length) {
    struct stat status;
    return is_full(file) && fstat(file, &status) == 0 && length > status.st_size;
}

static int needs_room(const char *path, int flags) {
    struct stat status;
    return faults && faults->is_disk_full && (flags & O_CREAT) && stat(path, &status) != 0 && errno == ENOENT;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define REFUSE_IF(condition) \
    if (condition) { \
        errno = refuse(); \
        return -1; \
    }

ssize_t write(int file, const void *bytes, size_t count) {
    REFUSE_IF(is_full(file))
    return REAL(write)(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    REFUSE_IF(is_full(file))
    return REAL(pwrite)(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    REFUSE_IF(is_full(file))
    return REAL(pwrite64)(file, bytes, count, offset);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REFUSE_IF(is_full(file))
    return REAL(writev)(file, parts, count);
}

int ftruncate(int file, off_t length) {
    REFUSE_IF(is_growing(file, length))
    return REAL(ftruncate)(file, length);
}

int ftruncate64(int file, off64_t length) {
    REFUSE_IF(is_growing(file, length))
    return REAL(ftruncate64)(file, length);
}

int fallocate(int file, int mode, off_t offset, off_t length) {
    REFUSE_IF(is_full(file))
    return REAL(fallocate)(file, mode, offset, length);
}

int fallocate64(int file, int mode, off64_t offset, off64_t length) {
    REFUSE_IF(is_full(file))
    return REAL(fallocate64)(file, mode, offset, length);
}

int posix_fallocate(int file, off_t offset, off_t length) {
    return is_full(file) ? refuse() : REAL(posix_fallocate)(file, offset, length);
}

int posix_fallocate64(int file, off64_t offset, off64_t length) {
    return is_full(file) ? refuse() : REAL(posix_fallocate64)(file, offset, length);
}

int mkdir(const char *path, mode_t mode) {
    REFUSE_IF(needs_room(path, O_CREAT))
    return REAL(mkdir)(path, mode);
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *path, int flags, ...) {
    MODE_OF(flags)
    REFUSE_IF(needs_room(path, flags))
    return REAL(open)(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_OF(flags)
    REFUSE_IF(needs_room(path, flags))
    return REAL(open64)(path, flags, mode);
}
