// Loaded before the C library: a program under it lives at one moment and draws the same lots each time, so that a
// register made twice is the same register to the last code. For pictures, never for anything else.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t which, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, which, time);
    const char *at = getenv("STILL_AT_S");
    if (result == 0 && which == CLOCK_REALTIME && at) {
        time->tv_sec = atol(at);
        time->tv_nsec = 0;
    }
    return result;
}

ssize_t getrandom(void *into, size_t n_bytes, unsigned int flags) {
    (void)flags;
    memset(into, 0x5a, n_bytes);
    return (ssize_t)n_bytes;
}
