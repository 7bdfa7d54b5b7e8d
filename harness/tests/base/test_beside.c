/* test_beside.c - calls at the same time, and one after another where no thread
 * can be made. */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/beside.h"
#include "support/suite.h"

enum { CALLS = 4 };

struct item {
    pthread_barrier_t *all; /* NULL: wait for nobody */
    int doubled;
    int number;
};

/* Every call waits for all others, so calls one after another would hang. */
static void twice(void *arg)
{
    struct item *item = arg;

    if (item->all)
        (void)pthread_barrier_wait(item->all);
    item->doubled = 2 * item->number;
}

START_TEST(calls_go_on_at_the_same_time)
{
    pthread_barrier_t all;
    struct item items[CALLS];

    ck_assert_int_eq(pthread_barrier_init(&all, NULL, CALLS), 0);
    for (int i = 0; i < CALLS; i++)
        items[i] = (struct item){.all = &all, .number = i};
    beside(twice, items, sizeof(items[0]), CALLS);
    for (int i = 0; i < CALLS; i++)
        ck_assert_int_eq(items[i].doubled, 2 * i);
    beside(twice, items, sizeof(items[0]), 0);
}
END_TEST

/* As an ordinary user, since root is under no limit of processes. Exits with 0
 * if each call was made. */
static void without_threads(void)
{
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
    struct item items[CALLS];
    int made = 0;

    if (setrlimit(RLIMIT_NPROC, &none) < 0 ||
        (geteuid() == 0 && setresuid(65534, 65534, 65534) < 0))
        _exit(2);
    for (int i = 0; i < CALLS; i++)
        items[i] = (struct item){.number = i + 1};
    beside(twice, items, sizeof(items[0]), CALLS);
    for (int i = 0; i < CALLS; i++)
        made += items[i].doubled == 2 * items[i].number;
    _exit(made == CALLS ? 0 : 1);
}

START_TEST(each_call_is_made_without_threads)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0)
        without_threads();
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_test(tc, calls_go_on_at_the_same_time);
    tcase_add_test(tc, each_call_is_made_without_threads);
}

SUITE_MAIN("beside", fill)
