/* test_standing.c - nodes that ended: by a fault of the timeline, or not. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/own.h"
#include "engine/standing_own.h"
#include "node/keep_own.h"
#include "node/keeper_wire_own.h"
#include "support/suite.h"

/* ---- a worker, killed, and the keeper's answer --------------------------- */

static struct platform_node worker = {.name = "worker-1", .role = ROLE_WORKER};
static struct plan_step plan_step;
static struct plan plan = {.steps = &plan_step, .steps_len = 1};
static struct step_run step;
static struct run run;
static int looks;

/* What another thread does meanwhile. */
static enum {
    NOTHING,
    A_FAULT_BEGINS,     /* and kills, as the keeper is asked */
    A_FAULT_ENDS,       /* as the keeper is asked */
    A_NODE_IS_TAKEN_OFF /* by a fault that begins and ends in the first look */
} meanwhile;

/* The keeper of every node: the worker was killed. The engine's thread waits
 * for the reply, so nothing is read while it is written. */
static void *keep(void *arg)
{
    const int *fd = arg;
    json_t *request = NULL;
    struct err err = {0};

    while (wire_receive(*fd, &request, &err) == 0) {
        AUTO_JSON json_t *reply =
            json_pack("{s:{s:i, s:i, s:i, s:i}}", "ok", "state", NODE_ENDED,
                      "pid", 7, "wait_status", SIGKILL, "starts", 1);

        json_decref(request);
        if (meanwhile == A_FAULT_BEGINS)
            step.applied = true;
        if (meanwhile == A_FAULT_ENDS)
            step.mended_us = US_PER_S;
        if (meanwhile == A_NODE_IS_TAKEN_OFF)
            worker.removed = true;
        ck_assert_int_eq(wire_send(*fd, reply, &err), 0);
    }
    return NULL;
}

static const struct platform_node *list(struct platform *p, size_t *ret_len)
{
    static struct platform_node copy;

    (void)p;
    looks++;
    copy = worker;
    *ret_len = 1;
    return &copy;
}

static const struct row {
    const char *what;
    int meanwhile;
    bool applied;
    int64_t mended_us;
    int rc;
} rows[] = {
    {"nobody did that", NOTHING, false, -1, -ECHILD},
    {"a fault did", NOTHING, true, -1, 0},
    {"the fault is long over", NOTHING, true, 1, -ECHILD},
    {"the fault began between two questions", A_FAULT_BEGINS, false, -1, 0},
    {"the fault ended between two questions", A_FAULT_ENDS, true, -1, 0},
    {"the fault began and ended", A_NODE_IS_TAKEN_OFF, false, -1, 0},
};

START_TEST(a_kill_by_a_fault_is_not_foreign)
{
    static const struct platform_ops ops = {.list = list};
    struct platform platform = {.ops = &ops};
    struct err err = {0};
    pthread_t keeper;
    int pair[2];

    meanwhile = rows[_i].meanwhile;
    worker.removed = false;
    step = (struct step_run){.applied = rows[_i].applied,
                             .mended_us = rows[_i].mended_us};
    ck_assert_int_eq(wire_pair(pair, &err), 0);
    ck_assert_int_eq(pthread_create(&keeper, NULL, keep, &pair[1]), 0);
    run = (struct run){
        .given = {.plan = &plan},
        .world = {.nodes = nodes_new(pair[0], false), .platform = &platform},
        .facts = {.timeline = {.steps = &step}, .timeline_made = true}};
    looks = 0;
    ck_assert_msg(run_all_stand(&run, &err) == rows[_i].rc, "%s: %s",
                  rows[_i].what, err.text);
    ck_assert_int_eq(run.facts.struck, rows[_i].rc < 0);
    ck_assert_int_gt(looks, 0);
    nodes_free(run.world.nodes);
    ck_assert_int_eq(pthread_join(keeper, NULL), 0);
    (void)close(pair[1]);
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, a_kill_by_a_fault_is_not_foreign, 0,
                        (int)ARRAY_LEN(rows));
}

SUITE_MAIN("standing", fill)
