/* watched_threads.c - C11 threads, mutexes and conditions made of POSIX ones,
 * for builds with the thread sanitizer only.
 *
 * The thread sanitizers of gcc 12 and clang 14 intercept most of pthread_*(),
 * but not thrd_create(), mtx_lock() and the other C11 calls of librdkafka. A
 * thread started by the C library's thrd_create() is unknown to the sanitizer
 * and ends the program at the thread's first instrumented access.
 *
 * The definitions here belong to the executable and so replace the C library's
 * for shared libraries too. The sanitizer then sees the order established by
 * librdkafka's queues, and still reports accesses without an order.
 *
 * The casts are sound because glibc also keeps a POSIX object in each C11
 * object; the assertions below compare the sizes. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>
#include <time.h>

static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "mtx_t is too small");
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "cnd_t is too small");
static_assert(sizeof(thrd_t) == sizeof(pthread_t), "thrd_t is no pthread_t");
static_assert(sizeof(once_flag) == sizeof(pthread_once_t),
              "once_flag is no pthread_once_t");

/* Functions of the sanitizer's runtime, declared in no header. */
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

struct begin {
    thrd_start_t function;
    void *arg;
};

static int as_thrd(int status)
{
    switch (status) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ENOMEM:
        return thrd_nomem;
    case ETIMEDOUT:
        return thrd_timedout;
    default:
        return thrd_error;
    }
}

static pthread_mutex_t *mutex_of(mtx_t *mutex)
{
    return (pthread_mutex_t *)mutex;
}

static pthread_cond_t *cond_of(cnd_t *cond)
{
    return (pthread_cond_t *)cond;
}

static void *begin_thread(void *arg)
{
    struct begin begin = *(struct begin *)arg;

    free(arg);
    return (void *)(intptr_t)begin.function(begin.arg);
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *arg)
{
    struct begin *begin = malloc(sizeof(*begin));
    int status;

    if (!begin)
        return thrd_nomem;
    *begin = (struct begin){.function = function, .arg = arg};
    status = pthread_create(thread, NULL, begin_thread, begin);
    if (status != 0)
        free(begin);
    return as_thrd(status);
}

int thrd_join(thrd_t thread, int *result)
{
    void *value = NULL;
    int status = pthread_join(thread, &value);

    if (status == 0 && result)
        *result = (int)(intptr_t)value;
    return as_thrd(status);
}

int thrd_detach(thrd_t thread)
{
    return as_thrd(pthread_detach(thread));
}

void thrd_exit(int result)
{
    pthread_exit((void *)(intptr_t)result);
}

int mtx_init(mtx_t *mutex, int type)
{
    pthread_mutexattr_t attr;
    int status;

    (void)pthread_mutexattr_init(&attr);
    (void)pthread_mutexattr_settype(&attr, (type & mtx_recursive)
                                               ? PTHREAD_MUTEX_RECURSIVE
                                               : PTHREAD_MUTEX_NORMAL);
    /* librdkafka orders the first and the last use of a lock also by counting
     * references and by locks hidden by ci/tsan.supp, so the sanitizer would
     * report races of mtx_init() and mtx_destroy() with mtx_lock(). */
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    status = pthread_mutex_init(mutex_of(mutex), &attr);
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    (void)pthread_mutexattr_destroy(&attr);
    return as_thrd(status);
}

void mtx_destroy(mtx_t *mutex)
{
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    (void)pthread_mutex_destroy(mutex_of(mutex));
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

int mtx_lock(mtx_t *mutex)
{
    return as_thrd(pthread_mutex_lock(mutex_of(mutex)));
}

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until)
{
    return as_thrd(pthread_mutex_timedlock(mutex_of(mutex), until));
}

int mtx_trylock(mtx_t *mutex)
{
    return as_thrd(pthread_mutex_trylock(mutex_of(mutex)));
}

int mtx_unlock(mtx_t *mutex)
{
    return as_thrd(pthread_mutex_unlock(mutex_of(mutex)));
}

int cnd_init(cnd_t *cond)
{
    return as_thrd(pthread_cond_init(cond_of(cond), NULL));
}

void cnd_destroy(cnd_t *cond)
{
    (void)pthread_cond_destroy(cond_of(cond));
}

int cnd_signal(cnd_t *cond)
{
    return as_thrd(pthread_cond_signal(cond_of(cond)));
}

int cnd_broadcast(cnd_t *cond)
{
    return as_thrd(pthread_cond_broadcast(cond_of(cond)));
}

int cnd_wait(cnd_t *cond, mtx_t *mutex)
{
    return as_thrd(pthread_cond_wait(cond_of(cond), mutex_of(mutex)));
}

int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex,
                  const struct timespec *restrict until)
{
    return as_thrd(
        pthread_cond_timedwait(cond_of(cond), mutex_of(mutex), until));
}

void call_once(once_flag *flag, void (*function)(void))
{
    (void)pthread_once((pthread_once_t *)flag, function);
}

int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t clock,
                         const struct timespec *until)
{
    struct timespec now, at;

    (void)clock_gettime(clock, &now);
    (void)clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += until->tv_sec - now.tv_sec;
    at.tv_nsec += until->tv_nsec - now.tv_nsec;
    if (at.tv_nsec < 0) {
        at.tv_sec--;
        at.tv_nsec += 1000000000;
    } else if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return pthread_timedjoin_np(thread, result, &at);
}
