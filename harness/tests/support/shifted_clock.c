/* shifted_clock.c - the wall clock set back or forward for a program, by a
 * library to preload (LD_PRELOAD).
 *
 * ORDEAL_CLOCK_SHIFT names a file with an int64_t, the seconds to add to the
 * wall clock. A test may change the number in the file at any moment.
 *
 * The monotonic clock is not shifted. A wait until a time of the wall clock
 * gets longer when the wall clock is set back meanwhile, as with the real
 * clock.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { NS_PER_S = 1000000000, SLICE_NS = 20000000 };

/* Seconds. A smaller time is of the monotonic clock: no machine is up for so
 * long, and no wall clock shows a time before November 1985. */
static const time_t monotonic_below = 500000000;

static const volatile int64_t *shift;

__attribute__((constructor)) static void open_shift(void)
{
    const char *path = getenv("ORDEAL_CLOCK_SHIFT");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *at = fd < 0
                   ? MAP_FAILED
                   : mmap(NULL, sizeof(*shift), PROT_READ, MAP_SHARED, fd, 0);

    if (fd >= 0)
        (void)close(fd);
    if (at != MAP_FAILED)
        shift = at;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
    int rc = (int)syscall(SYS_clock_gettime, id, t);

    if (rc == 0 && shift &&
        (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        t->tv_sec += *shift;
    return rc;
}

int timespec_get(struct timespec *t, int base)
{
    return base == TIME_UTC && clock_gettime(CLOCK_REALTIME, t) == 0 ? base : 0;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    t->tv_sec = now.tv_sec;
    t->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *ret)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (ret)
        *ret = now.tv_sec;
    return now.tv_sec;
}

static int64_t ns_until(const struct timespec *when)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (when->tv_sec - now.tv_sec) * (int64_t)NS_PER_S + when->tv_nsec -
           now.tv_nsec;
}

int pthread_cond_timedwait(pthread_cond_t *restrict c,
                           pthread_mutex_t *restrict m,
                           const struct timespec *restrict when)
{
    int64_t left;

    if (when->tv_sec < monotonic_below) /* monotonic condition */
        return pthread_cond_clockwait(c, m, CLOCK_MONOTONIC, when);
    while ((left = ns_until(when)) > 0) {
        struct timespec until;
        int rc;

        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += left < SLICE_NS ? left : SLICE_NS;
        until.tv_sec += until.tv_nsec / NS_PER_S;
        until.tv_nsec %= NS_PER_S;
        rc = pthread_cond_clockwait(c, m, CLOCK_MONOTONIC, &until);
        if (rc != ETIMEDOUT)
            return rc;
    }
    return ETIMEDOUT;
}

/* In glibc a C11 condition is a POSIX condition, but glibc's cnd_timedwait()
 * would not call the pthread_cond_timedwait() above. */
int cnd_timedwait(cnd_t *restrict c, mtx_t *restrict m,
                  const struct timespec *restrict when)
{
    int rc =
        pthread_cond_timedwait((pthread_cond_t *)c, (pthread_mutex_t *)m, when);

    return rc == 0           ? thrd_success
           : rc == ETIMEDOUT ? thrd_timedout
                             : thrd_error;
}
