/* test_process.c - faults on processes: proofs of landing, looks without proof,
 * and endings excluding any later proof. */
#include "fault_step.h"

#include <check.h>
#include <signal.h>

#include "support/suite.h"

static const char *said(const char *key)
{
    return json_string_value(json_object_get(s.proof, key));
}

/* ---- processes ---- */

static void exits_1(struct fake_node *n)
{
    n->ends_with = 1 << 8;
}

static void crashes(struct fake_node *n)
{
    n->ends_with = SIGSEGV;
}

static void is_killed(struct fake_node *n)
{
    n->ends_with = SIGKILL;
}

static void ends_well(struct fake_node *n)
{
    n->ends_with = EXIT_OF_JVM;
}

static void was_started_again(struct fake_node *n)
{
    n->ending = false;
    n->status.starts++;
}

static void ended_before(struct fake_node *n)
{
    n->status.state = NODE_ENDED;
    n->status.wait_status = 1 << 8;
}

static void does_not_end(struct fake_node *n)
{
    n->ending = false;
}

static const struct {
    const char *kind;
    void (*happens)(struct fake_node *n);
    int want;
    const char *text;
} processes[] = {
    {"worker_kill", is_killed, 1, "killed by signal 9 (Killed)"},
    {"worker_kill", exits_1, -ECHILD, "exit code 1, not by our SIGKILL"},
    {"worker_kill", crashes, -ECHILD, "signal 11"},
    {"worker_kill", ends_well, -ECHILD, "not by our SIGKILL"},
    {"worker_kill", was_started_again, -ESTALE, "2 starts, 1 when asked"},
    {"worker_kill", does_not_end, 0, "process 104 has not ended"},
    {"worker_stop", ends_well, 1, "ended with exit code 143"},
    {"worker_stop", exits_1, -ECHILD, "exit code 1, not by our SIGTERM"},
    {"worker_stop", is_killed, -ECHILD, "not by our SIGTERM"},
    {"worker_stop", was_started_again, -ESTALE, "started again"},
    {"worker_stop", does_not_end, 0, "has not ended"},
    {"worker_remove", exits_1, -ECHILD, "exit code 1, not by our SIGTERM"},
    {"worker_pause", ended_before, -ECHILD, "before it stood still"},
    {"worker_pause", was_started_again, -ESTALE, "started again"},
};

START_TEST(only_our_own_signal_is_proof)
{
    struct err err = {0};
    int rc;

    begin(processes[_i].kind, "worker-2", NULL);
    apply();
    processes[_i].happens(&w.more[place("worker-2")]);
    rc = step_landed(&s, &err);
    ck_assert_msg(rc == processes[_i].want, "%s: %d %s", processes[_i].kind, rc,
                  err.text);
    ck_assert_msg(
        strstr(rc == 1 ? said("ended") : err.text, processes[_i].text) != NULL,
        "%s", err.text);
    finish();
}
END_TEST

START_TEST(a_process_that_does_not_run_is_not_touched)
{
    static const char *const kinds[] = {"worker_kill", "worker_stop",
                                        "worker_pause", "worker_remove"};
    static const enum node_state states[] = {NODE_ENDED, NODE_STOPPED};

    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        struct err err = {0};

        world_begin();
        w.more[place("worker-2")].status.state = states[i];
        step_begin(&s, kinds[_i], "worker-2", NULL);
        ck_assert_int_lt(step_capture(&s, &err), 0);
        ck_assert_ptr_nonnull(strstr(err.text, "worker-2"));
        finish();
    }
}
END_TEST

START_TEST(a_broker_that_left_the_metadata_is_said_so)
{
    struct err err = {0};

    begin("broker_kill", "2", NULL);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert(json_is_true(json_object_get(s.proof, "left_metadata")));
    ck_assert_int_eq(json_integer_value(json_object_get(s.proof, "pid")), 101);
    finish();
}
END_TEST

START_TEST(a_pause_says_how_long_it_must_be)
{
    struct err err = {0};

    begin("worker_pause", "worker-1", NULL);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert_str_eq(json_string_value(json_object_get(
                         json_object_get(s.proof, "taken_for_dead_after_ms"),
                         "session.timeout.ms")),
                     "6000");
    finish();
}
END_TEST

/* A worker shutting down still answers, but must not count as mended. */
START_TEST(a_process_on_its_way_out_is_not_mended)
{
    struct err err = {0};
    struct fake_node *n;

    begin("worker_stop", "worker-2", NULL);
    n = &w.more[place("worker-2")];
    apply();
    n->ending = false; /* the process takes long to end */
    ck_assert_int_eq(s.ops->revert(&s.call, &err), 0);
    ck_assert_int_eq(step_mended(&s, &err), 0);
    ck_assert_ptr_nonnull(strstr(err.text, "still runs"));
    n->ending = true;
    ck_assert_int_eq(step_mended(&s, &err), 1);
    ck_assert_uint_eq(n->status.starts, 2);
    finish();
}
END_TEST

START_TEST(a_paused_process_that_died_is_started)
{
    struct err err = {0};
    struct fake_node *n;

    begin("worker_pause", "worker-2", NULL);
    n = &w.more[place("worker-2")];
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    n->status.state = NODE_ENDED;
    step_revert(&s);
    ck_assert_int_eq(n->status.state, NODE_RUNNING);
    ck_assert_uint_eq(n->status.starts, 2);
    finish();
}
END_TEST

/* ---- workers as a whole ---- */

START_TEST(a_worker_that_is_added_is_told_of_and_goes_again)
{
    struct err err = {0};

    begin("worker_add", NULL, NULL);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert_str_eq(said("node"), "worker-3");
    ck_assert_int_eq(w.workers_changed, 1);
    add_node(ROLE_WORKER, 4); /* added by another step */
    step_revert(&s);
    ck_assert_int_eq(w.workers_changed, 2);
    ck_assert(w.nodes[place("worker-3")].removed);
    ck_assert(!w.nodes[place("worker-4")].removed);
    finish();
}
END_TEST

START_TEST(a_worker_that_is_added_and_dies_has_not_landed)
{
    struct err err = {0};

    begin("worker_add", NULL, NULL);
    apply();
    w.more[place("worker-3")].status.state = NODE_ENDED;
    ck_assert_int_eq(step_landed(&s, &err), -ECHILD);
    finish();
}
END_TEST

START_TEST(the_last_worker_is_not_removed)
{
    struct err err = {0};

    world_begin();
    w.nodes[place("worker-1")].removed = true;
    step_begin(&s, "worker_remove", "worker-2", NULL);
    ck_assert_int_eq(step_capture(&s, &err), -EINVAL);
    finish();
}
END_TEST

/* Each group of workers is a Connect cluster: a worker of another group stands
 * in for nobody. */
START_TEST(a_removed_worker_is_replaced_in_its_group)
{
    struct err err = {0};

    world_begin();
    set_group("worker-2", "slow");
    step_begin(&s, "worker_remove", "worker-2", NULL);
    ck_assert_int_eq(step_capture(&s, &err), -EINVAL);
    ck_assert_str_eq(err.text, "worker-2: is the only worker of slow, none "
                               "would be left");
    add_node(ROLE_WORKER, 3);
    set_group("worker-3", "slow");
    err = (struct err){0};
    ck_assert_int_eq(step_capture(&s, &err), 0);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    step_revert(&s);
    ck_assert_str_eq(w.nodes[place("worker-4")].group, "slow");
    finish();
}
END_TEST

START_TEST(a_worker_joins_the_group_that_is_named)
{
    struct err err = {0};

    begin("worker_add", NULL, "{\"connect\": \"slow\"}");
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    ck_assert_str_eq(w.nodes[place("worker-3")].group, "slow");
    step_revert(&s);
    finish();
}
END_TEST

START_TEST(a_roll_of_one_group_leaves_the_others_alone)
{
    struct err err = {0};

    world_begin();
    set_group("worker-2", "slow");
    step_begin(&s, "worker_rolling_restart", NULL, "{\"connect\": \"slow\"}");
    ck_assert_int_eq(step_capture(&s, &err), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(s.captured, "workers")),
                      1);
    finish();
}
END_TEST

START_TEST(a_worker_that_is_removed_is_replaced_once)
{
    struct err err = {0};

    begin("worker_remove", "worker-1", NULL);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    add_node(ROLE_WORKER, 3); /* added by another step: no replacement */
    step_revert(&s);
    step_revert(&s);
    ck_assert_uint_eq(w.n, 3 + 4);
    ck_assert_str_eq(w.nodes[w.n - 1].name, "worker-4");
    finish();
}
END_TEST

START_TEST(a_roll_restarts_every_worker_one_at_a_time)
{
    struct err err = {0};
    int rc = 0;

    begin("worker_rolling_restart", NULL, NULL);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    for (int i = 0; i < LOOKS_MAX && rc != 1; i++) {
        int down = 0;

        rc = s.ops->mended(&s.call, &err);
        for (size_t k = 0; k < w.n; k++)
            down += w.more[k].status.state != NODE_RUNNING;
        ck_assert_int_le(down, 1);
    }
    ck_assert_int_eq(rc, 1);
    ck_assert_uint_eq(w.more[place("worker-1")].status.starts, 2);
    ck_assert_uint_eq(w.more[place("worker-2")].status.starts, 2);
    ck_assert_uint_eq(w.more[place("broker-1")].status.starts, 1);
    finish();
}
END_TEST

START_TEST(a_roll_that_breaks_off_brings_all_back_and_is_no_success)
{
    struct err err = {0};

    begin("worker_rolling_restart", NULL, NULL);
    apply();
    ck_assert_int_eq(step_landed(&s, &err), 1);
    w.stop_code = SIGSEGV;
    ck_assert_int_eq(step_mended(&s, &err), -ENOTRECOVERABLE);
    ck_assert_ptr_nonnull(strstr(err.text, "signal 11"));
    for (size_t k = 0; k < w.n; k++)
        ck_assert_int_eq(w.more[k].status.state, NODE_RUNNING);
    finish();
}
END_TEST

static void fill(TCase *tc)
{
    tcase_add_loop_test(tc, only_our_own_signal_is_proof, 0,
                        ARRAY_LEN(processes));
    tcase_add_loop_test(tc, a_process_that_does_not_run_is_not_touched, 0, 4);
    tcase_add_test(tc, a_broker_that_left_the_metadata_is_said_so);
    tcase_add_test(tc, a_pause_says_how_long_it_must_be);
    tcase_add_test(tc, a_process_on_its_way_out_is_not_mended);
    tcase_add_test(tc, a_paused_process_that_died_is_started);
    tcase_add_test(tc, a_worker_that_is_added_is_told_of_and_goes_again);
    tcase_add_test(tc, a_worker_that_is_added_and_dies_has_not_landed);
    tcase_add_test(tc, the_last_worker_is_not_removed);
    tcase_add_test(tc, a_removed_worker_is_replaced_in_its_group);
    tcase_add_test(tc, a_worker_joins_the_group_that_is_named);
    tcase_add_test(tc, a_roll_of_one_group_leaves_the_others_alone);
    tcase_add_test(tc, a_worker_that_is_removed_is_replaced_once);
    tcase_add_test(tc, a_roll_restarts_every_worker_one_at_a_time);
    tcase_add_test(tc,
                   a_roll_that_breaks_off_brings_all_back_and_is_no_success);
}

SUITE_MAIN("proofs of faults on processes", fill)
