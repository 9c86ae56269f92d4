/* A machine that lies: loaded before a program's own library, it steps the time of day, and lets files grow only
 * while there is room. What is in the file that OFFTAKE_DRILL_MACHINE names says how. Monotonic clocks stay true, as
 * they do when somebody sets a clock; a write over what a file has already needs no room, as on a real disk. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct lies {
    int64_t step_ms; /* added to the time of day */
    int64_t room;    /* bytes by which files may still grow; below zero: no end of it */
    int64_t refused; /* how often there was no room */
};

static struct lies *lies;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("OFFTAKE_DRILL_MACHINE");
    if (!path) return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *at = mmap(0, sizeof *lies, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (at != MAP_FAILED) lies = at;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = (int)syscall(SYS_clock_gettime, clock, at);
    if (!failed && lies && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t step = __atomic_load_n(&lies->step_ms, __ATOMIC_RELAXED);
        int64_t nanos = at->tv_nsec + step % 1000 * 1000000;
        int64_t carry = nanos < 0 ? -1 : nanos >= 1000000000;
        at->tv_sec += step / 1000 + carry;
        at->tv_nsec = nanos - carry * 1000000000;
    }
    return failed;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

/* How much of a write there is room for. */
static size_t fits(int file, off_t from, size_t length) {
    struct stat is;
    if (!lies || __atomic_load_n(&lies->room, __ATOMIC_RELAXED) < 0) return length;
    if (fstat(file, &is) || !S_ISREG(is.st_mode)) return length;
    if (from < 0) from = fcntl(file, F_GETFL) & O_APPEND ? is.st_size : lseek(file, 0, SEEK_CUR);
    int64_t grows = from + (int64_t)length - is.st_size;
    if (grows <= 0) return length;
    if (grows > (int64_t)length) grows = length;
    int64_t left = __atomic_fetch_sub(&lies->room, grows, __ATOMIC_RELAXED);
    if (left < 0) {
        __atomic_store_n(&lies->room, -1, __ATOMIC_RELAXED);
        return length;
    }
    if (left >= grows) return length;
    __atomic_store_n(&lies->room, 0, __ATOMIC_RELAXED);
    __atomic_fetch_add(&lies->refused, 1, __ATOMIC_RELAXED);
    return length - grows + left;
}

static ssize_t full(void) {
    errno = ENOSPC;
    return -1;
}

ssize_t write(int file, const void *bytes, size_t length) {
    size_t some = fits(file, -1, length);
    return some || !length ? syscall(SYS_write, file, bytes, some) : full();
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t from) {
    size_t some = fits(file, from, length);
    return some || !length ? syscall(SYS_pwrite64, file, bytes, some, from) : full();
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t from) {
    return pwrite64(file, bytes, length, from);
}

static size_t sum(const struct iovec *pieces, int count) {
    size_t length = 0;
    for (int at = 0; at < count; at++) length += pieces[at].iov_len;
    return length;
}

ssize_t writev(int file, const struct iovec *pieces, int count) {
    size_t length = sum(pieces, count);
    return fits(file, -1, length) == length ? syscall(SYS_writev, file, pieces, count) : full();
}

ssize_t pwritev64(int file, const struct iovec *pieces, int count, off64_t from) {
    size_t length = sum(pieces, count);
    if (fits(file, from, length) < length) return full();
    return syscall(SYS_pwritev, file, pieces, count, (long)from, 0L);
}

ssize_t pwritev(int file, const struct iovec *pieces, int count, off_t from) {
    return pwritev64(file, pieces, count, from);
}

int posix_fallocate64(int file, off64_t from, off64_t length) {
    if (fits(file, from, length) < (size_t)length) return ENOSPC;
    return syscall(SYS_fallocate, file, 0, from, length) ? errno : 0;
}

int posix_fallocate(int file, off_t from, off_t length) {
    return posix_fallocate64(file, from, length);
}
