/* test_worker_group.c - tasks move between workers that are killed, stopped or
 * started. */
#include "support/ordeal_worker.h"

#include <signal.h>

#include "base/clk.h"
#include "base/own.h"
#include "support/suite.h"

enum { TASKS = 6, SESSION_MS = 700 };

static struct cluster cluster;
static struct worker_process workers[2];

static void set_up(void)
{
    cluster_start(&cluster);
}

static void tear_down(void)
{
    cluster_stop(&cluster);
}

static const char config[] = "{\"connector.class\":\"FakeSink\","
                             "\"topics\":\"in\",\"tasks.max\":\"6\"}";

/* Number of the connector's tasks RUNNING on worker `on`, asked of worker `at`.
 */
static int running_on(const struct worker_process *at,
                      const struct worker_process *on)
{
    AUTO_JSON json_t *status = NULL;
    const json_t *tasks;
    int n = 0;

    if (worker_ask(at, "GET", "/connectors/c/status", "", &status) != 200)
        return -1;
    tasks = json_object_get(status, "tasks");
    for (size_t i = 0; i < json_array_size(tasks); i++) {
        const json_t *t = json_array_get(tasks, i);
        const char *state = json_string_value(json_object_get(t, "state"));
        const char *id = json_string_value(json_object_get(t, "worker_id"));

        n += strcmp(state, "RUNNING") == 0 && strcmp(id, on->id) == 0;
    }
    return n;
}

/* Wait until worker 0 runs `first` tasks and worker 1 runs `second`. */
static void await_shares(const struct worker_process *at, int first, int second)
{
    struct clk clk = clk_real();

    while (clk_now(&clk) < 50 * US_PER_S) {
        if (running_on(at, &workers[0]) == first &&
            running_on(at, &workers[1]) == second)
            return;
        clk_sleep(&clk, 10 * US_PER_MS);
    }
    ck_abort_msg("%d and %d tasks run, expected %d and %d",
                 running_on(at, &workers[0]), running_on(at, &workers[1]),
                 first, second);
}

/* A single case of many steps, because every step needs a group at rest. */
START_TEST(tasks_move_from_a_worker_that_is_gone)
{
    workers[0] = worker_start(&cluster, 0, SESSION_MS);
    workers[1] = worker_start(&cluster, 1, SESSION_MS);
    await(&workers[1], "PUT", "/connectors/c/config", config, 201, NULL);
    await_shares(&workers[0], TASKS / 2, TASKS / 2);
    /* a request to one worker reaches the tasks of both */
    expect(&workers[0], "PUT", "/connectors/c/pause", "", 202, NULL);
    await_shares(&workers[1], 0, 0);
    expect(&workers[1], "PUT", "/connectors/c/resume", "", 202, NULL);
    await_shares(&workers[0], TASKS / 2, TASKS / 2);
    /* a worker back from a standstill notices the loss of its tasks */
    ck_assert_int_eq(kill(workers[1].pid, SIGSTOP), 0);
    await_shares(&workers[0], TASKS, 0);
    ck_assert_int_eq(kill(workers[1].pid, SIGCONT), 0);
    await_shares(&workers[0], TASKS / 2, TASKS / 2);
    await_shares(&workers[1], TASKS / 2, TASKS / 2);
    (void)worker_end(&workers[1], SIGKILL);
    await_shares(&workers[0], TASKS, 0);
    expect(&workers[0], "GET", "/connectors/c/config", "", 200, "FakeSink");
    ck_assert_int_eq(worker_end(&workers[0], SIGTERM), 0);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, tasks_move_from_a_worker_that_is_gone);
}

SUITE_MAIN_TIMEOUT("worker: group", fill, 120)
